"""Ask the evidence again where records changed. The queries are the one truth: nothing is ever counted up (ADR 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import TextClause, select, text

from saas import clock
from saas.board import cells
from saas.board.bases import FORMER, Bases
from saas.board.build import build
from saas.board.cells import Measured
from saas.board.leaving import send, settle
from saas.board.marks import ANYTHING
from saas.db import db, schema_of
from saas.policy import loader
from saas.policy.evidence import Question, Source, counted
from saas.policy.pack import Clause, Kind, Pack
from saas.policy.periods import Every, Period, period, periods, shift
from saas.policy.standing import Tally, tally
from saas.tenancy.models import HEAD_OFFICE
from saas.tenancy.staff import Profile

MONTHS = 12
"""So many months before the present one are kept up to date, and one to come."""
BINDING = "profile"
"""What it says decides which clauses bind at all: everything is measured again."""
TAKE = text("DELETE FROM marks RETURNING subject_type, since")
LOOK = text("SELECT subject_type, since FROM marks")
_HOLD = text(
    "INSERT INTO roll_up (born_on) VALUES (:today) ON CONFLICT (id) DO UPDATE SET id = true"
    " RETURNING born_on, seq, build"
)


@dataclass(frozen=True, slots=True)
class Place:
    """The tenant that is measured, from `first` on; held by this transaction until it ends."""

    schema: str
    office: bool
    pack: str
    bases: Bases
    born_on: date
    first: date
    seq: int
    same_build: bool

    def binds(self, clause: Clause, each: Period) -> bool:
        """Whether a clause binds here, by the fee basis of the period's first day (R3).

        What is owed for a whole period is owed from the first whole one. Before the project was here nobody knows its
        basis: it counts as the one that it came with.
        """
        whole = clause.kind is Kind.PERIODIC or clause.target is not None
        if clause.office != self.office or (whole and self.born_on > each.begins):
            return False
        return clause.only is None or clause.only == self.bases.on(max(each.begins, self.born_on))


@dataclass(frozen=True, slots=True)
class Sight:
    """A cell as it was measured, and the source that was asked."""

    source: Source
    cell: Measured


def measure(known: Mapping[str, Source]) -> int:
    """Measure what the marks speak of and take them away, in one transaction; answers how many cells changed.

    Run twice, late, or by several at once it comes to the same: who finds no marks has nothing to do.
    """
    place = hold()
    touched = marks(TAKE, place)
    if not touched:
        return 0
    if not place.same_build:
        touched = {ANYTHING: place.first}
    before = cells.stored(db.session(), place.schema, max(min(touched.values()), place.first))
    fresh = [sight.cell for sight in look(known, place, touched)]
    differing = [cell for cell in fresh if before.get(cell.key) != cell]
    seq = settle(place.schema, place.seq, differing)
    if differing and not place.office:
        send(seq, differing)
    return len(differing)


def hold() -> Place:
    """The tenant that was entered, its row locked: measurements of one tenant follow each other."""
    session, today = db.session(), clock.local(clock.now()).date()
    row = session.execute(_HOLD, {"today": today}).one()
    profile = session.execute(select(Profile.kind, Profile.pack, Profile.fee_basis, FORMER)).one()
    return Place(
        schema=schema_of(session) or "", office=profile.kind == HEAD_OFFICE, pack=profile.pack,
        bases=Bases.of(profile.fee_basis, profile.former), born_on=row.born_on,
        first=shift(period(Every.MONTH, today).begins, -MONTHS), seq=row.seq, same_build=row.build in ("", build()),
    )  # fmt: skip


def marks(query: TextClause, place: Place) -> dict[str, date]:
    """Which kinds of records were touched, and since when."""
    touched: dict[str, date] = {}
    for subject_type, since in db.session.execute(query):
        touched[subject_type] = min(since, touched.get(subject_type, since))
    if touched.keys() & {ANYTHING, BINDING}:
        touched[ANYTHING] = place.first
    return touched


def look(known: Mapping[str, Source], place: Place, touched: Mapping[str, date]) -> Iterator[Sight]:
    """Measure the clauses whose evidence hangs on what was touched, in every period of the horizon from then on.

    A clause that no slice answers is not measured at all (未启用).
    """
    for version, clause, each in owed(place):
        source = known.get(clause.evidence)
        if source is None or not concerned(source, each.ends, touched):
            continue
        if place.binds(clause, each):
            found = counted(source.query(Question(clause, version, each.begin, each.end)))
            yield Sight(source, Measured.of(version, clause, tally(clause, each, found)))
        else:
            yield Sight(source, Measured.of(version, clause, Tally(each, applies=False)))


def owed(place: Place) -> Iterator[tuple[Pack, Clause, Period]]:
    """Every clause in every period of the horizon, by the version in force when the period begins (R3)."""
    for version in loader.versions(place.pack):
        for clause in version.clauses.values():
            for each in periods(clause.every, place.first, shift(place.first, MONTHS + 1)):
                if loader.pack(place.pack, each.begins) is version:
                    yield version, clause, each


def concerned(source: Source, ends: date, touched: Mapping[str, date]) -> bool:
    """Whether what was touched may change the answer for a period that ends before `ends`."""
    return any(touched[each] < ends for each in (*source.of, ANYTHING) if each in touched)
