"""`bin/bench [NAME …]`: one line `name value target` each; exit 1 when a number is missed or could not be measured.

How a value came about goes to stderr, so that stdout can be kept and compared.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

OUTSIDE = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "BASE_URL", "LINSHENG_HOME")


@dataclass(frozen=True)
class Number:
    """A promise: at most `target`, or at least with `least`. `usual` ones are measured when no name is given."""

    module: str
    target: float
    usual: bool = True
    what: str = "measure"
    least: bool = False

    def kept(self, value: float) -> bool:
        """Whether the promise holds."""
        return value >= self.target if self.least else value <= self.target


NUMBERS = {
    "first_view_kib": Number("first_view", 60),
    "create_project_ms": Number("create_project", 50),
    "list_p95_ms": Number("list_p95", 120),
    "cases_list_p95_ms": Number("cases", 150, what="lists"),
    "cases_search_p95_ms": Number("cases", 150, what="searches"),
    "case_page_p95_ms": Number("cases", 100, what="pages"),
    "month_statistics_s": Number("cases", 1, what="statistics"),
    "import_rows_per_s": Number("importing", 500, what="rows_per_second", least=True),
    "import_peak_mb": Number("importing", 300, what="peak_mb"),
    "board_p95_ms": Number("board_p95", 100),
    "rollup_write_ratio": Number("rollup_write", 1.3),
    "tenancy_cpu_ratio": Number("tenancy_cpu", 1.10),
    "start_s": Number("start", 10),
    "report_pdf_s": Number("report", 8, what="seconds"),
    "report_peak_mb": Number("report", 250, what="peak_mb"),
    "report_kb": Number("report", 1_000, what="kb"),
    "web_p95_ratio_while_rendering": Number("while_rendering", 1.3),
    "reports_per_min": Number("report", 12, what="per_minute", least=True),
    "rollup_drift": Number("rollup_drift", 0, usual=False),  # twenty minutes
    "bare_s": Number("bare", 180, usual=False),  # downloads everything again: only when asked for
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; answer the exit code."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="量一量：每行 名称 数值 目标，有一项未达到即退出码 1。"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"只量这些：{'、'.join(NUMBERS)}")
    wish = parser.parse_args(arguments)
    if unknown := set(wish.names) - set(NUMBERS):
        parser.error(f"没有这一项：{'、'.join(sorted(unknown))}；可选 {'、'.join(NUMBERS)}")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    for name in OUTSIDE:  # nothing but our own throw-away servers is ever touched
        os.environ.pop(name, None)
    names = wish.names or [name for name, number in NUMBERS.items() if number.usual]
    try:
        kept = [_measure(name, NUMBERS[name]) for name in names]
        return int(not all(kept))
    except KeyboardInterrupt:
        return 130


def say(text: str) -> None:
    """A remark on how a value came about."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _measure(name: str, number: Number) -> bool:
    home = Path(tempfile.mkdtemp(prefix="linsheng-bench-"))
    value: float | None = None
    try:
        value = getattr(import_module(f"bin.measure.{number.module}"), number.what)(home, say)
    except Exception as error:  # the others can still be measured
        say("\n".join([f"{name}: {type(error).__name__}: {error}", *getattr(error, "__notes__", [])]))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(
        f"{name} {'--' if value is None else f'{value:.4g}'} {'≥' if number.least else '≤'}{number.target:g}",
        flush=True,
    )
    return value is not None and number.kept(value)


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
