-- Documents on paper: asked for by a person, rendered by a worker with visible progress, kept by content.
CREATE TABLE documents (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    readers text[] NOT NULL CHECK (cardinality(readers) > 0),
    barred uuid[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'rendering', 'ready', 'failed', 'cancelled')),
    step integer NOT NULL DEFAULT 0,
    steps integer NOT NULL DEFAULT 7,
    words text NOT NULL DEFAULT '',
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size integer,
    failure text,
    requested_by uuid NOT NULL REFERENCES staff,
    requested_by_name text NOT NULL,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((state = 'ready') = (sha256 IS NOT NULL))
);
CREATE INDEX documents_subject ON documents (subject_type, subject_id, requested_at DESC);
GRANT SELECT, INSERT, UPDATE ON documents TO {tenant};
