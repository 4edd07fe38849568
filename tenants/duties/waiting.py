"""How many duties wait for whoever asks, as a statement: for the badge of the workbench and the picker (A2, R2)."""

from functools import cache

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select

from saas.board.models import Cell
from saas.identity.asking import TODAY, Count, holds
from saas.policy.pack import Kind, Pack
from tenants.duties.models import Duty
from tenants.duties.queries import HALF_YEAR, UNTIL

Owed = tuple[tuple[str, tuple[str, ...]], ...]
"""Clauses with the roles that owe them."""
_LATE, _BY_TONIGHT = UNTIL < TODAY, UNTIL <= TODAY


def late(pack: Pack) -> Count:
    """Counts the duties of one's roles whose day has passed."""
    return _counted(_LATE, _owed(pack))


def by_tonight(pack: Pack) -> Count:
    """Counts the duties of one's roles whose day is today or has passed."""
    return _counted(_BY_TONIGHT, _owed(pack))


def _owed(pack: Pack) -> Owed:
    return tuple((each.id, each.roles) for each in pack.clauses.values() if each.kind is Kind.PERIODIC)


@cache
def _counted(until: ColumnElement[bool], owed: Owed) -> Count:
    """What is done, or binds nobody here, the board knows; what it has not measured yet is still to be done."""
    mine = or_(false(), *(and_(Duty.clause == clause, holds(*roles)) for clause, roles in owed))
    settled = (
        select(Cell.clause)
        .where(
            Cell.tenant == cast(func.current_user(), Text), Cell.clause == Duty.clause, Cell.begins == Duty.begins,
            or_(~Cell.applies, Cell.met + Cell.missed > 0),
        )
        .exists()
    )  # fmt: skip
    recent = TODAY - HALF_YEAR.days <= UNTIL
    return select(func.count()).select_from(Duty).where(until, recent, mine, ~settled)
