-- 信息发布 (form XRWY-KF-13): everything that goes out to customers. Versions, recipients, deliveries and what became of
-- them are facts: inserted, never changed. A delivery can only exist for exactly what was fully approved (H1, H3).

CREATE TABLE releases (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    kind text NOT NULL,
    subject_type text,
    subject_id uuid,
    title text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    state text NOT NULL CHECK (
        state IN (
            'draft', 'in_review', 'returned', 'approved', 'delivering', 'delivered', 'partly_delivered', 'undelivered',
            'published'
        )
    ),
    author_id uuid NOT NULL REFERENCES staff,
    author_name text NOT NULL,
    barred uuid[] NOT NULL DEFAULT '{}',
    token text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
CREATE INDEX releases_latest ON releases (created_at DESC, id);
CREATE INDEX releases_state ON releases (state, created_at DESC);
CREATE INDEX releases_subject ON releases (subject_type, subject_id);
GRANT SELECT, INSERT, UPDATE (title, version, state, barred, changed_at) ON releases TO {tenant};

CREATE TABLE release_versions (
    release_id uuid NOT NULL REFERENCES releases,
    version integer NOT NULL CHECK (version > 0),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 20000),
    signed_by text NOT NULL,
    flags text[] NOT NULL DEFAULT '{}',
    content_hash text NOT NULL,
    written_by uuid NOT NULL REFERENCES staff,
    written_by_name text NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (release_id, version),
    UNIQUE (release_id, version, content_hash)
);
GRANT SELECT, INSERT ON release_versions TO {tenant};

-- Who receives a version, by which channel; part of what is approved.
CREATE TABLE recipients (
    id uuid PRIMARY KEY,
    release_id uuid NOT NULL,
    version integer NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'public_page')),
    customer_id uuid REFERENCES customers,
    name text NOT NULL,
    address text NOT NULL DEFAULT '',
    FOREIGN KEY (release_id, version) REFERENCES release_versions,
    UNIQUE (release_id, version, channel, address),
    UNIQUE (id, release_id, version, channel),
    CHECK ((channel = 'email') = (address <> ''))
);
GRANT SELECT, INSERT ON recipients TO {tenant};

-- The foreign keys say: this recipient of this version with this content, under an approval of this very release, version
-- and content whose state is approved. While such a row exists the approval can no longer be voided.
CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    release_id uuid NOT NULL,
    version integer NOT NULL,
    content_hash text NOT NULL,
    recipient_id uuid NOT NULL UNIQUE,
    channel text NOT NULL,
    approval_id uuid NOT NULL,
    approval_state text NOT NULL DEFAULT 'approved' CHECK (approval_state = 'approved'),
    message_id text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    FOREIGN KEY (release_id, version, content_hash) REFERENCES release_versions (release_id, version, content_hash),
    FOREIGN KEY (recipient_id, release_id, version, channel) REFERENCES recipients (id, release_id, version, channel),
    FOREIGN KEY (approval_id, approval_state) REFERENCES approvals (id, state),
    FOREIGN KEY (approval_id, release_id) REFERENCES approvals (id, subject_id),
    FOREIGN KEY (approval_id, version, content_hash) REFERENCES approvals (id, version, content_hash)
);
CREATE INDEX deliveries_release ON deliveries (release_id);
GRANT SELECT, INSERT ON deliveries TO {tenant};

-- Committed before anything is sent. Without an outcome nobody knows: never sent again by itself (promise 4).
CREATE TABLE attempts (
    id uuid PRIMARY KEY,
    delivery_id uuid NOT NULL REFERENCES deliveries,
    number integer NOT NULL CHECK (number > 0),
    message_id text NOT NULL REFERENCES deliveries (message_id),
    started_at timestamptz NOT NULL,
    UNIQUE (delivery_id, number)
);
GRANT SELECT, INSERT ON attempts TO {tenant};

CREATE TABLE attempt_outcomes (
    attempt_id uuid PRIMARY KEY REFERENCES attempts,
    result text NOT NULL CHECK (result IN ('accepted', 'refused', 'unknown')),
    permanent boolean NOT NULL DEFAULT false,
    code integer NOT NULL DEFAULT 0,
    words text NOT NULL DEFAULT '',
    ended_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON attempt_outcomes TO {tenant};

-- What a person decided about an attempt that failed for good or whose outcome nobody knows.
CREATE TABLE resolutions (
    attempt_id uuid PRIMARY KEY REFERENCES attempts,
    verdict text NOT NULL CHECK (verdict IN ('delivered', 'resend')),
    note text NOT NULL CHECK (length(btrim(note)) > 0),
    resolved_by uuid NOT NULL REFERENCES staff,
    resolved_by_name text NOT NULL,
    resolved_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON resolutions TO {tenant};

-- A second attempt exists only where the first is known to have failed, or a person asked for it.
CREATE FUNCTION nothing_is_sent_twice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM {tenant}.attempts a
        LEFT JOIN {tenant}.attempt_outcomes o ON o.attempt_id = a.id
        LEFT JOIN {tenant}.resolutions r ON r.attempt_id = a.id
        WHERE a.delivery_id = NEW.delivery_id AND (
            o.result = 'accepted' OR r.verdict = 'delivered'
            OR r.verdict IS NULL AND o.result IS DISTINCT FROM 'refused'
        )
    ) THEN
        RAISE EXCEPTION 'delivery % may have been sent already', NEW.delivery_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nothing_is_sent_twice BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION nothing_is_sent_twice();
GRANT EXECUTE ON FUNCTION nothing_is_sent_twice() TO {tenant};

-- What a person handed over on paper or put up. As with deliveries, the foreign keys take it only under the full approval
-- of this very release, version and content, and from then on that approval can no longer be voided.
CREATE TABLE handovers (
    id uuid PRIMARY KEY,
    release_id uuid NOT NULL,
    version integer NOT NULL,
    content_hash text NOT NULL,
    approval_id uuid NOT NULL,
    approval_state text NOT NULL DEFAULT 'approved' CHECK (approval_state = 'approved'),
    way text NOT NULL CHECK (way IN ('in_person', 'letterbox', 'post', 'posted', 'other')),
    receiver text NOT NULL CHECK (length(btrim(receiver)) > 0),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    handed_at timestamptz NOT NULL,
    handed_by uuid NOT NULL REFERENCES staff,
    handed_by_name text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CHECK (handed_at <= recorded_at),
    FOREIGN KEY (release_id, version, content_hash) REFERENCES release_versions (release_id, version, content_hash),
    FOREIGN KEY (approval_id, approval_state) REFERENCES approvals (id, state),
    FOREIGN KEY (approval_id, release_id) REFERENCES approvals (id, subject_id),
    FOREIGN KEY (approval_id, version, content_hash) REFERENCES approvals (id, version, content_hash)
);
CREATE INDEX handovers_release ON handovers (release_id);
GRANT SELECT, INSERT ON handovers TO {tenant};
