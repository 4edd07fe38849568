"""tenancy_cpu_ratio: CPU of web and database for the complaints list, against the same page without tenancy."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import psutil
from psycopg import sql

from bin.measure.cluster import Cluster, cluster
from bin.measure.company import COMPANY, Office, found
from bin.measure.plain import LOGIN
from bin.measure.rows import ROWS, fill
from bin.measure.web import PRODUCT, Browser, Web, serving
from saas.tenancy import roles

TENANTS = 20
BROWSERS = 4
WARM = 400  # each connection has seen each tenant: what a long-running server looks like
REQUESTS = 200
ROUNDS = 9
LIST = "complaints/?view=all"


class Side:
    """One of the two applications, with its browsers."""

    def __init__(self, cluster: Cluster, office: Office, web: Web, slugs: list[str]) -> None:
        self.cluster, self.office, self.web = cluster, office, web
        self.browsers = [Browser(web.port, office.sign_in()) for _ in range(BROWSERS)]
        self.paths = cycle([f"/{COMPANY}/{slug}/{LIST}" for slug in slugs])

    def visit(self, requests: int) -> tuple[float, float]:
        """Open the list so often; answer the seconds of CPU of web and of database for one page."""
        before = self.web.cpu_seconds(), self._backends()
        paths = list(islice(self.paths, requests))
        with ThreadPoolExecutor(BROWSERS) as together:
            shares = [paths[i::BROWSERS] for i in range(BROWSERS)]
            list(together.map(lambda browser, share: [browser.get(path) for path in share], self.browsers, shares))
        after = self.web.cpu_seconds(), self._backends()
        database = sum(seconds - before[1].get(pid, 0) for pid, seconds in after[1].items())
        return (after[0] - before[0]) / requests, database / requests

    def _backends(self) -> dict[int, float]:
        with self.cluster.admin("postgres") as admin:
            query = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
            pids = [row[0] for row in admin.execute(query, [self.office.database])]
        times = {pid: psutil.Process(pid).cpu_times() for pid in pids}
        return {pid: spent.user + spent.system for pid, spent in times.items()}


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Median over alternating rounds, 20 tenants in rotation, each with 10,000 complaints."""
    slugs = [f"p{n:02d}" for n in range(TENANTS)]
    with cluster(home) as servers:
        tenants, plain = _many(servers, slugs), _single(servers)
        with (
            serving(tenants.home, servers.redis_url, PRODUCT) as web,
            serving(plain.home, servers.redis_url, "bin.measure.plain:app") as other,
        ):
            sides = Side(servers, tenants, web, slugs), Side(servers, plain, other, slugs[:1])
            for side in sides:
                side.visit(WARM)
            rounds = [[side.visit(REQUESTS) for side in sides] for _ in range(ROUNDS)]
    ratios = [sum(with_it) / sum(without) for with_it, without in rounds]
    for name, column in (("with", 0), ("without", 1)):
        seconds = [each[column] for each in rounds]
        web_ms, database_ms = (median(part) * 1000 for part in zip(*seconds, strict=True))
        say(f"{name} tenancy: web {web_ms:.2f} ms, database {database_ms:.2f} ms a page of {ROWS} rows")
    say(f"rounds: {' '.join(f'{ratio:.3f}' for ratio in sorted(ratios))}")
    return median(ratios)


def _many(servers: Cluster, slugs: list[str]) -> Office:
    office = found(servers, "tenants", len(slugs))
    schemas = [office.project(slug) for slug in slugs]
    with servers.admin(office.database) as admin:
        for schema in schemas:
            fill(admin, schema)
    return office


def _single(servers: Cluster) -> Office:
    """The same pages with one login that owns the tables of its own schema."""
    office = found(servers, "plain", 1)
    schema, login = office.project("p00"), sql.Identifier(LOGIN)
    with servers.admin(office.database) as admin:
        fill(admin, schema)
        run = admin.execute
        run(sql.SQL("CREATE ROLE {} LOGIN").format(login))
        run(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(office.database), login))
        run(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(schema), login))
        run(sql.SQL("ALTER SCHEMA {0} OWNER TO {0}").format(login))
        tables = run("SELECT tablename FROM pg_tables WHERE schemaname = %s", [LOGIN]).fetchall()
        for (table,) in tables:
            run(sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(LOGIN, table), login))
        run(sql.SQL("GRANT USAGE ON SCHEMA platform TO {}").format(login))
        run(sql.SQL("GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA platform TO {}").format(login))
    (office.home / "dsn" / "app").write_text(roles.dsn_for(servers.admin_url, LOGIN, "", office.database))
    return office
