-- 客户沟通记录 (form XRWY-KF-12): every touch is one row, kept as it was written.
CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    channel text NOT NULL,
    request_kind text NOT NULL,
    unit_id uuid REFERENCES units,
    customer_id uuid REFERENCES customers,
    reporter text NOT NULL DEFAULT '',
    summary text NOT NULL CHECK (length(summary) BETWEEN 1 AND 20000),
    occurred_at timestamptz NOT NULL CHECK (occurred_at >= '1990-01-01 00:00+08'),  -- saas.clock.EARLIEST
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES staff,
    recorded_by_name text NOT NULL,
    subject_type text,
    subject_id uuid,
    CHECK ((subject_type IS NULL) = (subject_id IS NULL))
);
CREATE INDEX contacts_latest ON contacts (occurred_at DESC, id);
CREATE INDEX contacts_unit ON contacts (unit_id, occurred_at DESC);
CREATE INDEX contacts_customer ON contacts (customer_id, occurred_at DESC);
CREATE INDEX contacts_subject ON contacts (subject_type, subject_id);
GRANT SELECT, INSERT ON contacts TO {tenant};
