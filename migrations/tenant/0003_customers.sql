-- Households and the people in them (客户档案).

CREATE TABLE units (
    id uuid PRIMARY KEY,
    building text NOT NULL,
    unit text NOT NULL DEFAULT '',
    room text NOT NULL,
    label text NOT NULL UNIQUE CHECK (length(label) BETWEEN 1 AND 40),
    sort_key text NOT NULL,
    area_cm2 bigint CHECK (area_cm2 > 0),
    occupancy text NOT NULL DEFAULT 'vacant' CHECK (occupancy IN ('vacant', 'renovating', 'occupied')),
    handed_over_on date,
    steward_id uuid REFERENCES staff,
    note text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE INDEX units_sort ON units (sort_key);
CREATE INDEX units_steward ON units (steward_id);
GRANT SELECT, INSERT, UPDATE ON units TO {tenant};

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    name_sort text NOT NULL DEFAULT '',
    name_initials text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    preferred_channel text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE INDEX customers_sort ON customers (name_sort);
CREATE INDEX customers_initials ON customers (name_initials text_pattern_ops);
CREATE INDEX customers_phone_tail ON customers (right(phone, 4));
GRANT SELECT, INSERT, UPDATE ON customers TO {tenant};

-- Who belongs to which household, as what, since when. Ended, never deleted.
CREATE TABLE residencies (
    id uuid PRIMARY KEY,
    unit_id uuid NOT NULL REFERENCES units,
    customer_id uuid NOT NULL REFERENCES customers,
    relation text NOT NULL CHECK (relation IN ('owner', 'tenant', 'family', 'merchant')),
    since date,
    until date,
    CHECK (until IS NULL OR since IS NULL OR until >= since)
);
CREATE UNIQUE INDEX one_residency ON residencies (unit_id, customer_id, relation) WHERE until IS NULL;
CREATE INDEX residencies_customer ON residencies (customer_id);
GRANT SELECT, INSERT, UPDATE ON residencies TO {tenant};
