-- Contacts, repairs, letters, articles and people are found like complaints: by the pairs of characters in their words
-- (`bigrams`), by initials (written by the application, which knows the readings) and by the end of a number.
ALTER TABLE repairs ADD COLUMN initials text NOT NULL DEFAULT '' CHECK (length(initials) <= 60);
CREATE INDEX repairs_words ON repairs USING gin (bigrams(haystack)) WITH (gin_pending_list_limit = 2048);
CREATE INDEX repairs_initials ON repairs (initials text_pattern_ops) WHERE initials <> '';
CREATE INDEX repairs_phone_tail ON repairs (right(replace(phone, '-', ''), 4)) WHERE phone <> '';

ALTER TABLE contacts
    ADD COLUMN initials text NOT NULL DEFAULT '' CHECK (length(initials) <= 60),
    ADD COLUMN haystack text GENERATED ALWAYS AS (lower(number || ' ' || reporter || ' ' || summary)) STORED;
CREATE INDEX contacts_words ON contacts USING gin (bigrams(haystack)) WITH (gin_pending_list_limit = 2048);
CREATE INDEX contacts_initials ON contacts (initials text_pattern_ops) WHERE initials <> '';

ALTER TABLE release_versions ADD COLUMN haystack text GENERATED ALWAYS AS (lower(title || ' ' || body)) STORED;
CREATE INDEX release_versions_words ON release_versions USING gin (bigrams(haystack)) WITH (gin_pending_list_limit = 2048);
CREATE INDEX recipients_words ON recipients USING gin (bigrams(lower(name))) WITH (gin_pending_list_limit = 2048);
CREATE INDEX recipients_customer ON recipients (customer_id) WHERE customer_id IS NOT NULL;

ALTER TABLE article_versions ADD COLUMN haystack text GENERATED ALWAYS AS (lower(title || ' ' || body)) STORED;
CREATE INDEX article_versions_words ON article_versions USING gin (bigrams(haystack)) WITH (gin_pending_list_limit = 2048);

CREATE INDEX customers_words ON customers USING gin (bigrams(lower(name))) WITH (gin_pending_list_limit = 2048);
CREATE INDEX customers_other_phones ON customers (id) WHERE other_phones <> '{}';
CREATE INDEX units_room ON units (room text_pattern_ops);

-- Those who were written down before their initials were: the application fills them in once (job `initials.fill`), a part
-- at a time, from what stands here.
GRANT UPDATE (initials) ON complaints, repairs, contacts TO {tenant};
CREATE INDEX complaints_unread ON complaints (id) WHERE initials = '' AND reporter <> '';
CREATE INDEX repairs_unread ON repairs (id) WHERE initials = '' AND reporter <> '';
CREATE INDEX contacts_unread ON contacts (id) WHERE initials = '' AND reporter <> '';
CREATE INDEX customers_unread ON customers (id) WHERE name_initials = '';
