-- Complaints 投诉: one register (D1), one numbered card each (D2). What happened to a complaint are facts: inserted, never changed.

CREATE TABLE complaints (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE CHECK (number ~ '^TS-[0-9]{8}-[0-9]{3,}$'),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 120),
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 20000),
    demand text NOT NULL DEFAULT '' CHECK (length(demand) <= 2000),
    category text NOT NULL,
    severity text NOT NULL,
    source text NOT NULL,
    channel text NOT NULL,
    unit_id uuid REFERENCES units,
    customer_id uuid REFERENCES customers,
    room text NOT NULL DEFAULT '' CHECK (length(room) <= 60),
    reporter text NOT NULL DEFAULT '' CHECK (length(reporter) <= 60),
    phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 40),
    email text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    anonymous boolean NOT NULL DEFAULT false,
    received_at timestamptz NOT NULL CHECK (received_at >= '1990-01-01 00:00+08'),  -- saas.clock.EARLIEST
    registered_at timestamptz NOT NULL,
    registered_by uuid REFERENCES staff,
    registered_by_name text NOT NULL,
    department text NOT NULL DEFAULT '',
    handler_id uuid REFERENCES staff,
    complained_about uuid REFERENCES staff,
    state text NOT NULL DEFAULT 'registered'
        CHECK (state IN ('registered', 'accepted', 'declined', 'handling', 'handled', 'replied', 'closed')),
    next_stage text,
    next_due_at timestamptz,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    haystack text GENERATED ALWAYS AS
        (lower(number || ' ' || subject || ' ' || room || ' ' || reporter || ' ' || body)) STORED,
    CHECK (received_at <= registered_at),
    CHECK (handler_id IS NULL OR complained_about IS NULL OR handler_id <> complained_about),  -- D4
    CHECK (NOT anonymous OR (customer_id IS NULL AND reporter = ''))
);
CREATE INDEX complaints_latest ON complaints (received_at DESC, id DESC);
CREATE INDEX complaints_open ON complaints (received_at DESC, id DESC) WHERE state <> 'closed';
CREATE INDEX complaints_state ON complaints (state, received_at DESC, id DESC);
CREATE INDEX complaints_due ON complaints (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX complaints_handler ON complaints (handler_id, received_at DESC) WHERE handler_id IS NOT NULL;
CREATE INDEX complaints_customer ON complaints (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX complaints_unit ON complaints (unit_id) WHERE unit_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (category, severity, department, handler_id, complained_about, state, next_stage, next_due_at, version)
    ON complaints TO {tenant};

-- One clock of one complaint (D7, D10): when it started, when it is due. What was met, missed or dropped stays so.
CREATE TABLE complaint_stages (
    id uuid PRIMARY KEY,
    complaint_id uuid NOT NULL REFERENCES complaints,
    stage text NOT NULL,
    round integer NOT NULL DEFAULT 1 CHECK (round > 0),
    started_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    warn_at timestamptz NOT NULL,
    provisional boolean NOT NULL,
    met_at timestamptz,
    dropped_at timestamptz,
    UNIQUE (complaint_id, stage, round),
    CHECK (warn_at <= due_at),
    CHECK (met_at IS NULL OR dropped_at IS NULL)
);
CREATE INDEX stages_running ON complaint_stages (due_at) WHERE met_at IS NULL AND dropped_at IS NULL;
CREATE INDEX stages_provisional ON complaint_stages (complaint_id) WHERE provisional AND met_at IS NULL AND dropped_at IS NULL;
GRANT SELECT, INSERT, UPDATE (due_at, warn_at, provisional, met_at, dropped_at) ON complaint_stages TO {tenant};

CREATE FUNCTION a_finished_stage_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stage % has ended', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER stage_ended BEFORE UPDATE ON complaint_stages
    FOR EACH ROW WHEN (OLD.met_at IS NOT NULL OR OLD.dropped_at IS NOT NULL) EXECUTE FUNCTION a_finished_stage_stays();
GRANT EXECUTE ON FUNCTION a_finished_stage_stays() TO {tenant};

-- Answers to the complainant on the way: the first response, and reaching the person in person or by phone.
CREATE TABLE complaint_responses (
    complaint_id uuid NOT NULL REFERENCES complaints,
    kind text NOT NULL CHECK (kind IN ('first', 'contact')),
    channel text NOT NULL,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    responded_at timestamptz NOT NULL,
    responded_by uuid NOT NULL REFERENCES staff,
    responded_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, kind)
);

CREATE TABLE complaint_judgements (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    accepted boolean NOT NULL,
    established boolean,
    category text NOT NULL,
    severity text NOT NULL,
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 2000),
    judged_at timestamptz NOT NULL,
    judged_by uuid NOT NULL REFERENCES staff,
    judged_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

CREATE TABLE complaint_assignments (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    department text NOT NULL,
    handler_id uuid NOT NULL REFERENCES staff,
    handler_name text NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    assigned_at timestamptz NOT NULL,
    assigned_by uuid NOT NULL REFERENCES staff,
    assigned_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

CREATE TABLE complaint_solutions (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    text text NOT NULL CHECK (length(btrim(text)) BETWEEN 1 AND 8000),
    content_hash text NOT NULL,
    approval_id uuid NOT NULL REFERENCES approvals,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES staff,
    proposed_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

CREATE TABLE complaint_handlings (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    result text NOT NULL CHECK (length(btrim(result)) BETWEEN 1 AND 4000),
    handled_at timestamptz NOT NULL CHECK (handled_at >= '1990-01-01 00:00+08'),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

CREATE TABLE complaint_replies (
    complaint_id uuid NOT NULL REFERENCES complaints,
    release_id uuid NOT NULL,
    delivered_at timestamptz NOT NULL,
    PRIMARY KEY (complaint_id, release_id)
);

CREATE TABLE complaint_callbacks (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    channel text NOT NULL,
    signed boolean NOT NULL,
    satisfaction integer NOT NULL CHECK (satisfaction BETWEEN 1 AND 5),
    opinion text NOT NULL CHECK (length(opinion) <= 4000),
    raised_new boolean NOT NULL,
    called_at timestamptz NOT NULL,
    called_by uuid NOT NULL REFERENCES staff,
    called_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

CREATE TABLE complaint_closures (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    conclusion text NOT NULL CHECK (length(btrim(conclusion)) BETWEEN 1 AND 4000),
    no_reply text NOT NULL DEFAULT '',
    no_reply_note text NOT NULL DEFAULT '' CHECK (length(no_reply_note) <= 2000),
    closed_at timestamptz NOT NULL,
    closed_by uuid NOT NULL REFERENCES staff,
    closed_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);

-- A pause of the clocks: asked for with a reason, running once approved, ended by a person (D7).
CREATE TABLE complaint_pauses (
    id uuid PRIMARY KEY,
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 2000),
    approval_id uuid NOT NULL REFERENCES approvals,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES staff,
    asked_by_name text NOT NULL,
    paused_at timestamptz,
    resumed_at timestamptz,
    UNIQUE (complaint_id, nth),
    CHECK (resumed_at IS NULL OR resumed_at >= paused_at)
);
CREATE UNIQUE INDEX one_running_pause ON complaint_pauses (complaint_id) WHERE paused_at IS NOT NULL AND resumed_at IS NULL;

-- QR doors for residents; the address is printed on a poster, so it is kept as it is.
CREATE TABLE complaint_doors (
    id uuid PRIMARY KEY,
    token text NOT NULL UNIQUE,
    label text NOT NULL CHECK (length(btrim(label)) BETWEEN 1 AND 60),
    opened_at timestamptz NOT NULL,
    opened_by uuid NOT NULL REFERENCES staff,
    opened_by_name text NOT NULL,
    closed_at timestamptz,
    closed_by_name text,
    CHECK ((closed_at IS NULL) = (closed_by_name IS NULL))
);
GRANT UPDATE (closed_at, closed_by_name) ON complaint_doors TO {tenant};

GRANT SELECT, INSERT ON complaint_responses, complaint_judgements, complaint_assignments, complaint_solutions,
    complaint_handlings, complaint_replies, complaint_callbacks, complaint_closures, complaint_doors TO {tenant};
GRANT SELECT, INSERT, UPDATE (paused_at, resumed_at) ON complaint_pauses TO {tenant};
