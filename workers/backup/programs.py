"""pg_dump and pg_restore of the embedded package, told where to go by the environment, never by arguments that show."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from saas.problem import Problem
from workers.embedded.install import binaries

VARIABLES = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
    "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
}  # fmt: skip


def run(program: str, *arguments: str | Path, dsn: str) -> None:
    """Run a program against `dsn`. Raises Problem with the last lines of what it said."""
    parts = conninfo_to_dict(dsn)
    known = {variable: str(parts[key]) for key, variable in VARIABLES.items() if parts.get(key)}
    done = subprocess.run(_command(program, arguments), env=os.environ | known, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Problem(f"{program} 没有完成：{' '.join(done.stderr.strip().splitlines()[-5:])}")


def script(dump: Path, schema: str, section: str) -> Iterator[bytes]:
    """The lines of one section of one schema of a dump, as SQL. Raises Problem when it cannot be read."""
    command = _command("pg_restore", ["--schema", schema, "--section", section, "--file", "-", dump])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout
        assert process.stderr
        for line in process.stdout:
            if not line.startswith((b"\\restrict", b"\\unrestrict")):  # for psql alone
                yield line
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise Problem(f"读不出 {dump.name}：{said.strip()[-300:]}")


def _command(program: str, arguments: Sequence[str | Path]) -> list[str]:
    return [str(binaries() / program), *map(str, arguments)]
