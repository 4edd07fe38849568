-- Major complaints (D9): an alarm from the moment that a complaint became one, whom it reached, the warning to quality and legal, the
-- meetings of the crisis team with the leader in charge, and the negotiations of both sides' managers (D8). All of it facts.

CREATE TABLE complaint_alarms (
    id uuid PRIMARY KEY,
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    ground text NOT NULL,
    words text NOT NULL CHECK (length(words) <= 2000),
    raised_at timestamptz NOT NULL,
    raised_by uuid REFERENCES staff,
    raised_by_name text NOT NULL,
    lifted_at timestamptz,
    lifted_by_name text,
    UNIQUE (complaint_id, nth),
    CHECK ((lifted_at IS NULL) = (lifted_by_name IS NULL))
);
CREATE UNIQUE INDEX one_alarm ON complaint_alarms (complaint_id) WHERE lifted_at IS NULL;
CREATE INDEX alarms_latest ON complaint_alarms (raised_at DESC);
GRANT SELECT, INSERT, UPDATE (lifted_at, lifted_by_name) ON complaint_alarms TO {tenant};

CREATE TABLE alarm_tellings (
    alarm_id uuid NOT NULL REFERENCES complaint_alarms,
    purpose text NOT NULL CHECK (purpose IN ('told', 'warned')),
    staff_id uuid NOT NULL REFERENCES staff,
    staff_name text NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (alarm_id, purpose, staff_id)
);

CREATE TABLE alarm_warnings (
    alarm_id uuid PRIMARY KEY REFERENCES complaint_alarms,
    text text NOT NULL CHECK (length(btrim(text)) BETWEEN 1 AND 4000),
    warned_at timestamptz NOT NULL,
    warned_by uuid NOT NULL REFERENCES staff,
    warned_by_name text NOT NULL
);

CREATE TABLE alarm_meetings (
    alarm_id uuid NOT NULL REFERENCES complaint_alarms,
    nth integer NOT NULL CHECK (nth > 0),
    held_at timestamptz NOT NULL CHECK (held_at >= '1990-01-01 00:00+08'),
    participants text NOT NULL CHECK (length(btrim(participants)) BETWEEN 1 AND 1000),
    decisions text NOT NULL CHECK (length(btrim(decisions)) BETWEEN 1 AND 8000),
    leader_id uuid NOT NULL REFERENCES staff,
    leader_name text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (alarm_id, nth)
);

CREATE TABLE complaint_negotiations (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    held_at timestamptz NOT NULL CHECK (held_at >= '1990-01-01 00:00+08'),
    business_id uuid NOT NULL REFERENCES staff,
    business_name text NOT NULL,
    service_id uuid NOT NULL REFERENCES staff,
    service_name text NOT NULL,
    customer text NOT NULL CHECK (length(btrim(customer)) BETWEEN 1 AND 200),
    outcome text NOT NULL CHECK (length(btrim(outcome)) BETWEEN 1 AND 4000),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    CHECK (business_id <> service_id)
);

GRANT SELECT, INSERT ON alarm_tellings, alarm_warnings, alarm_meetings, complaint_negotiations TO {tenant};

ALTER TABLE reminders DROP CONSTRAINT reminders_kind_check, ADD CONSTRAINT reminders_kind_check CHECK (
    kind IN ('warn', 'late', 'escalation', 'approval_waiting', 'urged', 'copied', 'alarm')
);

-- In the head office: how the alarms of its projects stand, as the worker carries them over. Links and names, no word of any customer.
CREATE TABLE office_alarms (
    tenant text NOT NULL,
    alarm_id uuid NOT NULL,
    complaint_id uuid NOT NULL,
    number text NOT NULL,
    subject text NOT NULL,
    ground text NOT NULL,
    raised_at timestamptz NOT NULL,
    told text NOT NULL,
    warned_at timestamptz,
    warning_due_at timestamptz,
    meetings integer NOT NULL,
    leader text NOT NULL,
    negotiations integer NOT NULL,
    state text NOT NULL,
    lifted boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant, alarm_id)
);
GRANT SELECT, INSERT, UPDATE (subject, told, warned_at, warning_due_at, meetings, leader, negotiations, state, lifted, at)
    ON office_alarms TO {tenant};
