-- The approvals engine. Decisions are facts: inserted, never changed. The database itself refuses self-approval,
-- deciding twice, deciding on another version, and an approval with a step missing.

CREATE TABLE approvals (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    author_id uuid NOT NULL REFERENCES staff,
    author_name text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    content_hash text NOT NULL,
    flags text[] NOT NULL DEFAULT '{}',
    barred uuid[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'returned', 'voided', 'withdrawn')),
    submitted_at timestamptz NOT NULL,
    ended_at timestamptz,
    UNIQUE (id, state),
    UNIQUE (id, author_id),
    UNIQUE (id, subject_id),
    UNIQUE (id, version, content_hash),
    CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX one_pending_approval ON approvals (subject_type, subject_id, kind) WHERE state = 'pending';
CREATE INDEX approvals_subject ON approvals (subject_type, subject_id);
GRANT SELECT, INSERT, UPDATE (state, ended_at) ON approvals TO {tenant};

CREATE TABLE approval_steps (
    approval_id uuid NOT NULL REFERENCES approvals,
    position integer NOT NULL CHECK (position > 0),
    name text NOT NULL,
    label text NOT NULL,
    role text NOT NULL,
    raised_from text,
    assigned_to uuid REFERENCES staff,
    state text NOT NULL CHECK (state IN ('later', 'waiting', 'approved', 'returned', 'voided')),
    waiting_since timestamptz,
    transferred_at timestamptz,
    PRIMARY KEY (approval_id, position)
);
CREATE INDEX waiting_steps ON approval_steps (role) WHERE state = 'waiting';
GRANT SELECT, INSERT, UPDATE (state, waiting_since, assigned_to, transferred_at) ON approval_steps TO {tenant};

CREATE TABLE decisions (
    id uuid PRIMARY KEY,
    approval_id uuid NOT NULL,
    position integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('approved', 'returned')),
    reason text NOT NULL DEFAULT '',
    decided_by uuid NOT NULL REFERENCES staff,
    decided_by_name text NOT NULL,
    on_behalf_of uuid REFERENCES staff,
    on_behalf_of_name text,
    delegation_id uuid REFERENCES delegations,
    author_id uuid NOT NULL,
    version integer NOT NULL,
    content_hash text NOT NULL,
    decided_at timestamptz NOT NULL,
    UNIQUE (approval_id, position),
    UNIQUE (approval_id, decided_by),
    FOREIGN KEY (approval_id, position) REFERENCES approval_steps,
    FOREIGN KEY (approval_id, author_id) REFERENCES approvals (id, author_id),
    FOREIGN KEY (approval_id, version, content_hash) REFERENCES approvals (id, version, content_hash),
    CHECK (decided_by <> author_id),
    CHECK (on_behalf_of IS NULL OR on_behalf_of NOT IN (author_id, decided_by)),
    CHECK ((on_behalf_of IS NULL) = (delegation_id IS NULL)),
    CHECK (verdict = 'approved' OR length(btrim(reason)) > 0)
);
CREATE UNIQUE INDEX one_principal_per_approval ON decisions (approval_id, coalesce(on_behalf_of, decided_by));
GRANT SELECT, INSERT ON decisions TO {tenant};

CREATE FUNCTION every_step_was_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM {tenant}.approval_steps s LEFT JOIN {tenant}.decisions d USING (approval_id, position)
        WHERE s.approval_id = NEW.id AND d.verdict IS DISTINCT FROM 'approved'
    ) OR NOT EXISTS (SELECT 1 FROM {tenant}.approval_steps s WHERE s.approval_id = NEW.id) THEN
        RAISE EXCEPTION 'approval % lacks a decision', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_step_is_skipped BEFORE INSERT OR UPDATE OF state ON approvals
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION every_step_was_decided();
GRANT EXECUTE ON FUNCTION every_step_was_decided() TO {tenant};

-- What has ended stays ended: only an approval still pending gets a result, and an approved one can only be voided (H3).
CREATE FUNCTION what_ended_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'pending' AND (OLD.state, NEW.state) IS DISTINCT FROM ('approved', 'voided') THEN
        RAISE EXCEPTION 'approval % has ended', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER what_ended_stays_ended BEFORE UPDATE OF state ON approvals
    FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION what_ended_stays_ended();
GRANT EXECUTE ON FUNCTION what_ended_stays_ended() TO {tenant};

-- Steps are decided in their order, while the approval is pending, each by a person who has no other part in it
-- and is not barred from it.
CREATE FUNCTION decided_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM {tenant}.approvals WHERE id = NEW.approval_id AND state = 'pending'
        AND NOT barred && ARRAY[NEW.decided_by, NEW.on_behalf_of] FOR UPDATE;
    IF NOT FOUND OR EXISTS (
        SELECT 1 FROM {tenant}.approval_steps s LEFT JOIN {tenant}.decisions d USING (approval_id, position)
        WHERE s.approval_id = NEW.approval_id AND s.position < NEW.position AND d.verdict IS DISTINCT FROM 'approved'
    ) OR EXISTS (
        SELECT 1 FROM {tenant}.decisions d WHERE d.approval_id = NEW.approval_id
        AND ARRAY[d.decided_by, d.on_behalf_of] && ARRAY[NEW.decided_by, NEW.on_behalf_of]
    ) THEN
        RAISE EXCEPTION 'step % of approval % is decided out of turn', NEW.position, NEW.approval_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_in_turn BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION decided_in_turn();
GRANT EXECUTE ON FUNCTION decided_in_turn() TO {tenant};

-- Copies for information (抄送): seen, never decided.
CREATE TABLE approval_copies (
    approval_id uuid NOT NULL REFERENCES approvals,
    staff_id uuid NOT NULL REFERENCES staff,
    copied_at timestamptz NOT NULL,
    seen_at timestamptz,
    PRIMARY KEY (approval_id, staff_id)
);
GRANT SELECT, INSERT, UPDATE (seen_at) ON approval_copies TO {tenant};
