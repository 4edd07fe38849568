"""What the page of duties counts: late, soon, ahead, and how the last year was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenants.duties.actions.planning import AHEAD
from tenants.duties.queries import BACK
from tenants.duties.standing import Standing, State

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Summary:
    """The open duties in two lists by date, and the closed ones of a year in figures."""

    late: list[Standing]
    next: list[Standing]
    soon: int
    kept: int
    ended: int

    @property
    def share(self) -> str:
        """92%, or -- while nothing has ended."""
        return f"{100 * self.kept // self.ended}%" if self.ended else "--"


def summary(stands: Sequence[Standing], today: date) -> Summary:
    """Count what stands around today, whichever month is looked at.

    What was done in time counts as kept, what ran out or came late as ended only.
    """
    near = [each for each in stands if today - BACK <= each.duty.until <= today + AHEAD]
    open_ones = [each for each in near if each.open]
    late = [each for each in open_ones if each.state is State.LATE]
    ahead = [each for each in open_ones if each.state is not State.LATE]
    ended = [each for each in near if each.state in (State.LATE, State.DONE, State.DONE_MOVED, State.DONE_LATE)]
    return Summary(
        late, ahead, sum(each.duty.until <= today + SOON for each in ahead),
        sum(each.state is State.DONE for each in ended), len(ended),
    )  # fmt: skip
