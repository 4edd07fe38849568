-- Repairs 报修 (E1–E6). One numbered order; what happens to it are facts, inserted once. The foreign keys between the facts
-- are the promise: work starts only with a consent to the fees that were told, and ends only with a signature.
CREATE TABLE repairs (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE CHECK (number ~ '^WX-[0-9]{4}-[0-9]{6,}$'),
    source text NOT NULL CHECK (source IN ('reception', 'spoken')),
    fault text NOT NULL CHECK (length(btrim(fault)) BETWEEN 1 AND 120),
    detail text NOT NULL DEFAULT '' CHECK (length(detail) <= 4000),
    skill text NOT NULL,
    urgency text NOT NULL,
    unit_id uuid REFERENCES units,
    customer_id uuid REFERENCES customers,
    contact_id uuid REFERENCES contacts,
    rework_of uuid REFERENCES repairs,
    room text NOT NULL DEFAULT '' CHECK (length(room) <= 60),
    reporter text NOT NULL DEFAULT '' CHECK (length(reporter) <= 60),
    phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 40),
    ordered_at timestamptz NOT NULL CHECK (ordered_at >= '1990-01-01 00:00+08'),  -- saas.clock.EARLIEST
    ordered_by uuid REFERENCES staff,
    ordered_by_name text NOT NULL,
    state text NOT NULL DEFAULT 'ordered'
        CHECK (state IN ('ordered', 'assigned', 'arrived', 'quoted', 'agreed', 'working', 'finished', 'cancelled')),
    technician_id uuid REFERENCES staff,
    outside text NOT NULL DEFAULT '' CHECK (length(outside) <= 60),
    appointed_from timestamptz,
    appointed_to timestamptz,
    due_at timestamptz,
    finished_at timestamptz,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    haystack text GENERATED ALWAYS AS
        (lower(number || ' ' || fault || ' ' || room || ' ' || reporter || ' ' || detail)) STORED,
    CHECK ((appointed_from IS NULL) = (appointed_to IS NULL) AND (appointed_from IS NULL) = (due_at IS NULL)),
    CHECK (appointed_from <= appointed_to AND appointed_to < due_at),
    CHECK (state = 'cancelled' OR (state = 'finished') = (finished_at IS NOT NULL)),
    CHECK (unit_id IS NOT NULL OR room <> ''),
    CHECK (state IN ('ordered', 'cancelled') OR technician_id IS NOT NULL OR outside <> ''),
    CHECK (rework_of <> id)
);
CREATE INDEX repairs_latest ON repairs (ordered_at DESC, id DESC);
CREATE INDEX repairs_open ON repairs (coalesce(appointed_from, ordered_at)) WHERE state NOT IN ('finished', 'cancelled');
CREATE INDEX repairs_technician ON repairs (technician_id) WHERE state NOT IN ('finished', 'cancelled');
CREATE INDEX repairs_finished ON repairs (finished_at DESC) WHERE finished_at IS NOT NULL;
CREATE INDEX repairs_unit ON repairs (unit_id) WHERE unit_id IS NOT NULL;
CREATE INDEX repairs_customer ON repairs (customer_id) WHERE customer_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (state, technician_id, outside, appointed_from, appointed_to, due_at, finished_at, version)
    ON repairs TO {tenant};

-- What was agreed with the customer about the time; a change says why, and whether it came before the old time ran out (E1).
CREATE TABLE repair_appointments (
    repair_id uuid NOT NULL REFERENCES repairs,
    nth integer NOT NULL CHECK (nth > 0),
    appointed_from timestamptz NOT NULL,
    appointed_to timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    channel text NOT NULL,
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    in_time boolean NOT NULL,
    agreed_at timestamptz NOT NULL,
    agreed_by uuid NOT NULL REFERENCES staff,
    agreed_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth),
    CHECK (appointed_from <= appointed_to AND appointed_to < due_at),
    CHECK (nth = 1 OR length(btrim(reason)) > 0)
);

-- An outside firm or another department: only once the manager has consented (E6).
CREATE TABLE repair_outsourcings (
    repair_id uuid NOT NULL REFERENCES repairs,
    nth integer NOT NULL CHECK (nth > 0),
    helper text NOT NULL CHECK (length(btrim(helper)) BETWEEN 1 AND 60),
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 500),
    content_hash text NOT NULL,
    approval_id uuid NOT NULL UNIQUE REFERENCES approvals,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES staff,
    asked_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth)
);

CREATE TABLE repair_assignments (
    repair_id uuid NOT NULL REFERENCES repairs,
    nth integer NOT NULL CHECK (nth > 0),
    technician_id uuid REFERENCES staff,
    outsourcing integer,
    name text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 60),
    skilled boolean NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    assigned_at timestamptz NOT NULL,
    assigned_by uuid NOT NULL REFERENCES staff,
    assigned_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth),
    FOREIGN KEY (repair_id, outsourcing) REFERENCES repair_outsourcings,
    CHECK ((technician_id IS NULL) <> (outsourcing IS NULL))
);

CREATE FUNCTION the_manager_agreed_to_help() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM {tenant}.repair_outsourcings o JOIN {tenant}.approvals a ON a.id = o.approval_id
        WHERE o.repair_id = NEW.repair_id AND o.nth = NEW.outsourcing AND a.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'nobody agreed to send others to repair %', NEW.repair_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_manager_agreed BEFORE INSERT ON repair_assignments
    FOR EACH ROW WHEN (NEW.outsourcing IS NOT NULL) EXECUTE FUNCTION the_manager_agreed_to_help();
GRANT EXECUTE ON FUNCTION the_manager_agreed_to_help() TO {tenant};

CREATE TABLE repair_arrivals (
    repair_id uuid PRIMARY KEY REFERENCES repairs,
    arrived_at timestamptz NOT NULL,
    due_at timestamptz,
    on_time boolean NOT NULL,
    arrived_by uuid NOT NULL REFERENCES staff,
    arrived_by_name text NOT NULL,
    CHECK (NOT on_time OR due_at IS NULL OR arrived_at <= due_at)
);

-- The fault as found, with the fees told to the customer: lines of the price list in force, frozen with their price (E2).
CREATE TABLE repair_quotes (
    repair_id uuid NOT NULL REFERENCES repair_arrivals,
    nth integer NOT NULL CHECK (nth > 0),
    finding text NOT NULL CHECK (length(btrim(finding)) BETWEEN 1 AND 1000),
    free_reason text NOT NULL DEFAULT '' CHECK (length(free_reason) <= 200),
    price_list_id uuid REFERENCES price_lists,
    total_fen bigint NOT NULL CHECK (total_fen >= 0),
    quoted_at timestamptz NOT NULL,
    quoted_by uuid NOT NULL REFERENCES staff,
    quoted_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth),
    CHECK ((total_fen = 0) = (length(btrim(free_reason)) > 0)),
    CHECK (total_fen = 0 OR price_list_id IS NOT NULL)
);
CREATE TABLE repair_fees (
    repair_id uuid NOT NULL,
    nth integer NOT NULL,
    position integer NOT NULL CHECK (position > 0),
    charge text NOT NULL,
    item text NOT NULL,
    unit text NOT NULL,
    price_fen bigint NOT NULL CHECK (price_fen >= 0),
    quantity numeric(8, 2) NOT NULL CHECK (quantity > 0),
    amount_fen bigint NOT NULL CHECK (amount_fen = round(price_fen * quantity)),
    PRIMARY KEY (repair_id, nth, position),
    FOREIGN KEY (repair_id, nth) REFERENCES repair_quotes
);

-- The customer agrees to exactly these fees: drawn on the screen, or on paper, photographed. Without one nothing starts.
CREATE TABLE repair_consents (
    repair_id uuid NOT NULL,
    nth integer NOT NULL,
    signer text NOT NULL CHECK (length(btrim(signer)) BETWEEN 1 AND 60),
    drawn boolean NOT NULL,
    picture_id uuid NOT NULL REFERENCES pictures,
    consented_at timestamptz NOT NULL,
    taken_by uuid NOT NULL REFERENCES staff,
    taken_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth),
    FOREIGN KEY (repair_id, nth) REFERENCES repair_quotes
);
CREATE TABLE repair_starts (
    repair_id uuid PRIMARY KEY,
    nth integer NOT NULL,
    started_at timestamptz NOT NULL,
    started_by uuid NOT NULL REFERENCES staff,
    started_by_name text NOT NULL,
    FOREIGN KEY (repair_id, nth) REFERENCES repair_consents
);

-- What was moved with the owner's consent (E3).
CREATE TABLE repair_moves (
    repair_id uuid NOT NULL REFERENCES repair_arrivals,
    nth integer NOT NULL CHECK (nth > 0),
    what text NOT NULL CHECK (length(btrim(what)) BETWEEN 1 AND 200),
    agreed_by text NOT NULL CHECK (length(btrim(agreed_by)) BETWEEN 1 AND 60),
    agreed_at timestamptz NOT NULL,
    noted_by uuid NOT NULL REFERENCES staff,
    noted_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth)
);

-- What was damaged: the apology belongs to the record; the compensation at price is a fact of its own (E3).
CREATE TABLE repair_damages (
    repair_id uuid NOT NULL REFERENCES repair_arrivals,
    nth integer NOT NULL CHECK (nth > 0),
    what text NOT NULL CHECK (length(btrim(what)) BETWEEN 1 AND 200),
    price_fen bigint NOT NULL CHECK (price_fen BETWEEN 0 AND 100000000),
    apologised boolean NOT NULL CHECK (apologised),
    noted_at timestamptz NOT NULL,
    noted_by uuid NOT NULL REFERENCES staff,
    noted_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth)
);
CREATE TABLE repair_compensations (
    repair_id uuid NOT NULL,
    nth integer NOT NULL,
    how text NOT NULL CHECK (length(btrim(how)) BETWEEN 1 AND 200),
    compensated_at timestamptz NOT NULL,
    compensated_by uuid NOT NULL REFERENCES staff,
    compensated_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth),
    FOREIGN KEY (repair_id, nth) REFERENCES repair_damages
);

-- Replaced devices with both numbers (E6).
CREATE TABLE repair_devices (
    repair_id uuid NOT NULL REFERENCES repair_arrivals,
    nth integer NOT NULL CHECK (nth > 0),
    device text NOT NULL CHECK (length(btrim(device)) BETWEEN 1 AND 60),
    old_number text NOT NULL CHECK (length(btrim(old_number)) BETWEEN 1 AND 60),
    new_number text NOT NULL CHECK (length(btrim(new_number)) BETWEEN 1 AND 60),
    noted_at timestamptz NOT NULL,
    noted_by uuid NOT NULL REFERENCES staff,
    noted_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth)
);

-- Finished: tested, tidied, and signed by the customer for what it cost (E3).
CREATE TABLE repair_completions (
    repair_id uuid PRIMARY KEY REFERENCES repair_starts,
    nth integer NOT NULL,
    result text NOT NULL CHECK (length(btrim(result)) BETWEEN 1 AND 1000),
    tested boolean NOT NULL CHECK (tested),
    tidied boolean NOT NULL CHECK (tidied),
    replaced boolean NOT NULL,
    signer text NOT NULL CHECK (length(btrim(signer)) BETWEEN 1 AND 60),
    drawn boolean NOT NULL,
    picture_id uuid NOT NULL REFERENCES pictures,
    finished_at timestamptz NOT NULL,
    finished_by uuid NOT NULL REFERENCES staff,
    finished_by_name text NOT NULL,
    FOREIGN KEY (repair_id, nth) REFERENCES repair_consents
);

CREATE FUNCTION the_last_fees_were_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.nth <> (SELECT max(q.nth) FROM {tenant}.repair_quotes q WHERE q.repair_id = NEW.repair_id)
    OR NEW.replaced AND NOT EXISTS (SELECT 1 FROM {tenant}.repair_devices d WHERE d.repair_id = NEW.repair_id) THEN
        RAISE EXCEPTION 'repair % is not complete', NEW.repair_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER the_last_fees_were_agreed BEFORE INSERT ON repair_completions
    FOR EACH ROW EXECUTE FUNCTION the_last_fees_were_agreed();
GRANT EXECUTE ON FUNCTION the_last_fees_were_agreed() TO {tenant};

-- Money taken on site against a receipt, and its way to finance: confirmed by who took it over, never by who brought it (E6).
CREATE TABLE repair_receipts (
    repair_id uuid PRIMARY KEY REFERENCES repair_completions,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    receipt text NOT NULL UNIQUE CHECK (length(btrim(receipt)) BETWEEN 1 AND 40),
    paid_at timestamptz NOT NULL,
    taken_by uuid NOT NULL REFERENCES staff,
    taken_by_name text NOT NULL,
    UNIQUE (repair_id, taken_by)
);
CREATE TABLE repair_handovers (
    repair_id uuid PRIMARY KEY,
    taken_by uuid NOT NULL,
    handed_at timestamptz NOT NULL,
    received_by uuid NOT NULL REFERENCES staff,
    received_by_name text NOT NULL,
    FOREIGN KEY (repair_id, taken_by) REFERENCES repair_receipts (repair_id, taken_by),
    CHECK (received_by <> taken_by)
);

CREATE TABLE repair_callbacks (
    repair_id uuid NOT NULL REFERENCES repair_completions,
    nth integer NOT NULL CHECK (nth > 0),
    channel text NOT NULL,
    passed boolean NOT NULL,
    satisfaction integer NOT NULL CHECK (satisfaction BETWEEN 1 AND 5),
    opinion text NOT NULL DEFAULT '' CHECK (length(opinion) <= 1000),
    called_at timestamptz NOT NULL,
    called_by uuid NOT NULL REFERENCES staff,
    called_by_name text NOT NULL,
    PRIMARY KEY (repair_id, nth)
);

-- Ended without work: withdrawn, or the customer does not accept the fees.
CREATE TABLE repair_cancellations (
    repair_id uuid PRIMARY KEY REFERENCES repairs,
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 500),
    cancelled_at timestamptz NOT NULL,
    cancelled_by uuid NOT NULL REFERENCES staff,
    cancelled_by_name text NOT NULL
);

-- The month's register of paid services 有偿服务登记表, as it was entered; a later one of the month supplements it (E4).
CREATE TABLE repair_registers (
    id uuid PRIMARY KEY,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    nth integer NOT NULL CHECK (nth > 0),
    repairs integer NOT NULL CHECK (repairs >= 0),
    total_fen bigint NOT NULL CHECK (total_fen >= 0),
    on_time integer NOT NULL,
    arrivals integer NOT NULL,
    passed integer NOT NULL,
    called integer NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    registered_at timestamptz NOT NULL,
    registered_by uuid NOT NULL REFERENCES staff,
    registered_by_name text NOT NULL,
    UNIQUE (month, nth),
    CHECK (on_time BETWEEN 0 AND arrivals AND passed BETWEEN 0 AND called)
);

GRANT SELECT, INSERT ON repair_appointments, repair_outsourcings, repair_assignments, repair_arrivals, repair_quotes,
    repair_fees, repair_consents, repair_starts, repair_moves, repair_damages, repair_compensations, repair_devices,
    repair_completions, repair_receipts, repair_handovers, repair_callbacks, repair_cancellations, repair_registers
    TO {tenant};
