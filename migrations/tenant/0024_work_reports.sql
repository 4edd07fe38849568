-- Daily work report 工作报表 (C4): drawn from the contacts that a person recorded that day, filed once to the head.
CREATE TABLE work_reports (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff,
    staff_name text NOT NULL,
    day date NOT NULL,
    remarks text NOT NULL DEFAULT '' CHECK (length(remarks) <= 4000),
    filed_to text NOT NULL,
    filed_at timestamptz NOT NULL,
    UNIQUE (staff_id, day)
);
CREATE INDEX work_reports_day ON work_reports (day DESC, id);

-- What it was drawn from, and how far each matter was when it was filed.
CREATE TABLE work_report_contacts (
    report_id uuid NOT NULL REFERENCES work_reports,
    contact_id uuid NOT NULL REFERENCES contacts,
    state text NOT NULL DEFAULT '',
    PRIMARY KEY (report_id, contact_id)
);

-- 批阅: the head has read it, with a word or without.
CREATE TABLE work_report_readings (
    report_id uuid PRIMARY KEY REFERENCES work_reports,
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
    read_at timestamptz NOT NULL,
    read_by uuid NOT NULL REFERENCES staff,
    read_by_name text NOT NULL
);
CREATE INDEX contacts_recorded ON contacts (recorded_by, recorded_at);
GRANT SELECT, INSERT ON work_reports, work_report_contacts, work_report_readings TO {tenant};
