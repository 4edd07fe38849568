-- Digests 汇总 (D14, D17): figures of a month or week as they were taken, who got them on paper, what was said to them.
-- All of it is history: inserted, never changed.
CREATE TABLE digests (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('statistics', 'callbacks', 'weekly', 'monthly')),
    begins date NOT NULL,
    ends date NOT NULL,
    figures jsonb NOT NULL,
    taken_at timestamptz NOT NULL,
    taken_by uuid REFERENCES staff,
    taken_by_name text NOT NULL,
    UNIQUE (kind, begins),
    CHECK (begins < ends)
);
CREATE TABLE digest_papers (
    document_id uuid PRIMARY KEY REFERENCES documents,
    digest_id uuid NOT NULL REFERENCES digests
);
CREATE INDEX digest_papers_digest ON digest_papers (digest_id);
CREATE TABLE digest_receipts (
    digest_id uuid NOT NULL REFERENCES digests,
    staff_id uuid NOT NULL REFERENCES staff,
    name text NOT NULL,
    role text NOT NULL,
    document_id uuid NOT NULL REFERENCES digest_papers,
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (digest_id, staff_id)
);
CREATE TABLE digest_filings (
    digest_id uuid PRIMARY KEY REFERENCES digests,
    remarks text NOT NULL CHECK (length(btrim(remarks)) BETWEEN 1 AND 4000),
    filed_at timestamptz NOT NULL,
    filed_by uuid NOT NULL REFERENCES staff,
    filed_by_name text NOT NULL
);
GRANT SELECT, INSERT ON digests, digest_papers, digest_receipts, digest_filings TO {tenant};

-- A weekly or monthly digest is filed, a table of the month is sent: never the other way round.
CREATE FUNCTION only_some_digests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {tenant}.digests d WHERE d.id = NEW.digest_id AND d.kind = ANY (TG_ARGV)) THEN
        RAISE EXCEPTION 'digest % is not of a kind for %', NEW.digest_id, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER of_its_kind BEFORE INSERT ON digest_receipts
    FOR EACH ROW EXECUTE FUNCTION only_some_digests('statistics', 'callbacks');
CREATE TRIGGER of_its_kind BEFORE INSERT ON digest_filings
    FOR EACH ROW EXECUTE FUNCTION only_some_digests('weekly', 'monthly');
GRANT EXECUTE ON FUNCTION only_some_digests() TO {tenant};

-- Case reviews 案例分析 (D14): one for each quarter, with measures, and what became of the measures of earlier ones.
CREATE TABLE case_reviews (
    id uuid PRIMARY KEY,
    begins date NOT NULL UNIQUE,
    ends date NOT NULL,
    analysis text NOT NULL CHECK (length(btrim(analysis)) BETWEEN 1 AND 8000),
    filed_at timestamptz NOT NULL,
    filed_by uuid NOT NULL REFERENCES staff,
    filed_by_name text NOT NULL,
    CHECK (begins < ends)
);
CREATE TABLE case_review_cases (
    review_id uuid NOT NULL REFERENCES case_reviews,
    complaint_id uuid NOT NULL REFERENCES complaints,
    PRIMARY KEY (review_id, complaint_id)
);
CREATE TABLE case_review_measures (
    id uuid PRIMARY KEY,
    review_id uuid NOT NULL REFERENCES case_reviews,
    nth integer NOT NULL CHECK (nth > 0),
    text text NOT NULL CHECK (length(btrim(text)) BETWEEN 1 AND 1000),
    owner_id uuid NOT NULL REFERENCES staff,
    owner_name text NOT NULL,
    due_on date NOT NULL,
    UNIQUE (review_id, nth)
);
CREATE TABLE case_review_checks (
    measure_id uuid NOT NULL REFERENCES case_review_measures,
    review_id uuid NOT NULL REFERENCES case_reviews,
    carried_out boolean NOT NULL,
    finding text NOT NULL CHECK (length(btrim(finding)) BETWEEN 1 AND 1000),
    PRIMARY KEY (measure_id, review_id)
);
CREATE UNIQUE INDEX carried_out_once ON case_review_checks (measure_id) WHERE carried_out;
GRANT SELECT, INSERT ON case_reviews, case_review_cases, case_review_measures, case_review_checks TO {tenant};

-- The month's statistics ask of each case how its last clock was kept; the other clocks are not looked at.
CREATE INDEX stages_closing ON complaint_stages (complaint_id) INCLUDE (due_at, met_at)
    WHERE stage = 'closed' AND dropped_at IS NULL;
