-- The board (M4): which records were touched, what was measured of them, and whether it still agrees. In a project the
-- rows are its own; in the head office they are those of all projects of the company.

-- Written with the records, in their transaction; whoever measures takes them away.
CREATE TABLE marks (
    id uuid PRIMARY KEY,
    subject_type text NOT NULL,
    since date NOT NULL -- the first day whose figures may have changed
);
GRANT SELECT, INSERT, DELETE ON marks TO {tenant};

-- One row, locked by whoever measures. `seq` only grows, also over a restore: it is a time in microseconds.
CREATE TABLE roll_up (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    born_on date NOT NULL,
    seq bigint NOT NULL DEFAULT 0,
    build text NOT NULL DEFAULT '',
    measured_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON roll_up TO {tenant};
INSERT INTO roll_up (born_on)
SELECT (claimed_at AT TIME ZONE 'Asia/Shanghai')::date FROM platform.tenants
WHERE schema_name = '{tenant}' AND claimed_at IS NOT NULL;

-- One clause in one period of one tenant. Nothing here changes as time passes: from `late_at` on it is late, from
-- `behind_at` on its pace is too slow (saas/board/lateness.py reads them so, saas/policy/standing.py says why).
CREATE TABLE cells (
    tenant text NOT NULL,
    clause text NOT NULL,
    begins date NOT NULL,
    ends date NOT NULL,
    pack_version text NOT NULL,
    met integer NOT NULL CHECK (met >= 0),
    missed integer NOT NULL CHECK (missed >= 0),
    open integer NOT NULL CHECK (open >= 0),
    due timestamptz[] NOT NULL, -- ascending
    need integer,
    applies boolean NOT NULL,
    seq bigint NOT NULL,
    measured_at timestamptz NOT NULL,
    late_at timestamptz GENERATED ALWAYS AS (
        CASE
            WHEN NOT applies THEN NULL
            WHEN need IS NOT NULL THEN
                CASE WHEN met < need THEN (ends::timestamp - interval '1 microsecond') AT TIME ZONE 'Asia/Shanghai' END
            WHEN missed > 0 THEN '-infinity'
            ELSE due[1]
        END
    ) STORED,
    behind_at timestamptz GENERATED ALWAYS AS (
        CASE
            WHEN applies AND met < need THEN
                (begins::timestamp + (ends::timestamp - begins::timestamp) * ((met + 1)::float8 / need))
                AT TIME ZONE 'Asia/Shanghai'
        END
    ) STORED,
    PRIMARY KEY (tenant, clause, begins),
    CHECK (begins < ends)
) WITH (fillfactor = 85);
CREATE INDEX cells_of_period ON cells (begins, tenant);
GRANT SELECT, INSERT, UPDATE (ends, pack_version, met, missed, open, due, need, applies, seq, measured_at)
    ON cells TO {tenant};

-- Head office: up to which delta the figures of each project have come.
CREATE TABLE arrivals (
    tenant text PRIMARY KEY,
    seq bigint NOT NULL,
    at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE (seq, at) ON arrivals TO {tenant};

-- Each night everything is measured afresh: how many cells, and how many had drifted, in the project and in the head
-- office. No number where there was nothing to compare with: the rules themselves had changed.
CREATE TABLE reconciliations (
    tenant text NOT NULL,
    at timestamptz NOT NULL,
    cells integer NOT NULL,
    drift_here integer,
    drift_there integer,
    differing text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant, at)
);
CREATE INDEX reconciliations_latest ON reconciliations (at);
GRANT SELECT, INSERT ON reconciliations TO {tenant};
