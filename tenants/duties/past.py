"""What was owed in months that no daily round has seen: the same clauses and periods, judged by the same records (R2).

Nobody was told of these and none can be moved, so they have no rows and no pages; the course of the year counts them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from saas.board.models import RollUp
from saas.db import db
from tenants.duties.actions.planning import coming
from tenants.duties.models import Duty
from tenants.duties.rules import Rules
from tenants.duties.standing import Standing, standings


def unwritten(first: date, last: date, today: date, stands: Sequence[Standing], rules: Rules) -> list[Standing]:
    """What fell due from `first` to `last`, before today, and is not among `stands`, by date.

    A project owes nothing of the time before it began.
    """
    born_on = db.session.scalar(select(RollUp.born_on))
    until = min(last, today - timedelta(days=1))
    if born_on is None or until < max(first, born_on):
        return []
    there = {(each.duty.clause, each.duty.begins) for each in stands}
    duties = [
        Duty(
            id=uuid4(), clause=each.clause.id, begins=each.period.begins, ends=each.period.ends, due_on=each.due_on,
            pack_version=each.pack.version, version=1, moved_reason="",
        )
        for each in coming(rules, first, until)
        if each.due_on <= until and born_on <= each.period.begins and (each.clause.id, each.period.begins) not in there
    ]  # fmt: skip
    found = standings(sorted(duties, key=lambda duty: (duty.due_on, duty.clause)), rules)
    return [replace(each, written=False) for each in found]
