"""The quarterly report of about 25 pages (300 rows, 4 charts, 6 photos of 12 megapixels) in the running PDF worker."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from bin.measure.cluster import cluster
from bin.measure.company import found
from bin.measure.others import watched
from workers.run import ROOT

REPORTS = 3  # of each worker
WORKERS = 2

Say = Callable[[str], None]


def seconds(_home: Path, say: Say) -> float:
    """Wall seconds of one report, median."""
    return _alone(say)["seconds"]


def peak_mb(_home: Path, say: Say) -> float:
    """MB of the process that lays it out, at its fullest; what it shares with its parent included."""
    return _alone(say)["peak_mb"]


def kb(_home: Path, say: Say) -> float:
    """kB of the file."""
    return _alone(say)["kb"]


def per_minute(_home: Path, say: Say) -> float:
    """Reports of two workers side by side."""
    with presses(WORKERS) as workers, watched(say):
        begin = monotonic()
        for _ in range(REPORTS):
            for press in workers:
                press.ask()
            for press in workers:
                press.answer()
        return 60 * REPORTS * WORKERS / (monotonic() - begin)


@cache
def _alone(say: Say) -> dict[str, float]:
    with presses(1) as (press,), watched(say):
        answers = []
        for _ in range(REPORTS):
            press.ask()
            answers.append(press.answer())
    say("; ".join(f"{each['seconds']:.2f} s, of which {each['cpu']:.2f} s computing" for each in answers))
    return {name: median(each[name] for each in answers) for name in answers[0]}


class _Press:
    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "bin.measure.press", str(folder)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self) -> None:
        """Begin a report."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for it. RuntimeError when the worker is gone."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the press stopped")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


@contextmanager
def presses(count: int) -> Iterator[list[_Press]]:
    """So many PDF workers, warmed, each with its photos."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="linsheng-press-")))
        servers = stack.enter_context(cluster(folder))
        office = found(servers, "presses", 0)
        environment = {"LINSHENG_HOME": str(office.home), "REDIS_URL": servers.redis_url}
        made: list[_Press] = []
        for number in range(count):
            (photos := folder / f"press-{number}" / "photos").mkdir(parents=True)
            made.append(_Press(photos, environment))
            stack.callback(made[-1].close)
        for press in made:
            press.answer()
        yield made
