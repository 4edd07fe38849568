-- Reception of the day (C2): each matter a customer brings up is registered, handled, followed up, fed back and revisited.
-- The row says where it stands and until when the next step is owed; what happened are steps, inserted once.
CREATE TABLE receptions (
    id uuid PRIMARY KEY REFERENCES contacts,
    registered_at timestamptz NOT NULL,
    answer_by timestamptz NOT NULL,
    owner_id uuid NOT NULL REFERENCES staff,
    state text NOT NULL CHECK (state IN ('open', 'handled', 'fed_back', 'closed', 'passed')),
    due_at timestamptz,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    CHECK ((state IN ('closed', 'passed')) = (due_at IS NULL))
);
CREATE INDEX receptions_latest ON receptions (registered_at DESC, id);
CREATE INDEX receptions_due ON receptions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX receptions_owner ON receptions (owner_id) WHERE due_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE (owner_id, state, due_at, version) ON receptions TO {tenant};

CREATE TABLE reception_steps (
    reception_id uuid NOT NULL REFERENCES receptions,
    nth integer NOT NULL CHECK (nth > 0),
    kind text NOT NULL CHECK (kind IN ('expected', 'escalated', 'handled', 'noted', 'fed_back', 'revisited')),
    words text NOT NULL CHECK (length(words) <= 4000),
    channel text NOT NULL DEFAULT '',
    expected_at timestamptz,
    role text NOT NULL DEFAULT '',
    satisfaction integer CHECK (satisfaction BETWEEN 1 AND 5),
    settled boolean,
    taken_at timestamptz NOT NULL,
    taken_by uuid NOT NULL REFERENCES staff,
    taken_by_name text NOT NULL,
    PRIMARY KEY (reception_id, nth),
    CHECK ((kind = 'expected') = (expected_at IS NOT NULL)),
    CHECK ((kind = 'escalated') = (role <> '')),
    CHECK ((kind = 'revisited') = (satisfaction IS NOT NULL)),
    CHECK ((kind = 'revisited') = (settled IS NOT NULL)),
    CHECK (kind IN ('expected', 'fed_back') OR length(btrim(words)) > 0),
    CHECK ((kind IN ('expected', 'fed_back', 'revisited')) = (channel <> ''))
);
GRANT SELECT, INSERT ON reception_steps TO {tenant};
