-- What became of each repair of a run over many (see bulk_runs): none is skipped silently.
CREATE TABLE repair_bulk_results (
    run_id uuid NOT NULL REFERENCES bulk_runs,
    nth integer NOT NULL CHECK (nth > 0),
    repair_id uuid REFERENCES repairs,
    done boolean NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (run_id, nth)
);
GRANT SELECT, INSERT ON repair_bulk_results TO {tenant};

-- Who is sent is told at that moment.
ALTER TABLE reminders DROP CONSTRAINT reminders_kind_check, ADD CONSTRAINT reminders_kind_check CHECK (
    kind IN ('warn', 'late', 'escalation', 'approval_waiting', 'urged', 'copied', 'alarm', 'assigned')
);
