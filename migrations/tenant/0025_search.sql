-- Words are found by the pairs of characters in them (two-character Chinese words have one): a list of them for every
-- complaint stands in an index, so that a search looks at the complaints that can fit and at no others.
CREATE FUNCTION bigrams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE COST 1000 AS $$
BEGIN
    RETURN (
    SELECT coalesce(array_agg(DISTINCT former || latter), '{}')
    FROM (
        SELECT letter AS former, lead(letter) OVER (ORDER BY nth) AS latter
        FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS letters (letter, nth)
    ) AS pairs
    WHERE latter IS NOT NULL AND former <> ' ' AND latter <> ' '
    );
END $$;
GRANT EXECUTE ON FUNCTION bigrams(text) TO {tenant};
CREATE INDEX complaints_words ON complaints USING gin (bigrams(haystack)) WITH (gin_pending_list_limit = 2048);

-- Who complained is found by initials (written by the application, which knows the readings) and by the end of a number.
ALTER TABLE complaints ADD COLUMN initials text NOT NULL DEFAULT '' CHECK (length(initials) <= 60);
CREATE INDEX complaints_initials ON complaints (initials text_pattern_ops) WHERE initials <> '';
CREATE INDEX complaints_phone_tail ON complaints (right(replace(phone, '-', ''), 4)) WHERE phone <> '';

-- The filters count and page by these alone.
CREATE INDEX complaints_category ON complaints (category, received_at DESC, id DESC);
CREATE INDEX complaints_severity ON complaints (severity, received_at DESC, id DESC);

-- Something done to many complaints at once: what became of each, so that none is skipped silently.
CREATE TABLE bulk_runs (
    id uuid PRIMARY KEY,
    verb text NOT NULL CHECK (verb IN ('assign', 'remind', 'export')),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    ran_at timestamptz NOT NULL,
    ran_by uuid NOT NULL REFERENCES staff,
    ran_by_name text NOT NULL
);
CREATE TABLE bulk_results (
    run_id uuid NOT NULL REFERENCES bulk_runs,
    nth integer NOT NULL CHECK (nth > 0),
    complaint_id uuid REFERENCES complaints,
    done boolean NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (run_id, nth)
);
GRANT SELECT, INSERT ON bulk_runs, bulk_results TO {tenant};
