"""What SQL says of a cell is what the policy says of its tally (M4)."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from saas import clock
from saas.board import cells, figures, lateness
from saas.board.cells import Measured
from saas.board.faces import of
from saas.board.figures import COUNTED
from saas.board.models import Cell
from saas.board.reading import seen, tallies
from saas.db import db
from saas.policy.periods import Every, period, shift
from saas.policy.standing import State, state
from tests.board.conftest import NOON, Street

pytestmark = pytest.mark.rule("M4")
SPANS = (Every.MONTH, Every.QUARTER)


def some_cell(chance: random.Random, name: str) -> Measured:
    """A cell of a period around the present, of any shape."""
    around = period(chance.choice(list(Every)), shift(date(2026, 11, 1), chance.randint(-3, 1)))
    facts = SimpleNamespace(met=chance.choice([0, 1, 2, 9]), missed=0, open=0, due=(), need=None)
    if chance.random() < 0.4:
        facts.need = chance.choice([0, 1, 3, 10, 700])
    else:
        facts.missed, facts.open = chance.choice([0, 0, 1]), chance.choice([0, 1, 4])
        moments = (NOON + timedelta(hours=chance.choice([-400, -1, 0, 1, 100, 900])) for _ in range(facts.open))
        facts.due = tuple(sorted(moments))[: chance.randint(0, facts.open)]
    return Measured(name, around.begins, around.ends, "1", applies=chance.random() < 0.9, **vars(facts))


def cells_agree(now: datetime) -> set[State]:
    """Each cell by itself: state and number of late things; answers the states that were seen."""
    rows = db.session.execute(
        select(*cells.COLUMNS, lateness.STATE, lateness.LATE).where(Cell.tenant == "t_1"), lateness.moment(now)
    )
    states: set[State] = set()
    for row in rows:
        known = Measured.from_row(row).tally
        expected = state(known, now)
        states.add(expected)
        assert lateness.ORDER[row[-2]] is expected, (known, now)
        assert row[-1] == (known.late(now) if known.applies else 0), (known, now)
    return states


def spans_agree(now: datetime, names: set[str]) -> None:
    """What several cells of a clause say together in a month or a quarter, and the totals of all."""
    for span in (period(Every.MONTH, date(2026, 10, 1)), *(period(each, clock.local(now).date()) for each in SPANS)):
        known = {key: of(each, now) for key, each in tallies(["t_1"], span).items()}
        assert seen(["t_1"], span, now) == known, (span, now)
        total = Counter(lateness.ORDER[each.place] for each in known.values())
        whole = figures.count(span, names, now).whole
        assert (whole.late, whole.behind, whole.open, whole.met) == tuple(total[each] for each in COUNTED)
        assert whole.items == sum(each.items for each in known.values())


def test_sql_and_python_agree(street: Street) -> None:
    """Over a grid of 600 cells and 43 moments, by themselves and, three to a clause, in spans (R1)."""
    chance = random.Random(20261126)
    made = {cell.key: cell for cell in (some_cell(chance, f"c{number % 200}") for number in range(600))}
    moments = [NOON, NOON + timedelta(microseconds=1), datetime(2026, 12, 1, tzinfo=clock.CN)]
    moments += [NOON + timedelta(hours=chance.uniform(-2000, 2000)) for _ in range(40)]
    states: set[State] = set()
    with street.yunqi.inside():
        cells.write(db.session(), "t_1", cells.as_json(made.values()), seq=1, at=NOON)
        for nth, now in enumerate(moments):
            states |= cells_agree(now)
            if nth < 9:
                with clock.at(now):
                    spans_agree(now, {cell.clause for cell in made.values()})
    assert states == set(State) - {State.OFF}


def test_what_ends_soon(street: Street) -> None:
    """Open things due within a week, and a quota that is short at the end of its period; nothing late or met."""
    november, december = (date(2026, 11, 1), date(2026, 12, 1)), (date(2026, 12, 1), date(2027, 1, 1))
    due = tuple(NOON + timedelta(days=days) for days in (-1, 0, 6, 8))
    shapes = {
        "open": (Measured("open", *november, "1", open=4, due=due), 2),
        "short": (Measured("short", *november, "1", met=1, need=3), 1),
        "enough": (Measured("enough", *november, "1", met=3, need=3), 0),
        "far": (Measured("far", *december, "1", need=3), 0),
        "unbound": (Measured("unbound", *november, "1", open=4, due=due, applies=False), 0),
    }
    with street.yunqi.inside():
        cells.write(db.session(), "t_1", cells.as_json([cell for cell, _ in shapes.values()]), seq=1, at=NOON)
        found = dict(db.session.execute(select(Cell.clause, lateness.SOON_ENDING), lateness.moment(NOON)).all())
    assert found == {name: count for name, (_, count) in shapes.items()}
