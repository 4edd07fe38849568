-- D16: the result of a hotline complaint, reported by the project; in the head office what arrived, and its own callback.
CREATE TABLE hotline_results (
    complaint_id uuid NOT NULL,
    nth integer NOT NULL,
    result text NOT NULL CHECK (length(btrim(result)) BETWEEN 1 AND 4000),
    reported_at timestamptz NOT NULL,
    reported_by uuid NOT NULL REFERENCES staff,
    reported_by_name text NOT NULL,
    PRIMARY KEY (complaint_id, nth),
    FOREIGN KEY (complaint_id, nth) REFERENCES complaint_handlings
);
CREATE TABLE hotline_arrivals (
    id uuid PRIMARY KEY,
    tenant text NOT NULL,
    complaint_id uuid NOT NULL,
    number text NOT NULL,
    subject text NOT NULL,
    result text NOT NULL,
    handled_at timestamptz NOT NULL,
    reported_at timestamptz NOT NULL,
    reported_by_name text NOT NULL,
    arrived_at timestamptz NOT NULL
);
CREATE INDEX hotline_arrivals_latest ON hotline_arrivals (reported_at DESC);
CREATE TABLE hotline_callbacks (
    arrival_id uuid PRIMARY KEY REFERENCES hotline_arrivals,
    satisfaction integer NOT NULL CHECK (satisfaction BETWEEN 1 AND 5),
    opinion text NOT NULL CHECK (length(btrim(opinion)) BETWEEN 1 AND 4000),
    called_at timestamptz NOT NULL,
    called_by uuid NOT NULL REFERENCES staff,
    called_by_name text NOT NULL
);
GRANT SELECT, INSERT ON hotline_results, hotline_arrivals, hotline_callbacks TO {tenant};
