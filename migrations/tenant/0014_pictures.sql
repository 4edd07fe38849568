-- Photos kept with a record: inserted once, with the digest of their bytes in the file store. A customer's have no `added_by`.
CREATE TABLE pictures (
    id uuid PRIMARY KEY,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    caption text NOT NULL DEFAULT '' CHECK (length(caption) <= 60),
    added_by uuid REFERENCES staff,
    added_by_name text NOT NULL,
    added_at timestamptz NOT NULL,
    UNIQUE (subject_type, subject_id, sha256)
);
GRANT SELECT, INSERT ON pictures TO {tenant};
