"""How far the demonstration is written, while it is: told by `workers.demo`, said on two pages of its companies.

It is a file under the home: no row of the product speaks of a demonstration, and without one there is no file.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from saas import clock, config

FILE = "demo-progress.json"
FRESH = timedelta(minutes=10)
"""A writer that says nothing for so long has ended, whatever its file says."""


@dataclass(frozen=True, slots=True)
class Writing:
    """`done` of `of` quarters are written; `words` say which one comes now."""

    companies: tuple[str, ...]
    done: int
    of: int
    words: str
    at: str


def tell(home: Path, companies: Iterable[str], done: int, of: int, words: str) -> None:
    """Say how far it is, for the pages of these companies (slugs)."""
    said = Writing(tuple(companies), done, of, words, clock.now().isoformat())
    draft = home / f"{FILE}.new"
    draft.write_text(json.dumps(asdict(said), ensure_ascii=False), encoding="utf-8")
    draft.rename(home / FILE)


def finish(home: Path) -> None:
    """Everything is there."""
    (home / FILE).unlink(missing_ok=True)


def writing(company: str) -> Writing | None:
    """How far it is, if it is being written for this company at this moment."""
    try:
        said = Writing(**json.loads((config.current().home / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    fresh = clock.now() - datetime.fromisoformat(said.at) < FRESH
    return said if fresh and company in said.companies else None
