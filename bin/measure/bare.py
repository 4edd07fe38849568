"""bare_s: a fresh clone of the last commit, with empty caches, until /readyz answers; downloads everything."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from bin.measure import start
from workers.embedded.postgres import Postgres
from workers.run import ROOT


def measure(home: Path, say: Callable[[str], None]) -> float:
    """Seconds; system libraries that this machine has are not fetched again."""
    clone, data = home / "clone", home / "data"
    git = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)]
    subprocess.run(git, check=True, env=os.environ | {"GIT_TERMINAL_PROMPT": "0"})
    try:
        return start.run(clone, data, say, UV_CACHE_DIR=str(home / "cache"))
    finally:
        Postgres(data).remove()
