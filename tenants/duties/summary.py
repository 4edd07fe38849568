"""What the page of duties counts: late, soon, ahead, and how the last year was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenants.duties.actions.planning import AHEAD
from tenants.duties.course import Course
from tenants.duties.queries import BACK
from tenants.duties.standing import Standing, State

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Summary:
    """The open duties in two lists by date, and the course of a year."""

    late: list[Standing]
    next: list[Standing]
    soon: int
    course: Course


def summary(stands: Sequence[Standing], course: Course, today: date) -> Summary:
    """Count what stands around today, whichever month is looked at."""
    near = [each for each in stands if today - BACK <= each.duty.until <= today + AHEAD]
    open_ones = [each for each in near if each.open]
    late = [each for each in open_ones if each.state is State.LATE]
    ahead = [each for each in open_ones if each.state is not State.LATE]
    return Summary(late, ahead, sum(each.duty.until <= today + SOON for each in ahead), course)
