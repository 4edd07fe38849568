-- Price lists 收费标准 (C8): one version after the other, each kept. Only one is under way at a time; once approved it never changes.
CREATE TABLE price_lists (
    id uuid PRIMARY KEY,
    nth integer NOT NULL UNIQUE CHECK (nth > 0),
    title text NOT NULL CHECK (length(btrim(title)) BETWEEN 1 AND 60),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    valid_from date NOT NULL,
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'in_review', 'returned', 'approved')),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    approval_id uuid REFERENCES approvals,
    in_force_from date,
    drafted_at timestamptz NOT NULL,
    drafted_by uuid NOT NULL REFERENCES staff,
    drafted_by_name text NOT NULL,
    approved_at timestamptz,
    CHECK ((state = 'approved') = (approved_at IS NOT NULL)),
    CHECK ((state = 'approved') = (in_force_from IS NOT NULL)),
    CHECK (state <> 'in_review' OR approval_id IS NOT NULL),
    CHECK (in_force_from >= valid_from)
);
CREATE UNIQUE INDEX one_list_under_way ON price_lists ((true)) WHERE state <> 'approved';
GRANT SELECT, INSERT, UPDATE (title, note, valid_from, state, version, approval_id, in_force_from, approved_at) ON price_lists TO {tenant};

CREATE FUNCTION a_price_list_was_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'approved' THEN
        RAISE EXCEPTION 'price list % is approved and stays as it is', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND NOT EXISTS (
        SELECT 1 FROM {tenant}.approvals a WHERE a.id = NEW.approval_id AND a.subject_id = NEW.id
        AND a.version = NEW.version AND a.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'price list % has no approval of version %', NEW.id, NEW.version USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_list_approved BEFORE INSERT OR UPDATE ON price_lists
    FOR EACH ROW EXECUTE FUNCTION a_price_list_was_approved();
GRANT EXECUTE ON FUNCTION a_price_list_was_approved() TO {tenant};

CREATE TABLE price_lines (
    list_id uuid NOT NULL REFERENCES price_lists,
    position integer NOT NULL CHECK (position > 0),
    charge text NOT NULL,
    item text NOT NULL CHECK (length(btrim(item)) BETWEEN 1 AND 60),
    unit text NOT NULL CHECK (length(btrim(unit)) BETWEEN 1 AND 20),
    price_fen bigint NOT NULL CHECK (price_fen BETWEEN 0 AND 100000000),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 200),
    PRIMARY KEY (list_id, position)
);
GRANT SELECT, INSERT, DELETE ON price_lines TO {tenant};

CREATE FUNCTION lines_of_drafts_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    list uuid := coalesce(NEW.list_id, OLD.list_id);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {tenant}.price_lists l WHERE l.id = list AND l.state IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'price list % is no draft', list USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER lines_of_drafts_only BEFORE INSERT OR DELETE ON price_lines
    FOR EACH ROW EXECUTE FUNCTION lines_of_drafts_only();
GRANT EXECUTE ON FUNCTION lines_of_drafts_only() TO {tenant};

-- Where the list in force is displayed: a printed poster with a QR code; its address is printed, so it is kept as it is.
CREATE TABLE price_displays (
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
GRANT SELECT, INSERT, UPDATE (closed_at, closed_by_name) ON price_displays TO {tenant};
