-- Forms of pages outside every tenant, and of those that write platform rows before they enter one (saas/web/once.py).
CREATE TABLE taken_forms (
    key uuid PRIMARY KEY,
    actor_id uuid,
    location text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL
);
GRANT SELECT, INSERT (key, actor_id, taken_at), UPDATE (location) ON taken_forms TO app;
