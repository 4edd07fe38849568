-- A common area belongs to no household, and what is free there costs no customer anything: E2 and E3 bind fees that somebody
-- is to pay and things that are somebody's, so there is no customer to sign. Then the consent is the reporter's, whose wish it
-- was, or, where nobody reported, that of the service or engineering side; the end is confirmed by the reporter or by a
-- colleague other than who finished it, and a photo of the work stands where the signature would. Foreign keys to what the
-- order and its fees say keep every other repair to a signature: a household, or a single fen, and only 'signed' is left.
ALTER TABLE repairs
    ADD COLUMN common_area boolean NOT NULL DEFAULT false,
    ADD COLUMN reported boolean NOT NULL GENERATED ALWAYS AS (reporter <> '') STORED;
ALTER TABLE repairs
    ADD CHECK (NOT common_area OR unit_id IS NULL),
    ADD UNIQUE (id, common_area),
    ADD UNIQUE (id, reported);
ALTER TABLE repair_quotes ADD UNIQUE (repair_id, nth, total_fen);

ALTER TABLE repair_consents
    ADD COLUMN given text NOT NULL DEFAULT 'signed' CHECK (given IN ('signed', 'reporter', 'staff')),
    ALTER COLUMN picture_id DROP NOT NULL;
ALTER TABLE repair_consents
    ADD COLUMN common_area boolean GENERATED ALWAYS AS (CASE WHEN given <> 'signed' THEN true END) STORED,
    ADD COLUMN total_fen bigint GENERATED ALWAYS AS (CASE WHEN given <> 'signed' THEN 0 END) STORED,
    ADD COLUMN reported boolean GENERATED ALWAYS AS (CASE given WHEN 'reporter' THEN true WHEN 'staff' THEN false END) STORED;
ALTER TABLE repair_consents
    ADD CHECK ((given = 'signed') = (picture_id IS NOT NULL)),
    ADD CHECK (given = 'signed' OR NOT drawn),
    ADD FOREIGN KEY (repair_id, common_area) REFERENCES repairs (id, common_area),
    ADD FOREIGN KEY (repair_id, reported) REFERENCES repairs (id, reported),
    ADD FOREIGN KEY (repair_id, nth, total_fen) REFERENCES repair_quotes (repair_id, nth, total_fen);

ALTER TABLE repair_completions
    ADD COLUMN given text NOT NULL DEFAULT 'signed' CHECK (given IN ('signed', 'reporter', 'staff')),
    ADD COLUMN confirmed_by uuid REFERENCES staff;
ALTER TABLE repair_completions
    ADD COLUMN common_area boolean GENERATED ALWAYS AS (CASE WHEN given <> 'signed' THEN true END) STORED,
    ADD COLUMN total_fen bigint GENERATED ALWAYS AS (CASE WHEN given <> 'signed' THEN 0 END) STORED,
    ADD COLUMN reported boolean GENERATED ALWAYS AS (CASE WHEN given = 'reporter' THEN true END) STORED;
ALTER TABLE repair_completions
    ADD CHECK ((given = 'staff') = (confirmed_by IS NOT NULL)),
    ADD CHECK (confirmed_by <> finished_by),
    ADD CHECK (given = 'signed' OR NOT drawn),
    ADD FOREIGN KEY (repair_id, common_area) REFERENCES repairs (id, common_area),
    ADD FOREIGN KEY (repair_id, reported) REFERENCES repairs (id, reported),
    ADD FOREIGN KEY (repair_id, nth, total_fen) REFERENCES repair_quotes (repair_id, nth, total_fen);
