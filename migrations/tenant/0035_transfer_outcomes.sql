-- D1: how a complaint that a department handed over ended in the head office: a project handles it as its own, or the company
-- answered the customer itself. Only of what was taken up, and never by who handed it over: the row repeats that person,
-- and a foreign key holds it to the taking.
ALTER TABLE transfer_takings ADD UNIQUE (complaint_id, handed_over_by);
CREATE TABLE transfer_outcomes (
    complaint_id uuid PRIMARY KEY,
    handed_over_by uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('passed_on', 'answered')),
    project text NOT NULL DEFAULT '' CHECK (length(project) <= 120),
    number text NOT NULL DEFAULT '',
    channel text NOT NULL DEFAULT '',
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 4000),
    answered_at timestamptz,
    satisfaction integer CHECK (satisfaction > 0),
    concluded_by uuid NOT NULL REFERENCES staff,
    concluded_by_name text NOT NULL,
    concluded_at timestamptz NOT NULL,
    FOREIGN KEY (complaint_id, handed_over_by) REFERENCES transfer_takings (complaint_id, handed_over_by),
    CHECK (concluded_by <> handed_over_by),
    CHECK (
        CASE kind
            WHEN 'passed_on' THEN
                project <> '' AND number ~ '^TS-[0-9]{8}-[0-9]{3,10}$'
                AND channel = '' AND answer = '' AND answered_at IS NULL AND satisfaction IS NULL
            ELSE
                project = '' AND number = ''
                AND channel <> '' AND btrim(answer) <> '' AND answered_at IS NOT NULL AND answered_at <= concluded_at
        END
    )
);
GRANT SELECT, INSERT ON transfer_outcomes TO {tenant};
