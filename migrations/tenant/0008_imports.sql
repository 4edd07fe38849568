-- Rosters and ledgers that a company brings along: staged row by row, looked at by a person, then published (B13).

-- People have several numbers; `phone` is the one to call first.
ALTER TABLE customers ADD COLUMN other_phones text[] NOT NULL DEFAULT '{}';

CREATE TABLE imports (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('roster', 'ledger')),
    filename text NOT NULL CHECK (length(filename) BETWEEN 1 AND 200),
    sha256 text NOT NULL,
    header jsonb NOT NULL DEFAULT '[]',
    mapping jsonb,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'staging', 'staged', 'failed', 'publishing', 'published', 'discarded')),
    message text NOT NULL DEFAULT '',
    counts jsonb NOT NULL DEFAULT '{}',
    run uuid,
    version integer NOT NULL DEFAULT 1,
    uploaded_by uuid NOT NULL REFERENCES staff,
    uploaded_by_name text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    published_by uuid REFERENCES staff,
    published_by_name text,
    published_at timestamptz,
    CHECK ((state = 'published') = (published_at IS NOT NULL))
);
CREATE INDEX imports_latest ON imports (uploaded_at DESC, id);
GRANT SELECT, INSERT, UPDATE ON imports TO {tenant};

-- `raw` is the row as it came, by its own headers; `parsed` what was understood. Rows = ready + error, always.
CREATE TABLE import_rows (
    import_id uuid NOT NULL REFERENCES imports,
    number integer NOT NULL,
    raw jsonb NOT NULL,
    parsed jsonb,
    error text NOT NULL DEFAULT '',
    warning text NOT NULL DEFAULT '',
    outcome text NOT NULL CHECK (outcome IN ('error', 'ready', 'new', 'changed', 'duplicate')),
    PRIMARY KEY (import_id, number),
    CHECK ((outcome = 'error') = (error <> '')),
    CHECK ((outcome = 'error') = (parsed IS NULL))
);
CREATE INDEX import_rows_outcome ON import_rows (import_id, outcome, number);
CREATE INDEX import_rows_warned ON import_rows (import_id, number) WHERE warning <> '';
GRANT SELECT, INSERT, UPDATE, DELETE ON import_rows TO {tenant};

-- What a past complaint was in the ledger that it came from: its own number there, the answer given then, the original row.
CREATE TABLE past_complaints (
    complaint_id uuid PRIMARY KEY REFERENCES complaints,
    source_id text NOT NULL UNIQUE CHECK (length(source_id) BETWEEN 1 AND 60),
    import_id uuid NOT NULL REFERENCES imports,
    row_number integer NOT NULL,
    reply text NOT NULL DEFAULT '',
    replied_at timestamptz CHECK (replied_at >= '1990-01-01 00:00+08'),  -- saas.clock.EARLIEST
    raw jsonb NOT NULL
);
GRANT SELECT, INSERT ON past_complaints TO {tenant};
