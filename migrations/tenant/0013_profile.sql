-- What the head office says of a project: how it is paid for (包干制 or 酬金制, rules I2 and I5) and the phones that are
-- published for it (A6). `version` guards the form against lost updates.
ALTER TABLE profile
    ADD COLUMN fee_basis text NOT NULL DEFAULT 'lump_sum' CHECK (fee_basis IN ('lump_sum', 'remuneration')),
    ADD COLUMN supervision_phone text NOT NULL DEFAULT '',
    ADD COLUMN version integer NOT NULL DEFAULT 1;
