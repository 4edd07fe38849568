-- The same matter (D5): a complaint is linked to an earlier one by a person, with a reason, and unlinked with a reason.
-- One is linked to at most one other at a time, and never to itself.

CREATE TABLE complaint_links (
    id uuid PRIMARY KEY,
    complaint_id uuid NOT NULL REFERENCES complaints,
    of_id uuid NOT NULL REFERENCES complaints,
    kind text NOT NULL CHECK (kind IN ('duplicate', 'repeat', 'related')),
    reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 2000),
    severity_before text NOT NULL,
    severity_after text NOT NULL,
    linked_at timestamptz NOT NULL,
    linked_by uuid NOT NULL REFERENCES staff,
    linked_by_name text NOT NULL,
    unlinked_at timestamptz,
    unlinked_by uuid REFERENCES staff,
    unlinked_by_name text,
    unlink_reason text CHECK (length(btrim(unlink_reason)) BETWEEN 1 AND 2000),
    CHECK (complaint_id <> of_id),
    CHECK (kind = 'repeat' OR severity_before = severity_after),
    CHECK (num_nonnulls(unlinked_at, unlinked_by, unlinked_by_name, unlink_reason) IN (0, 4))
);
CREATE UNIQUE INDEX one_link ON complaint_links (complaint_id) WHERE unlinked_at IS NULL;
CREATE INDEX links_of ON complaint_links (of_id) WHERE unlinked_at IS NULL;
GRANT SELECT, INSERT, UPDATE (unlinked_at, unlinked_by, unlinked_by_name, unlink_reason) ON complaint_links TO {tenant};

CREATE FUNCTION an_ended_link_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'link % has ended', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER link_ended BEFORE UPDATE ON complaint_links
    FOR EACH ROW WHEN (OLD.unlinked_at IS NOT NULL) EXECUTE FUNCTION an_ended_link_stays();
GRANT EXECUTE ON FUNCTION an_ended_link_stays() TO {tenant};
