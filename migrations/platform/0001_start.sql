-- Platform tables: who owns which tenant, who may log in, what waits to leave a tenant.
-- Runs as linsheng_owner with search_path = platform, pg_temp.

CREATE TABLE companies (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    created_at timestamptz NOT NULL
);

-- A row exists before its company does: spare tenants are built in batches and claimed by a single UPDATE.
CREATE TABLE tenants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_name text NOT NULL UNIQUE CHECK (schema_name ~ '^t_[0-9]{5,}$'),
    version integer NOT NULL DEFAULT 0,
    company_id uuid REFERENCES companies,
    kind text CHECK (kind IN ('head_office', 'project')),
    slug text CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
    name text CHECK (length(name) BETWEEN 1 AND 80),
    pack text NOT NULL DEFAULT 'property',
    claimed_at timestamptz,
    UNIQUE (company_id, slug),
    CHECK ((company_id IS NULL) = (claimed_at IS NULL)),
    CHECK (company_id IS NULL OR (kind IS NOT NULL AND slug IS NOT NULL AND name IS NOT NULL))
);
CREATE UNIQUE INDEX one_head_office ON tenants (company_id) WHERE kind = 'head_office';
CREATE INDEX spare_tenants ON tenants (id) WHERE company_id IS NULL;

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    password_hash text,
    totp_secret text,
    totp_confirmed_at timestamptz,
    totp_last_step bigint NOT NULL DEFAULT 0,
    operator boolean NOT NULL DEFAULT false,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL
);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users,
    code_hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE memberships (
    user_id uuid NOT NULL REFERENCES users,
    tenant_id bigint NOT NULL REFERENCES tenants,
    roles text[] NOT NULL CHECK (cardinality(roles) > 0),
    since timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (user_id, tenant_id)
);
CREATE INDEX members_of_tenant ON memberships (tenant_id);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    passed_totp boolean NOT NULL DEFAULT false,
    browser text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

-- Links sent by mail: invitation and password reset. Only the hash is kept.
CREATE TABLE one_time_links (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- Each try to hand such a mail to a server: committed before the send, its outcome after it. No outcome and no worker
-- on it any more means unknown, which is never sent again by itself. Facts only, in two tables that nobody can change.
CREATE TABLE mail_attempts (
    id uuid PRIMARY KEY,
    asked_by uuid NOT NULL, -- the outbox row that asked for the mail
    nth integer NOT NULL CHECK (nth > 0),
    purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    user_id uuid NOT NULL REFERENCES users,
    message_id text NOT NULL UNIQUE,
    started_at timestamptz NOT NULL,
    UNIQUE (asked_by, nth)
);
CREATE INDEX mail_attempts_of_user ON mail_attempts (user_id, started_at DESC);
CREATE TABLE mail_outcomes (
    attempt_id uuid PRIMARY KEY REFERENCES mail_attempts,
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'refused', 'rejected', 'unknown')),
    code integer NOT NULL DEFAULT 0,
    ended_at timestamptz NOT NULL
);

-- Doors for people without an account: QR form, published letter, survey, report.
CREATE TABLE public_links (
    token_hash bytea PRIMARY KEY,
    tenant_id bigint NOT NULL REFERENCES tenants,
    kind text NOT NULL,
    object_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    ended_at timestamptz
);

-- What must leave a tenant. Tenants insert; only the relay reads. The tenant column cannot be written by hand.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    tenant text NOT NULL DEFAULT current_user CHECK (tenant ~ '^t_[0-9]{5,}$' OR tenant = 'app'),
    queue text NOT NULL CHECK (queue IN ('mail', 'pdf')),
    job text NOT NULL,
    args text[] NOT NULL,
    run_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    enqueued_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    given_up_at timestamptz,
    failure text
);
CREATE INDEX outbox_waiting ON outbox (run_at) WHERE enqueued_at IS NULL AND given_up_at IS NULL;
CREATE INDEX outbox_underway ON outbox (enqueued_at) WHERE enqueued_at IS NOT NULL;

CREATE TABLE job_done (
    tenant text NOT NULL DEFAULT current_user,
    outbox_id uuid NOT NULL,
    done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, outbox_id)
);

-- One row a living background process, for /readyz.
CREATE TABLE heartbeats (
    process text PRIMARY KEY,
    beat_at timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA platform TO app, worker, relay, tenant;
GRANT SELECT, INSERT, UPDATE ON companies, tenants, users, recovery_codes, memberships, sessions, one_time_links, public_links TO app;
GRANT DELETE ON recovery_codes TO app;
GRANT SELECT ON companies, tenants, users, memberships, public_links TO worker;
GRANT INSERT ON public_links TO worker; -- a published letter's page opens when the letter is delivered
GRANT SELECT, INSERT ON one_time_links TO worker; -- a link's token is made where its mail is written, never queued
GRANT SELECT, INSERT ON mail_attempts, mail_outcomes TO worker;
GRANT SELECT ON mail_attempts, mail_outcomes TO app;
GRANT SELECT ON tenants TO relay;
GRANT SELECT, DELETE ON sessions, one_time_links TO relay;
GRANT INSERT (id, queue, job, args, run_at) ON outbox TO tenant, app;
GRANT SELECT, UPDATE, DELETE ON outbox TO relay;
GRANT INSERT (outbox_id) ON job_done TO tenant, worker;
GRANT SELECT, DELETE ON job_done TO relay;
GRANT SELECT, INSERT, UPDATE ON heartbeats TO worker, relay, app;

SET LOCAL ROLE audit_owner;
-- Platform-level history: companies, memberships, sign-ins. Nobody can change or remove a row.
CREATE TABLE platform.events (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    subject_type text NOT NULL,
    subject_id text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    data jsonb NOT NULL,
    request_id text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX platform_events_subject ON platform.events (subject_type, subject_id);
GRANT SELECT, INSERT (id, name, subject_type, subject_id, actor_id, actor_name, data, request_id, occurred_at) ON platform.events TO app, worker;
SET LOCAL ROLE linsheng_owner;
