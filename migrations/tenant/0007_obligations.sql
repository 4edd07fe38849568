-- Reminders 提醒 as rows: who was told what, when and by which clause (R2, D7). Told once per occasion, whatever runs twice.
CREATE TABLE reminders (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('warn', 'late', 'escalation', 'approval_waiting', 'urged', 'copied')),
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    stage text NOT NULL,
    occasion text NOT NULL DEFAULT '',
    staff_id uuid NOT NULL REFERENCES staff,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    words text NOT NULL DEFAULT '',
    clause text NOT NULL DEFAULT '',
    path text NOT NULL CHECK (path !~ '^/|//|\.\.'),
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    seen_at timestamptz,
    UNIQUE (subject_type, subject_id, stage, kind, occasion, staff_id)
);
CREATE INDEX reminders_latest ON reminders (staff_id, created_at DESC, id);
CREATE INDEX reminders_unread ON reminders (staff_id, created_at DESC) WHERE seen_at IS NULL;
GRANT SELECT, INSERT, UPDATE (seen_at) ON reminders TO {tenant};

-- Attempts to mail a reminder: committed before the send, their outcome after it. `refused` may be tried again (no server,
-- greylisting), `rejected` is final, `unknown` may be out: the database lets no attempt follow any but a refused one.
CREATE TABLE reminder_mails (
    reminder_id uuid NOT NULL REFERENCES reminders,
    nth integer NOT NULL CHECK (nth > 0),
    message_id text NOT NULL UNIQUE,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text CHECK (outcome IN ('accepted', 'refused', 'rejected', 'unknown')),
    detail text NOT NULL DEFAULT '' CHECK (length(detail) <= 400),
    PRIMARY KEY (reminder_id, nth),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX mailed_once ON reminder_mails (reminder_id) WHERE outcome IS DISTINCT FROM 'refused';
GRANT SELECT, INSERT, UPDATE (ended_at, outcome, detail) ON reminder_mails TO {tenant};
