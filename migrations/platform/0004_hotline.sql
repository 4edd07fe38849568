-- What projects report to their head office about complaints of the company's hotline (D16): inserted and never read by the
-- project; the tenant column fills itself. Only the worker reads, to carry them over.
CREATE TABLE hotline_reports (
    id uuid PRIMARY KEY,
    tenant text NOT NULL DEFAULT current_user CHECK (tenant ~ '^t_[0-9]{5,}$'),
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX hotline_reports_old ON hotline_reports (created_at);
GRANT INSERT (id, payload) ON hotline_reports TO tenant;
GRANT SELECT ON hotline_reports TO worker;
GRANT SELECT, DELETE ON hotline_reports TO relay;
