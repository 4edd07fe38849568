-- What a project tells its head office: changed figures of the board, counts only. Projects insert and never read; the
-- tenant column fills itself, so nobody can write in another's name. Only the worker reads, to carry them over.
CREATE TABLE board_deltas (
    id uuid PRIMARY KEY,
    tenant text NOT NULL DEFAULT current_user CHECK (tenant ~ '^t_[0-9]{5,}$'),
    seq bigint NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (tenant, seq)
);
CREATE INDEX board_deltas_old ON board_deltas (created_at);
GRANT INSERT (id, seq, payload) ON board_deltas TO tenant;
GRANT SELECT ON board_deltas TO worker;
GRANT SELECT, DELETE ON board_deltas TO relay;

ALTER TABLE outbox DROP CONSTRAINT outbox_queue_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_queue_check CHECK (queue IN ('mail', 'pdf', 'board'));
