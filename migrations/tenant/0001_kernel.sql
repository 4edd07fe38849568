-- The kernel's rows inside a tenant. Runs as linsheng_owner with search_path = {tenant}, pg_temp.

-- Names and roles of the staff, kept by the membership actions: inside a tenant nothing of the platform can be read.
CREATE TABLE staff (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    roles text[] NOT NULL,
    since timestamptz NOT NULL,
    ended_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON staff TO {tenant};

-- Facts about this tenant that its own pages need (names, policy, phones).
CREATE TABLE profile (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    company text NOT NULL,
    project text NOT NULL,
    kind text NOT NULL,
    pack text NOT NULL,
    service_phone text NOT NULL DEFAULT '',
    handed_over_on date
);
GRANT SELECT, INSERT, UPDATE ON profile TO {tenant};

-- A dated delegation (委托): whoever decides under it is named on the decision.
CREATE TABLE delegations (
    id uuid PRIMARY KEY,
    from_id uuid NOT NULL REFERENCES staff,
    to_id uuid NOT NULL REFERENCES staff,
    role text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (from_id <> to_id),
    CHECK (starts_on <= ends_on)
);
GRANT SELECT, INSERT, UPDATE ON delegations TO {tenant};

-- A form that was already taken answers with where it went, however often it comes again.
CREATE TABLE taken_forms (
    key uuid PRIMARY KEY,
    actor_id uuid,
    location text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON taken_forms TO {tenant};

-- Yearly counters behind TS-20261119-007, FB-2026-0231 …
CREATE TABLE numbers (
    series text PRIMARY KEY,
    last integer NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON numbers TO {tenant};

-- Days that the company entered by hand over the national calendar.
CREATE TABLE calendar_days (
    day date PRIMARY KEY,
    working boolean NOT NULL,
    note text NOT NULL DEFAULT ''
);
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_days TO {tenant};

SET LOCAL ROLE audit_owner;
CREATE TABLE {tenant}.events (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    on_behalf_of text,
    data jsonb NOT NULL,
    request_id text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    epoch integer NOT NULL DEFAULT 0 -- a restore raises the default: transaction ids may begin lower again (saas/sealing.py)
);
CREATE INDEX events_subject ON {tenant}.events (subject_type, subject_id, occurred_at);
CREATE INDEX events_order ON {tenant}.events (epoch, xid, id);
GRANT SELECT, INSERT (id, name, subject_type, subject_id, actor_id, actor_name, on_behalf_of, data, request_id, occurred_at)
    ON {tenant}.events TO {tenant};

-- The chain of seals over the events; written by the sealer alone, as audit_owner.
CREATE TABLE {tenant}.seals (
    position bigint PRIMARY KEY,
    last_epoch integer NOT NULL,
    last_xid xid8 NOT NULL,
    last_id uuid NOT NULL,
    rows integer NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON {tenant}.seals TO {tenant};
SET LOCAL ROLE linsheng_owner;
