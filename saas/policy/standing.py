"""How a clause stands: from what was counted of a period to one word, with the hard limit and the pace judged apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from saas.policy.evidence import Count
from saas.policy.pack import Clause, Kind
from saas.policy.periods import Period


class State(StrEnum):
    """The states of a cell of the board, the worst first."""

    LATE = "late"
    BEHIND = "behind"
    OPEN = "open"
    MET = "met"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"
    OFF = "off"


STATES = {
    State.LATE: ("逾期", "red"),
    State.BEHIND: ("进度落后", "amber"),
    State.OPEN: ("进行中", "blue"),
    State.MET: ("达标", "green"),
    State.NONE: ("无事项", ""),
    State.NOT_APPLICABLE: ("不适用", ""),
    State.OFF: ("未启用", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """What the board keeps of one clause in one period. Nothing in it changes as time passes.

    `due` are the moments from which the open ones are missed; `need` is what a quota asks for, `met` of it are there.
    """

    period: Period
    met: int = 0
    missed: int = 0
    open: int = 0
    due: Sequence[datetime] = ()
    need: int | None = None
    applies: bool = True

    def late(self, now: datetime) -> int:
        """How many are missed at this moment."""
        if self.need is not None:
            return max(self.need - self.met, 0) if now >= self.period.end else 0
        return self.missed + sum(moment < now for moment in self.due)

    def running(self, now: datetime) -> int:
        """How many may still be met."""
        if self.need is not None:
            return max(self.need - self.met, 0) if now < self.period.end else 0
        return self.open - sum(moment < now for moment in self.due)


def tally(clause: Clause, period: Period, found: Count) -> Tally:
    """What the board keeps of a count. A periodic clause is met once, by its first record in time."""
    if clause.kind is Kind.PERIODIC and clause.deadline is not None:
        limit = clause.deadline.moment(period)
        if found.first is None:
            return Tally(period, open=1, due=(limit,))
        in_time = found.first < limit
        return Tally(period, met=int(in_time), missed=int(not in_time))
    if clause.target is not None:
        return Tally(period, met=found.met, need=clause.target.need(found.whole or 0))
    return Tally(period, found.met, found.missed, found.open, found.due)


def state(known: Tally, now: datetime) -> State:
    """The word for a tally at a moment. A quota of nothing (no household, say) is never met: there is nothing to do."""
    if not known.applies:
        return State.NOT_APPLICABLE
    if known.late(now):
        return State.LATE
    if known.running(now):
        slow = known.need is not None and known.met < int(known.need * known.period.elapsed(now))
        return State.BEHIND if slow else State.OPEN
    return State.MET if known.met and known.need != 0 else State.NONE
