"""The board of the head office: every clause × every project of the company, the worst project first (M4, A4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from saas.board import regulation
from saas.board.figures import Figures, Summary, stamp, summary, tallies
from saas.board.heat import Band, Heat, Line, Spot, spot
from saas.board.lateness import ORDER
from saas.board.regulation import Chapter
from saas.board.wanted import Wanted
from saas.policy.pack import Clause, Pack
from saas.policy.standing import State, Tally, state
from saas.tenancy.places import Home

COLUMNS = 12
WORST = 3
NAMED = 3
"""Clauses named for each of the worst."""
COMPANY = "公司"


@dataclass(frozen=True, slots=True)
class Column:
    """A project, or the company itself, with its figures."""

    home: Home
    figures: Figures
    unmet: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[float, ...]:
        """The worst first: by what is late, then by what is not kept, then by the share that is."""
        rate = self.figures.rate
        return -self.figures.late, -self.figures.unmet, 101 if rate is None else rate


@dataclass(frozen=True, slots=True)
class OfficeBoard:
    """What the page shows; `columns` are those of this page of `total`."""

    packs: Sequence[Pack]
    chapters: list[Chapter]
    whole: Summary
    projects: int
    late_projects: int
    total: int
    columns: list[Column]
    worst: list[Column]
    heat: Heat
    stamp: tuple[object, ...]

    @property
    def on(self) -> list[str]:
        """The clauses that are measured."""
        return [clause.id for chapter in self.chapters for clause in chapter.on]

    @property
    def off(self) -> int:
        """How many are 未启用."""
        return sum(len(chapter.off) for chapter in self.chapters)


def board(
    wanted: Wanted, pack_id: str, office: str, homes: Sequence[Home], known: Collection[str], base: str, now: datetime
) -> OfficeBoard:
    """Put the board together; `base` is the address below which cells are found, `office` the schema at hand."""
    packs = regulation.in_force(pack_id, wanted.span)
    chapters = regulation.chapters(packs, known, chapter=wanted.chapter, words=wanted.q)
    clauses = {clause.id: clause for chapter in chapters for clause in chapter.on}
    at = stamp(now)
    whole = summary(wanted.span, clauses, now, at)
    ranked = sorted(
        (Column(home, whole.tenants.get(home.schema, Figures())) for home in homes if _named(home, wanted)),
        key=lambda column: column.rank,
    )
    chosen = [column for column in ranked if _shown(column.figures, wanted)]
    page = chosen[(wanted.page - 1) * COLUMNS : wanted.page * COLUMNS]
    worst = [column for column in ranked[:WORST] if column.figures.late or column.figures.unmet]
    own = [Column(Home(office, "quality", COMPANY), Figures())] if any(c.office for c in clauses.values()) else []
    columns = [*(own if wanted.page == 1 and not wanted.project else []), *page]
    schemas = {column.home.schema for column in (*columns, *worst)}
    found = tallies(sorted(schemas), wanted.span, coming=wanted.show == "soon")
    return OfficeBoard(
        packs, chapters, whole, len(homes), sum(column.figures.late > 0 for column in ranked), len(chosen), page,
        [Column(each.home, each.figures, _unmet(each, clauses, found, now)) for each in worst],
        _heat(wanted, chapters, columns, whole, found, base, now), at,
    )  # fmt: skip


def _named(home: Home, wanted: Wanted) -> bool:
    return wanted.project.casefold() in f"{home.name} {home.slug}".casefold()


def _shown(figures: Figures | None, wanted: Wanted) -> bool:
    if wanted.show == "unmet":
        return bool(figures and figures.unmet)
    return wanted.show != "soon" or bool(figures and figures.soon)


def _unmet(
    column: Column, clauses: dict[str, Clause], found: dict[tuple[str, str], list[Tally]], now: datetime
) -> tuple[str, ...]:
    titles = []
    for key, clause in clauses.items():
        states = [state(each, now) for each in found.get((column.home.schema, key), ())]
        if states and min(states, key=ORDER.index) in (State.LATE, State.BEHIND):
            titles.append(clause.title)
    return tuple(titles)


def _heat(
    wanted: Wanted, chapters: list[Chapter], columns: list[Column], whole: Summary,
    found: dict[tuple[str, str], list[Tally]], base: str, now: datetime,
) -> Heat:  # fmt: skip
    heads = [(column.home.name, column.home.name, column.home.slug) for column in columns]
    bands = []
    for chapter in chapters:
        those = [] if wanted.show == "off" else [c for c in chapter.on if _shown(whole.clauses.get(c.id), wanted)]
        if wanted.narrow:
            those.sort(key=lambda clause: _rank(whole.clauses.get(clause.id)))
        lines = [_line(clause, columns, whole, found, base, wanted.code, now) for clause in those]
        off = chapter.off if wanted.show in ("", "off") else []
        if wanted.show == "off":
            lines = [Line(clause.title, clause.source, [Spot("未启用", "na", "", "", len(columns))]) for clause in off]
            off = []
        if lines or off:
            bands.append(Band(chapter.label, lines, len(off), chapter.code))
    return Heat(heads, bands, "达标 项目")


def _rank(figures: Figures | None) -> tuple[int, int]:
    return (-figures.late, -figures.unmet) if figures else (0, 0)


def _line(
    clause: Clause, columns: list[Column], whole: Summary, found: dict[tuple[str, str], list[Tally]], base: str,
    code: str, now: datetime,
) -> Line:  # fmt: skip
    figures = whole.clauses.get(clause.id, Figures())
    spots = [
        spot(
            clause, found.get((column.home.schema, clause.id), ()), column.home.name,
            f"{base}/{clause.id}/{column.home.slug}?period={code}", now,
        )
        for column in columns
    ]  # fmt: skip
    return Line(clause.title, clause.source, spots, f"{figures.count(State.MET)}/{figures.binding}")
