-- 物业服务报告 (I1–I3, I7): one report for each quarter. Versions, pictures, what went to whom and what came back are facts:
-- inserted, never changed. A publication can only exist for exactly what was approved, by every chain that it needs.

CREATE TABLE reports (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    begins date NOT NULL UNIQUE CHECK (extract(day FROM begins) = 1 AND extract(month FROM begins) IN (1, 4, 7, 10)),
    covers_from date NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    token text NOT NULL UNIQUE,
    started_by uuid NOT NULL REFERENCES staff,
    started_by_name text NOT NULL,
    started_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK (covers_from >= begins AND covers_from < begins + interval '3 months')
);
GRANT SELECT, INSERT, UPDATE (version, changed_at) ON reports TO {tenant};

-- What one version said: texts by section, the figures as they were taken from the records, pictures in their order.
CREATE TABLE report_versions (
    report_id uuid NOT NULL REFERENCES reports,
    version integer NOT NULL CHECK (version > 0),
    texts jsonb NOT NULL CHECK (jsonb_typeof(texts) = 'object'),
    figures jsonb NOT NULL CHECK (jsonb_typeof(figures) = 'object'),
    pictures jsonb NOT NULL CHECK (jsonb_typeof(pictures) = 'array'),
    changed text NOT NULL,
    content_hash text NOT NULL,
    written_by uuid NOT NULL REFERENCES staff,
    written_by_name text NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (report_id, version),
    UNIQUE (report_id, version, content_hash)
);
GRANT SELECT, INSERT ON report_versions TO {tenant};

CREATE TABLE report_pictures (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES reports,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    size integer NOT NULL CHECK (size > 0),
    added_by uuid NOT NULL REFERENCES staff,
    added_by_name text NOT NULL,
    added_at timestamptz NOT NULL
);
CREATE INDEX report_pictures_report ON report_pictures (report_id);
GRANT SELECT, INSERT ON report_pictures TO {tenant};

-- Which version of the report goes with which version of its letter 信息发布; the letter names version and hash.
CREATE TABLE report_covers (
    release_id uuid NOT NULL,
    release_version integer NOT NULL,
    release_hash text NOT NULL,
    report_id uuid NOT NULL,
    version integer NOT NULL,
    content_hash text NOT NULL,
    submitted_by uuid NOT NULL REFERENCES staff,
    submitted_by_name text NOT NULL,
    submitted_at timestamptz NOT NULL,
    PRIMARY KEY (release_id, release_version),
    UNIQUE (release_id, release_version, release_hash, report_id, version, content_hash),
    FOREIGN KEY (release_id, release_version, release_hash) REFERENCES release_versions (release_id, version, content_hash),
    FOREIGN KEY (report_id, version, content_hash) REFERENCES report_versions (report_id, version, content_hash)
);
CREATE INDEX report_covers_report ON report_covers (report_id);
GRANT SELECT, INSERT ON report_covers TO {tenant};

-- Which version a document on paper shows.
CREATE TABLE report_papers (
    document_id uuid PRIMARY KEY REFERENCES documents,
    report_id uuid NOT NULL,
    version integer NOT NULL,
    final boolean NOT NULL,
    FOREIGN KEY (report_id, version) REFERENCES report_versions
);
CREATE INDEX report_papers_report ON report_papers (report_id, version);
GRANT SELECT, INSERT ON report_papers TO {tenant};

-- The archived copy: the one document that counts, known by its SHA-256 (I3).
CREATE TABLE report_archives (
    report_id uuid NOT NULL,
    version integer NOT NULL,
    content_hash text NOT NULL,
    document_id uuid NOT NULL UNIQUE REFERENCES report_papers,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size integer NOT NULL CHECK (size > 0),
    archived_at timestamptz NOT NULL,
    PRIMARY KEY (report_id, version),
    FOREIGN KEY (report_id, version, content_hash) REFERENCES report_versions (report_id, version, content_hash)
);
CREATE INDEX report_archives_sha256 ON report_archives (sha256);
GRANT SELECT, INSERT ON report_archives TO {tenant};

-- Each comparison of the archived copy with the register.
CREATE TABLE report_checks (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL,
    version integer NOT NULL,
    intact boolean NOT NULL,
    checked_by uuid REFERENCES staff,
    checked_by_name text NOT NULL,
    checked_at timestamptz NOT NULL,
    FOREIGN KEY (report_id, version) REFERENCES report_archives
);
CREATE INDEX report_checks_report ON report_checks (report_id, version, checked_at DESC);
GRANT SELECT, INSERT ON report_checks TO {tenant};

-- The owners' committee: a link for one answer, the answer, or why the report goes out without one (I3).
CREATE TABLE committee_links (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL,
    version integer NOT NULL,
    token text NOT NULL UNIQUE,
    opened_by uuid NOT NULL REFERENCES staff,
    opened_by_name text NOT NULL,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > opened_at),
    ended_at timestamptz,
    UNIQUE (id, report_id, version),
    FOREIGN KEY (report_id, version) REFERENCES report_versions
);
CREATE UNIQUE INDEX one_open_committee_link ON committee_links (report_id) WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE (ended_at) ON committee_links TO {tenant};

CREATE TABLE committee_answers (
    link_id uuid PRIMARY KEY,
    report_id uuid NOT NULL,
    version integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('agreed', 'opinion')),
    opinion text NOT NULL DEFAULT '' CHECK (length(opinion) <= 5000),
    name text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 60),
    sheet_sha256 text CHECK (sheet_sha256 ~ '^[0-9a-f]{64}$'),
    answered_at timestamptz NOT NULL,
    FOREIGN KEY (link_id, report_id, version) REFERENCES committee_links (id, report_id, version),
    CHECK (verdict = 'agreed' OR length(btrim(opinion)) > 0)
);
CREATE INDEX committee_answers_report ON committee_answers (report_id, version);
GRANT SELECT, INSERT ON committee_answers TO {tenant};

CREATE TABLE committee_waivers (
    report_id uuid NOT NULL,
    version integer NOT NULL,
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 500),
    waived_by uuid NOT NULL REFERENCES staff,
    waived_by_name text NOT NULL,
    waived_at timestamptz NOT NULL,
    PRIMARY KEY (report_id, version),
    FOREIGN KEY (report_id, version) REFERENCES report_versions
);
GRANT SELECT, INSERT ON committee_waivers TO {tenant};

-- 公布. The foreign keys say: this version with this content, by the letter that names it, under the full approval of that
-- letter, and in a project on remuneration 酬金制 under finance's approval of this very version too (I2); archived before.
-- While such a row exists neither approval can be voided.
CREATE TABLE report_publications (
    report_id uuid PRIMARY KEY,
    version integer NOT NULL,
    content_hash text NOT NULL,
    release_id uuid NOT NULL,
    release_version integer NOT NULL,
    release_hash text NOT NULL,
    approval_id uuid NOT NULL,
    approval_state text NOT NULL DEFAULT 'approved' CHECK (approval_state = 'approved'),
    fee_basis text NOT NULL,
    finance_approval_id uuid,
    finance_state text CHECK (finance_state = 'approved'),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    published_by uuid NOT NULL REFERENCES staff,
    published_by_name text NOT NULL,
    published_at timestamptz NOT NULL,
    FOREIGN KEY (release_id, release_version, release_hash, report_id, version, content_hash)
        REFERENCES report_covers (release_id, release_version, release_hash, report_id, version, content_hash),
    FOREIGN KEY (report_id, version) REFERENCES report_archives,
    FOREIGN KEY (approval_id, approval_state) REFERENCES approvals (id, state),
    FOREIGN KEY (approval_id, release_id) REFERENCES approvals (id, subject_id),
    FOREIGN KEY (approval_id, release_version, release_hash) REFERENCES approvals (id, version, content_hash),
    FOREIGN KEY (finance_approval_id, finance_state) REFERENCES approvals (id, state),
    FOREIGN KEY (finance_approval_id, report_id) REFERENCES approvals (id, subject_id),
    FOREIGN KEY (finance_approval_id, version, content_hash) REFERENCES approvals (id, version, content_hash),
    CHECK ((finance_approval_id IS NULL) = (finance_state IS NULL)),
    CHECK ((fee_basis = 'remuneration') = (finance_approval_id IS NOT NULL))
);
GRANT SELECT, INSERT ON report_publications TO {tenant};

-- The fee basis is the project's own, and the owners' committee has answered or the reason is on record why it did not.
CREATE FUNCTION published_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fee_basis IS DISTINCT FROM (SELECT fee_basis FROM {tenant}.profile) OR NOT EXISTS (
        SELECT 1 FROM {tenant}.committee_answers WHERE report_id = NEW.report_id AND version = NEW.version
        UNION ALL SELECT 1 FROM {tenant}.committee_waivers WHERE report_id = NEW.report_id AND version = NEW.version
    ) THEN
        RAISE EXCEPTION 'report % is published out of order', NEW.report_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_in_order BEFORE INSERT ON report_publications
    FOR EACH ROW EXECUTE FUNCTION published_in_order();
GRANT EXECUTE ON FUNCTION published_in_order() TO {tenant};
