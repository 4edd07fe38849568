-- What follows an answer to a complaint: facts, inserted once.

-- D11: a callback that raised something new, with the day promised for the answer, and that answer.
CREATE TABLE follow_ups (
    complaint_id uuid NOT NULL,
    nth integer NOT NULL,
    matter text NOT NULL CHECK (length(btrim(matter)) BETWEEN 1 AND 2000),
    promised_on date NOT NULL,
    promised_at timestamptz NOT NULL,
    promised_by uuid NOT NULL REFERENCES staff,
    promised_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (complaint_id, nth) REFERENCES complaint_callbacks
);
CREATE TABLE follow_up_answers (
    complaint_id uuid NOT NULL,
    nth integer NOT NULL,
    text text NOT NULL CHECK (length(btrim(text)) BETWEEN 1 AND 4000),
    answered_at timestamptz NOT NULL,
    answered_by uuid NOT NULL REFERENCES staff,
    answered_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (complaint_id, nth) REFERENCES follow_ups
);
GRANT SELECT, INSERT ON follow_ups, follow_up_answers TO {tenant};

-- No case is closed while something that a callback raised has no answer.
CREATE FUNCTION every_matter_is_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM {tenant}.follow_ups f WHERE f.complaint_id = NEW.complaint_id AND NOT EXISTS (
            SELECT 1 FROM {tenant}.follow_up_answers a WHERE a.complaint_id = f.complaint_id AND a.nth = f.nth
        )
    ) THEN
        RAISE EXCEPTION 'complaint % has an open promise', NEW.complaint_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER matters_answered BEFORE INSERT ON complaint_closures
    FOR EACH ROW EXECUTE FUNCTION every_matter_is_answered();
GRANT EXECUTE ON FUNCTION every_matter_is_answered() TO {tenant};

-- D17: who calls whom back when, and the check of every callback by somebody else. The latest plan counts.
CREATE TABLE callback_plans (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    caller_id uuid NOT NULL REFERENCES staff,
    caller_name text NOT NULL,
    planned_for timestamptz NOT NULL,
    planned_at timestamptz NOT NULL,
    planned_by uuid NOT NULL REFERENCES staff,
    planned_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth)
);
CREATE TABLE callback_checks (
    complaint_id uuid NOT NULL,
    nth integer NOT NULL,
    passed boolean NOT NULL,
    opinion text NOT NULL CHECK (length(btrim(opinion)) BETWEEN 1 AND 2000),
    checked_at timestamptz NOT NULL,
    checked_by uuid NOT NULL REFERENCES staff,
    checked_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (complaint_id, nth) REFERENCES complaint_callbacks
);
GRANT SELECT, INSERT ON callback_plans, callback_checks TO {tenant};
CREATE FUNCTION nobody_checks_their_own_callback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM {tenant}.complaint_callbacks c
        WHERE c.complaint_id = NEW.complaint_id AND c.nth = NEW.nth AND c.called_by = NEW.checked_by
    ) THEN
        RAISE EXCEPTION 'callback %/% is checked by who made it', NEW.complaint_id, NEW.nth
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER checked_by_another BEFORE INSERT ON callback_checks
    FOR EACH ROW EXECUTE FUNCTION nobody_checks_their_own_callback();
GRANT EXECUTE ON FUNCTION nobody_checks_their_own_callback() TO {tenant};
CREATE INDEX callbacks_made ON complaint_callbacks (called_at);

-- D12: no callback, because a public letter answered many, or a letter was all that was asked for. It names that letter.
CREATE TABLE exemptions (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    kind text NOT NULL CHECK (kind IN ('public_letter', 'reply_only')),
    release_id uuid NOT NULL REFERENCES releases,
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 2000),
    filed_at timestamptz NOT NULL,
    filed_by uuid NOT NULL REFERENCES staff,
    filed_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (complaint_id, release_id) REFERENCES complaint_replies
);
GRANT SELECT, INSERT ON exemptions TO {tenant};

-- D15: who is responsible for a delay or a loss, and what followed.
CREATE TABLE responsibilities (
    complaint_id uuid NOT NULL REFERENCES complaints,
    nth integer NOT NULL CHECK (nth > 0),
    kind text NOT NULL CHECK (kind IN ('delay', 'loss')),
    stages text[] NOT NULL,
    person_id uuid NOT NULL REFERENCES staff,
    person_name text NOT NULL,
    finding text NOT NULL CHECK (length(btrim(finding)) BETWEEN 1 AND 4000),
    measure text NOT NULL CHECK (length(btrim(measure)) BETWEEN 1 AND 2000),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    CHECK (recorded_by <> person_id)
);
GRANT SELECT, INSERT ON responsibilities TO {tenant};
