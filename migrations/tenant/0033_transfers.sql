-- D1: a complaint that a department of the company received and handed over, and who took it up. Never the same person: the
-- second row repeats who handed it over, and a foreign key holds it to the first.
CREATE TABLE complaint_transfers (
    complaint_id uuid PRIMARY KEY REFERENCES complaints,
    department text NOT NULL CHECK (department <> ''),
    project text NOT NULL DEFAULT '' CHECK (length(project) <= 120),
    received_by_name text NOT NULL CHECK (length(btrim(received_by_name)) BETWEEN 1 AND 60),
    handed_over_by uuid NOT NULL REFERENCES staff,
    handed_over_by_name text NOT NULL,
    handed_over_at timestamptz NOT NULL,
    UNIQUE (complaint_id, handed_over_by)
);
CREATE INDEX transfers_latest ON complaint_transfers (handed_over_at DESC);
CREATE TABLE transfer_takings (
    complaint_id uuid PRIMARY KEY,
    handed_over_by uuid NOT NULL,
    taken_by uuid NOT NULL REFERENCES staff,
    taken_by_name text NOT NULL,
    taken_at timestamptz NOT NULL,
    FOREIGN KEY (complaint_id, handed_over_by) REFERENCES complaint_transfers (complaint_id, handed_over_by),
    CHECK (taken_by <> handed_over_by)
);
GRANT SELECT, INSERT ON complaint_transfers, transfer_takings TO {tenant};
