-- Knowledge 服务资料 (C8): standard phrases, questions and answers, service standards, the tenants' handbook.
-- Every version is kept; one is in force once its approval is there, until the next one is.
CREATE TABLE articles (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('phrase', 'question', 'standard', 'handbook')),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    retired_by_name text,
    retired_reason text NOT NULL DEFAULT '' CHECK (length(retired_reason) <= 500),
    CHECK ((retired_at IS NULL) = (retired_by_name IS NULL)),
    CHECK ((retired_at IS NULL) = (retired_reason = ''))
);
GRANT SELECT, INSERT, UPDATE (version, retired_at, retired_by_name, retired_reason) ON articles TO {tenant};

CREATE TABLE article_versions (
    article_id uuid NOT NULL REFERENCES articles,
    nth integer NOT NULL CHECK (nth > 0),
    title text NOT NULL CHECK (length(btrim(title)) BETWEEN 1 AND 80),
    initials text NOT NULL DEFAULT '',
    body text NOT NULL CHECK (length(btrim(body)) BETWEEN 1 AND 20000),
    review_on date NOT NULL,
    content_hash text NOT NULL,
    approval_id uuid REFERENCES approvals,
    in_force_at timestamptz,
    written_at timestamptz NOT NULL,
    written_by uuid NOT NULL REFERENCES staff,
    written_by_name text NOT NULL,
    PRIMARY KEY (article_id, nth),
    CHECK (in_force_at IS NULL OR approval_id IS NOT NULL)
);
CREATE INDEX article_versions_in_force ON article_versions (article_id, nth DESC) WHERE in_force_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (approval_id, in_force_at) ON article_versions TO {tenant};

-- Nothing comes into force but what was approved, word for word.
CREATE FUNCTION only_approved_articles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.in_force_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM {tenant}.approvals a WHERE a.id = NEW.approval_id AND a.state = 'approved' AND a.subject_id = NEW.article_id
            AND a.version = NEW.nth AND a.content_hash = NEW.content_hash
    ) THEN
        RAISE EXCEPTION 'version % of article % is not approved', NEW.nth, NEW.article_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_first BEFORE INSERT OR UPDATE ON article_versions
    FOR EACH ROW EXECUTE FUNCTION only_approved_articles();
GRANT EXECUTE ON FUNCTION only_approved_articles() TO {tenant};
