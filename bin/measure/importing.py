"""import_rows_per_s, import_peak_mb: a ledger of 100,000 messages by `bin/manage import ledger`, read to written."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from bin.measure.cluster import cluster
from bin.measure.company import COMPANY, found
from bin.measure.others import watched
from bin.measure.working import Steward
from saas.sheets import write
from tenants.complaints.ledger import COLUMNS
from workers.run import ROOT

ROWS = 100_000
_known: dict[str, float] = {}


def rows_per_second(home: Path, say: Callable[[str], None]) -> float:
    """Rows a second, from the start of the command to its end."""
    return _measured(home, say)["rows_per_second"]


def peak_mb(home: Path, say: Callable[[str], None]) -> float:
    """The most memory that the command held, in MB."""
    return _measured(home, say)["peak_mb"]


def _measured(home: Path, say: Callable[[str], None]) -> dict[str, float]:
    if not _known:
        with cluster(home) as servers:
            office = found(servers, "imports", 1)
            steward = Steward(office.app, office.project("p00"))
            file = home / "ledger.xlsx"
            file.write_bytes(write(_messages(), [column.title for column in COLUMNS], "台账"))
            say(f"{ROWS} rows, {file.stat().st_size / 1e6:.1f} MB")
            command = [sys.executable, "-m", "workers.manage", "import", "ledger", str(file), "--publish"]
            to = ["--project", f"{COMPANY}/p00", "--by", f"steward-{steward.schema}@example.com"]
            env = os.environ | {
                "LINSHENG_HOME": str(office.home),
                "REDIS_URL": servers.redis_url,
                "PYTHONPATH": str(ROOT),
            }
            with watched(say):
                begin = perf_counter()
                done = subprocess.run([*command, *to], cwd=ROOT, env=env, capture_output=True, text=True)
                seconds = perf_counter() - begin
            for line in (done.stdout + done.stderr).splitlines()[-3:]:
                say(line)
            done.check_returncode()
            if f"新增 {ROWS}" not in done.stdout:
                raise RuntimeError("not every row was written")
            say(f"{seconds:.0f} s")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
            _known.update(rows_per_second=ROWS / seconds, peak_mb=peak)
    return _known


def _messages() -> Iterator[list[object]]:
    """Messages of some 250 characters, three a day or more, half of them answered."""
    text = "业主反映问题持续多日，物业人员到场查看后仍未解决，影响老人和孩子出行，希望尽快给出处理时间。"
    first = datetime(2010, 1, 1, 8, 0)  # noqa: DTZ001 - a sheet's own time
    for n in range(ROWS):
        at = first + timedelta(minutes=77 * n)
        reply = "您好，已安排维修并回访，感谢您的监督。" if n % 2 else ""
        yield [
            str(n + 1), f"用户{n % 4000}", f"电梯运行有异响 {n}", at, text * (3 + n % 4), reply,
            at + timedelta(hours=20) if reply else None,
        ]  # fmt: skip
