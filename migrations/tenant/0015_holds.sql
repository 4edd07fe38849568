-- A letter under way that somebody wrote or decided whom its case turns out to be about (D4): what has not gone out waits
-- until a person decides. Holds and decisions are facts: inserted, never changed.

ALTER TABLE releases DROP CONSTRAINT releases_state_check, ADD CONSTRAINT releases_state_check CHECK (
    state IN (
        'draft', 'in_review', 'returned', 'approved', 'delivering', 'held', 'delivered', 'partly_delivered',
        'undelivered', 'published'
    )
);

CREATE TABLE release_holds (
    release_id uuid NOT NULL REFERENCES releases,
    nth integer NOT NULL CHECK (nth > 0),
    people uuid[] NOT NULL CHECK (cardinality(people) > 0),
    names text NOT NULL,
    held_at timestamptz NOT NULL,
    held_by uuid REFERENCES staff,
    held_by_name text NOT NULL,
    PRIMARY KEY (release_id, nth)
);

CREATE TABLE hold_decisions (
    release_id uuid NOT NULL,
    nth integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('send', 'stop')),
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 500),
    decided_by uuid NOT NULL REFERENCES staff,
    decided_by_name text NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (release_id, nth),
    FOREIGN KEY (release_id, nth) REFERENCES release_holds
);
GRANT SELECT, INSERT ON release_holds, hold_decisions TO {tenant};

-- Whoever is complained about decides nothing about the letter either.
CREATE FUNCTION the_accused_does_not_decide() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM {tenant}.releases r WHERE r.id = NEW.release_id AND NEW.decided_by = ANY (r.barred)) THEN
        RAISE EXCEPTION 'the case of release % is about who decides', NEW.release_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_accused_does_not_decide BEFORE INSERT ON hold_decisions
    FOR EACH ROW EXECUTE FUNCTION the_accused_does_not_decide();
GRANT EXECUTE ON FUNCTION the_accused_does_not_decide() TO {tenant};

-- No attempt begins and nothing is handed over while a hold waits, or after it was decided not to send.
CREATE FUNCTION nothing_held_goes_out() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    letter uuid;
BEGIN
    IF TG_TABLE_NAME = 'handovers' THEN
        letter := NEW.release_id;
    ELSE
        SELECT release_id INTO letter FROM {tenant}.deliveries WHERE id = NEW.delivery_id;
    END IF;
    IF EXISTS (
        SELECT 1 FROM {tenant}.release_holds h
        LEFT JOIN {tenant}.hold_decisions d ON d.release_id = h.release_id AND d.nth = h.nth
        WHERE h.release_id = letter AND d.verdict IS DISTINCT FROM 'send'
    ) THEN
        RAISE EXCEPTION 'release % is held', letter USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nothing_held_goes_out BEFORE INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION nothing_held_goes_out();
CREATE TRIGGER nothing_held_goes_out BEFORE INSERT ON handovers FOR EACH ROW EXECUTE FUNCTION nothing_held_goes_out();
GRANT EXECUTE ON FUNCTION nothing_held_goes_out() TO {tenant};
