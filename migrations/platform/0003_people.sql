-- Forms of pages outside every tenant, and of those that write platform rows before they enter one (saas/web/once.py).
CREATE TABLE taken_forms (
    key uuid PRIMARY KEY,
    actor_id uuid,
    location text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL
);
GRANT SELECT, INSERT (key, actor_id, taken_at), UPDATE (location) ON taken_forms TO app;

-- The secret behind the time codes is kept under a key that is not in the database (saas/ciphers.py). Rows of earlier
-- releases are enciphered by the bootstrap that runs this script: NOT VALID lets them wait for it, and nobody else.
ALTER TABLE users ADD CONSTRAINT second_factor_is_enciphered CHECK (totp_secret ~ '^[0-9a-f]{8}:') NOT VALID;

-- What the head office's list of projects shows of each; the project's own copy is in its profile, moved together.
ALTER TABLE tenants
    ADD COLUMN fee_basis text NOT NULL DEFAULT 'lump_sum' CHECK (fee_basis IN ('lump_sum', 'remuneration')),
    ADD COLUMN handed_over_on date;
