-- What a member is good at: codes of the pack's skills. Repairs are assigned by it (E2).
ALTER TABLE staff ADD COLUMN skills text[] NOT NULL DEFAULT '{}';
