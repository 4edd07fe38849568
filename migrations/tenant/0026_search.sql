-- Words are found by the pairs of characters in them (two-character Chinese words have one): a list of them for every
-- complaint stands in an index, so that a search looks at the complaints that can fit and at no others. The cost keeps the planner
-- from making the pairs again for every row.
CREATE FUNCTION bigrams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE COST 100000 AS $$
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
CREATE INDEX complaints_words ON complaints USING gin (bigrams(haystack)) WITH (gin_pending_list_limit = 512);

-- Who complained is found by initials (written by the application, which knows the readings) and by the end of a number.
ALTER TABLE complaints ADD COLUMN initials text NOT NULL DEFAULT '' CHECK (length(initials) <= 60);
CREATE INDEX complaints_initials ON complaints (initials text_pattern_ops) WHERE initials <> '';
CREATE INDEX complaints_phone_tail ON complaints (right(replace(phone, '-', ''), 4)) WHERE phone <> '';

-- The filters count and page by these alone.
CREATE INDEX complaints_category ON complaints (category, received_at DESC, id DESC);
CREATE INDEX complaints_severity ON complaints (severity, received_at DESC, id DESC);
