"""A board of 200 projects × 60 clauses over thirteen months, by SQL; the regulation has these clauses, all in use."""

import re
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from saas.policy import loader

PROJECTS, CLAUSES = 200, 60
EVIDENCE = "contacts.records"  # any name that is answered: the board asks only whether it is

HOMES = """
INSERT INTO platform.tenants (schema_name, version, company_id, kind, slug, name, claimed_at)
SELECT 't_' || 90000 + n, 0, (SELECT id FROM platform.companies), 'project', 'p' || lpad(n::text, 3, '0'),
       (ARRAY['云栖', '锦绣', '滨江', '书香', '星河'])[1 + n % 5] || (ARRAY['花园', '华庭', '一号'])[1 + n % 3] || n,
       now()
FROM generate_series(1, {projects}) AS n
"""
# A fifth is late, a tenth a quota, a tenth still open, the rest is kept or has nothing to do.
CELLS = """
INSERT INTO {schema}.cells (
    tenant, clause, begins, ends, pack_version, met, missed, open, due, need, applies, seq, measured_at
)
SELECT 't_' || 90000 + p, clause, month, month + interval '1 month', '1', chance % 9,
       CASE WHEN chance % 5 = 0 THEN 1 + chance % 3 ELSE 0 END, CASE WHEN chance % 10 = 1 THEN 2 ELSE 0 END,
       CASE WHEN chance % 10 = 1
           THEN ARRAY[now() + (chance % 20 - 4) * interval '1 day', now() + interval '20 days'] ELSE '{{}}' END,
       CASE WHEN chance % 10 = 3 THEN 10 END, chance % 30 <> 7, 1, now()
FROM generate_series(1, {projects}) AS p
CROSS JOIN unnest({clauses}::text[]) AS clause
CROSS JOIN (
    SELECT (date_trunc('month', now()) - n * interval '1 month')::date AS month FROM generate_series(-1, 12) AS n
) AS months
CROSS JOIN LATERAL (SELECT abs(hashtext(clause || p || month)) % 997 AS chance) AS each
"""
ARRIVALS = """
INSERT INTO {schema}.arrivals (tenant, seq, at) SELECT 't_' || 90000 + p, 1, now() FROM generate_series(1, {projects}) p
"""
CHANGE = """
WITH newer AS (UPDATE {schema}.arrivals SET seq = seq + 1, at = now() WHERE tenant = {tenant} RETURNING seq)
UPDATE {schema}.cells SET met = met + 1, seq = newer.seq, measured_at = now() FROM newer
WHERE tenant = {tenant} AND clause = ANY({clauses}::text[]) AND ends > now()
"""


def regulation(folder: Path) -> list[str]:
    """Write the pack of the measurement into a folder; answers its clauses."""
    text = (loader.FOLDER / "property.toml").read_text(encoding="utf-8")
    head, *clauses = re.split(r"(?m)^(?=\[\[clauses\]\])", text)
    own = [block for block in clauses if "office = true" not in block][:CLAUSES]
    used = [re.sub(r'(?m)^evidence = ".*"$', f'evidence = "{EVIDENCE}"', block) for block in own]
    folder.mkdir(parents=True)
    (folder / "property.toml").write_text(head + "".join(used), encoding="utf-8")
    return list(loader.load(folder / "property.toml").clauses)


def fill(admin: Connection[Any], office: str, clauses: list[str]) -> None:
    """Write projects and cells, and let the planner know of them."""
    names = {"schema": sql.Identifier(office), "projects": sql.Literal(PROJECTS), "clauses": sql.Literal(clauses)}
    for statement in (HOMES, CELLS, ARRIVALS):
        admin.execute(sql.SQL(statement).format(**names))
    admin.execute(sql.SQL("VACUUM ANALYZE {}.cells").format(sql.Identifier(office)))


def change(admin: Connection[Any], office: str, nth: int, clauses: list[str]) -> None:
    """Figures of one project arrive, as they do all the time."""
    tenant = sql.Literal(f"t_{90001 + nth % PROJECTS}")
    names = {"schema": sql.Identifier(office), "tenant": tenant, "clauses": sql.Literal(clauses[:5])}
    admin.execute(sql.SQL(CHANGE).format(**names))
