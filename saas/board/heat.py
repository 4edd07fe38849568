"""The heat map as its template draws it: heads, chapters, rows, cells. Many cells: each is as small as can be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from saas.board.faces import face
from saas.policy.pack import Clause
from saas.policy.standing import State, Tally


class Spot(NamedTuple):
    """One cell. Without `href` there is nothing behind it; it reaches over `across` columns."""

    text: str
    shade: str
    label: str
    href: str
    across: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A clause with its cells; `sum` says how many of those bound by it keep it."""

    title: str
    source: str
    spots: Sequence[Spot]
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A chapter; `off` of its clauses are 未启用."""

    label: str
    lines: list[Line]
    off: int = 0
    off_href: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole map. `heads` are the columns: what they show, said in full, and where it leads."""

    heads: Sequence[tuple[str, str, str]]
    bands: list[Band] = field(default_factory=list)
    sum_head: str = ""

    @property
    def width(self) -> int:
        """Columns of the table."""
        return len(self.heads) + 1 + bool(self.sum_head)

    @property
    def empty(self) -> bool:
        """Whether the filters leave nothing."""
        return not any(band.lines or band.off for band in self.bands)


def spot(clause: Clause, known: Sequence[Tally], where: str, href: str, now: datetime, across: int = 1) -> Spot:
    """The cell of a clause at a place (a project, a month), read out as 「!1 滨江一号，经理深度访谈，逾期 1 项」."""
    seen = face(known, now)
    label = f"{seen.text} {where}，{clause.title}，{seen.words}"
    bound = seen.state not in (None, State.NOT_APPLICABLE)
    return Spot(seen.text, seen.shade, label, href if bound else "", across)
