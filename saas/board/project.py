"""The board of one project: every clause over the last months, each cell with its evidence behind it (M4)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from saas.board import regulation, spans
from saas.board.faces import Face, face, of
from saas.board.figures import Figures, Stamp, Summary, stamp, summary
from saas.board.heat import Band, Heat, off_row, plain, row
from saas.board.reading import tallies
from saas.board.regulation import Chapter
from saas.board.wanted import Wanted
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Every, Period, period, shift
from saas.policy.standing import Tally

MONTHS = 6


@dataclass(frozen=True, slots=True)
class ProjectBoard:
    """What the page shows."""

    packs: Sequence[Pack]
    chapters: list[Chapter]
    month: Period
    whole: Summary
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
    wanted: Wanted, pack_id: str, schema: str, known: Collection[str], base: str, now: datetime, *, office: bool = False
) -> ProjectBoard:
    """Put the board of the tenant at hand together; `base` is the address below which cells are found."""
    month = period(Every.MONTH, min(shift(wanted.span.ends, -1), spans.today()))
    six = Period(shift(month.begins, 1 - MONTHS), month.ends)
    packs = regulation.in_force(pack_id, six)
    chapters = regulation.chapters(packs, known, office=office, chapter=wanted.chapter, words=wanted.q)
    clauses = [clause.id for chapter in chapters for clause in chapter.on]
    at = stamp(now)
    whole = summary(month, clauses, now, at)
    found = tallies([schema], six, coming=wanted.show == "soon")
    months = [period(Every.MONTH, shift(six.begins, each)) for each in range(MONTHS)]
    bands = []
    for chapter in chapters:
        those = [] if wanted.show == "off" else [c for c in chapter.on if _shown(whole.clauses.get(c.id), wanted)]
        rows = [row(c, _seen(c, months, found.get((schema, c.id), ()), base, now)) for c in those]
        if wanted.show == "off":
            rows = [off_row(clause, MONTHS) for clause in chapter.off]
        count = len(chapter.off) if wanted.show == "" else 0
        if rows or count:
            bands.append(Band(chapter.code, chapter.label, Markup("").join(rows), count))
    heads = [(f"{each.begins.month} 月", each.label) for each in months]
    return ProjectBoard(packs, chapters, month, whole, Heat(heads, bands), at)


def _shown(figures: Figures | None, wanted: Wanted) -> bool:
    if wanted.show == "unmet":
        return bool(figures and figures.unmet)
    return wanted.show != "soon" or bool(figures and figures.soon)


def _seen(
    clause: Clause, months: list[Period], known: Sequence[Tally], base: str, now: datetime
) -> Iterator[tuple[Face, str, str, int]]:
    """A cell for each period, as broad as its months here."""
    rest = list(months)
    while rest:
        month = rest[0]
        its = [each for each in known if each.period.begins <= month.begins < each.period.ends]
        broad = sum(each.begins < its[0].period.ends for each in rest) if its else 1
        where = its[0].period.label if its else month.label
        yield face(of(its, now)), where, f"{base}/{plain(clause.id)}?period={spans.code(month)}", broad
        rest = rest[broad:]
