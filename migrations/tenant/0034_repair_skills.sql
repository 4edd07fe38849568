-- The list of repairs narrowed to a skill: its pages, its count and the days of an order are found in the index.
CREATE INDEX repairs_skill ON repairs (skill, ordered_at DESC, id DESC);
