"""Duties for the towns of other tests."""

from datetime import timedelta

from saas import clock
from saas.policy.periods import Every, period
from tenants.duties.models import Duty


def of_this_quarter(clause: str, days: int) -> Duty:
    """A duty as the daily round would have generated it, had the project been there when the quarter began.

    It is due `days` after the last day of the quarter.
    """
    quarter = period(Every.QUARTER, clock.local(clock.now()).date())
    due_on = quarter.ends + timedelta(days=days - 1)
    return Duty(
        clause=clause, begins=quarter.begins, ends=quarter.ends, due_on=due_on, pack_version="1.0",
        created_at=clock.now(),
    )  # fmt: skip
