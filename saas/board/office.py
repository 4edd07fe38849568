"""The board of the head office: every clause × every project of the company, the worst project first (M4, A4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from saas.board import regulation
from saas.board.faces import Seen, face
from saas.board.figures import NOTHING, Figures, Stamp, Summary, stamp, summary
from saas.board.heat import Band, Heat, off_row, plain, row
from saas.board.memory import kept
from saas.board.reading import seen
from saas.board.regulation import Chapter
from saas.board.wanted import Wanted
from saas.policy.pack import Clause, Pack
from saas.tenancy.places import Home

Found = dict[tuple[str, str], Seen]
NIL = Seen()
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
        return -self.figures.items, -self.figures.unmet, 101 if rate is None else rate


@dataclass(frozen=True, slots=True)
class OfficeBoard:
    """What the page shows; `columns` are those of this `page` of `total`, the last one when there are not so many."""

    packs: Sequence[Pack]
    chapters: list[Chapter]
    whole: Summary
    projects: int
    late_projects: int
    total: int
    page: int
    columns: list[Column]
    worst: list[Column]
    heat: Heat
    stamp: Stamp

    @property
    def on(self) -> list[str]:
        """The clauses that are measured."""
        return [clause.id for chapter in self.chapters for clause in chapter.on]

    @property
    def off(self) -> int:
        """How many are 未启用."""
        return sum(len(chapter.off) for chapter in self.chapters)


def board(
    wanted: Wanted, pack_id: str, office: str, homes: tuple[Home, ...], known: Collection[str], base: str, now: datetime
) -> OfficeBoard:
    """Put the board together; `base` is the address below which cells are found, `office` the schema at hand.

    What many look at is put together once, for as long as no figure changes.
    """
    at = stamp(now)
    key = ("office", office, wanted, base, tuple((home.schema, home.slug, home.name) for home in homes))
    return kept(key, at.state, lambda: _board(wanted, pack_id, office, homes, known, base, now, at))


def _board(
    wanted: Wanted, pack_id: str, office: str, homes: tuple[Home, ...], known: Collection[str], base: str,
    now: datetime, at: Stamp,
) -> OfficeBoard:  # fmt: skip
    packs = regulation.in_force(pack_id, wanted.span)
    chapters = regulation.chapters(packs, known, chapter=wanted.chapter, words=wanted.q)
    clauses = {clause.id: clause for chapter in chapters for clause in chapter.on}
    whole = summary(wanted.span, clauses, now, at)
    ranked = sorted(
        (Column(home, whole.tenants.get(home.schema, NOTHING)) for home in homes if named(home, wanted)),
        key=lambda column: column.rank,
    )
    chosen = [column for column in ranked if _shown(column.figures, wanted)]
    number = min(wanted.page, max(-(-len(chosen) // COLUMNS), 1))
    page = chosen[(number - 1) * COLUMNS : number * COLUMNS]
    worst = [column for column in ranked[:WORST] if column.figures.unmet]
    own = [Column(Home(office, "quality", COMPANY), NOTHING)] if any(c.office for c in clauses.values()) else []
    columns = [*(own if number == 1 and not wanted.project else []), *page]
    schemas = {column.home.schema for column in (*columns, *worst)}
    found = seen(schemas, wanted.span, now, coming=wanted.show == "soon")
    return OfficeBoard(
        packs, chapters, whole, len(homes), sum(column.figures.items > 0 for column in ranked), len(chosen), number,
        page,
        [Column(each.home, each.figures, _unmet(each, clauses, found)) for each in worst],
        _heat(wanted, chapters, columns, whole, found, base), at,
    )  # fmt: skip


def named(home: Home, wanted: Wanted) -> bool:
    """Whether a project is one of those that were looked for."""
    return wanted.project.casefold() in f"{home.name} {home.slug}".casefold()


def _shown(figures: Figures | None, wanted: Wanted) -> bool:
    if wanted.show == "unmet":
        return bool(figures and figures.unmet)
    return wanted.show != "soon" or bool(figures and figures.soon)


def _unmet(column: Column, clauses: dict[str, Clause], found: Found) -> tuple[str, ...]:
    schema = column.home.schema
    return tuple(clause.title for key, clause in clauses.items() if found.get((schema, key), NIL).unmet)


def _heat(
    wanted: Wanted, chapters: list[Chapter], columns: list[Column], whole: Summary, found: Found, base: str
) -> Heat:
    heads = [(column.home.name, column.home.name) for column in columns]
    places = [(each.home.schema, plain(each.home.name), f"/{plain(each.home.slug)}{wanted.when}") for each in columns]
    bands = []
    for chapter in chapters:
        those = [] if wanted.show == "off" else [c for c in chapter.on if _shown(whole.clauses.get(c.id), wanted)]
        if wanted.narrow:
            those.sort(key=lambda clause: _rank(whole.clauses.get(clause.id)))
        rows = [_row(clause, places, whole, found, base) for clause in those]
        if wanted.show == "off":
            rows = [off_row(clause, len(columns) + 1) for clause in chapter.off]
        count = len(chapter.off) if wanted.show == "" else 0
        if rows or count:
            bands.append(Band(chapter.code, chapter.label, Markup("").join(rows), count))
    return Heat(heads, bands, "达标 项目")


def _rank(figures: Figures | None) -> tuple[int, int]:
    return (-figures.items, -figures.unmet) if figures else (0, 0)


def _row(clause: Clause, places: list[tuple[str, str, str]], whole: Summary, found: Found, base: str) -> Markup:
    figures, here = whole.clauses.get(clause.id, NOTHING), f"{base}/{plain(clause.id)}"
    drawn = ((face(found.get((schema, clause.id), NIL)), name, f"{here}{end}", 1) for schema, name, end in places)
    return row(clause, drawn, f"{figures.met}/{figures.binding}")
