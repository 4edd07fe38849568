-- The course of a complaint: investigation reports (D6), compensations (D13, A5), and reopening. Each version of a report and each
-- application is bound to its approval by number and hash, so that what was decided is what stands here.

CREATE TABLE complaint_investigations (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    cause text NOT NULL CHECK (length(btrim(cause)) BETWEEN 1 AND 8000),
    course text NOT NULL CHECK (length(btrim(course)) BETWEEN 1 AND 8000),
    responsible text NOT NULL CHECK (length(btrim(responsible)) BETWEEN 1 AND 8000),
    conclusion text NOT NULL CHECK (length(btrim(conclusion)) BETWEEN 1 AND 8000),
    countermeasure text NOT NULL CHECK (length(btrim(countermeasure)) BETWEEN 1 AND 8000),
    prevention text NOT NULL CHECK (length(btrim(prevention)) BETWEEN 1 AND 8000),
    flags text[] NOT NULL DEFAULT '{}',
    content_hash text NOT NULL,
    approval_id uuid NOT NULL,
    written_at timestamptz NOT NULL,
    written_by uuid NOT NULL REFERENCES staff,
    written_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (approval_id, nth, content_hash) REFERENCES approvals (id, version, content_hash),
    FOREIGN KEY (approval_id, complaint_id) REFERENCES approvals (id, subject_id)
);

CREATE TABLE complaint_compensations (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    kind text NOT NULL,
    amount numeric(10, 2) NOT NULL CHECK (amount > 0),
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 2000),
    content_hash text NOT NULL,
    approval_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES staff,
    asked_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    UNIQUE (complaint_id, nth, approval_id),
    FOREIGN KEY (approval_id, nth, content_hash) REFERENCES approvals (id, version, content_hash),
    FOREIGN KEY (approval_id, complaint_id) REFERENCES approvals (id, subject_id)
);

-- Promised in a letter, and given: both only once approved, and an approval that was relied on cannot be voided any more.
CREATE TABLE compensation_promises (
    release_id uuid NOT NULL REFERENCES releases,
    complaint_id uuid NOT NULL,
    nth integer NOT NULL,
    approval_id uuid NOT NULL,
    approval_state text NOT NULL DEFAULT 'approved' CHECK (approval_state = 'approved'),
    promised_at timestamptz NOT NULL,
    PRIMARY KEY (release_id, complaint_id, nth),
    FOREIGN KEY (complaint_id, nth, approval_id) REFERENCES complaint_compensations (complaint_id, nth, approval_id),
    FOREIGN KEY (approval_id, approval_state) REFERENCES approvals (id, state)
);

CREATE TABLE compensation_payments (
    complaint_id uuid NOT NULL,
    nth integer NOT NULL,
    approval_id uuid NOT NULL,
    approval_state text NOT NULL DEFAULT 'approved' CHECK (approval_state = 'approved'),
    paid_on date NOT NULL,
    how text NOT NULL CHECK (length(btrim(how)) BETWEEN 1 AND 500),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (complaint_id, nth, approval_id) REFERENCES complaint_compensations (complaint_id, nth, approval_id),
    FOREIGN KEY (approval_id, approval_state) REFERENCES approvals (id, state)
);

CREATE TABLE complaint_reopenings (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 2000),
    reopened_at timestamptz NOT NULL,
    reopened_by uuid NOT NULL REFERENCES staff,
    reopened_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

GRANT SELECT, INSERT ON complaint_investigations, complaint_compensations, compensation_promises, compensation_payments,
    complaint_reopenings TO {tenant};
