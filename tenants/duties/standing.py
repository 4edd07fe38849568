"""How a duty stands: asked of the records each time, never kept. A moved date does not rewrite the planned one (R2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from saas import clock
from saas.policy import standing as policy
from saas.policy.evidence import Count, firsts
from saas.policy.pack import Clause
from saas.policy.periods import midnight
from tenants.duties.models import Duty
from tenants.duties.moments import Occasion, occasions
from tenants.duties.rules import Rules, titled
from tenants.obligations.models import WARN


class State(StrEnum):
    """How a duty stands, the worst first."""

    LATE = "late"
    SOON = "soon"
    MOVED = "moved"
    OPEN = "open"
    AHEAD = "ahead"
    DONE_LATE = "done_late"
    DONE_MOVED = "done_moved"
    DONE = "done"
    NOT_OWED = "not_owed"


STATES = {
    State.LATE: ("已逾期", "red", "triangle-alert"),
    State.SOON: ("即将到期", "amber", "clock"),
    State.MOVED: ("已改期", "amber", "calendar-clock"),
    State.OPEN: ("进行中", "blue", "clock"),
    State.AHEAD: ("未开始", "gray", "clock"),
    State.DONE_LATE: ("逾期完成", "red", "check"),
    State.DONE_MOVED: ("改期内完成", "amber", "check"),
    State.DONE: ("按时完成", "green", "check"),
    State.NOT_OWED: ("不适用", "gray", "info"),
}


@dataclass(frozen=True)
class Standing:
    """A duty at a moment: its clause (None when no longer owed), when it was fulfilled, and what follows from both.

    Not `written`: it fell due before the duties were generated and has no page of its own (past.py).
    """

    duty: Duty
    clause: Clause | None
    first: datetime | None
    told: tuple[Occasion, ...]
    now: datetime
    written: bool = True

    @property
    def title(self) -> str:
        """The clause by its name and the period; the bare id when the regulation no longer knows it."""
        return (
            titled(self.clause, self.duty.period) if self.clause else f"{self.duty.clause}（{self.duty.period.label}）"
        )

    @property
    def state(self) -> State:
        """The word for it. In time is what came by the planned day; what kept a moved day only is said apart."""
        if self.clause is None:
            return State.NOT_OWED
        moved = midnight(self.duty.until + timedelta(days=1))
        known = policy.state(policy.tally(self.clause, self.duty.period, Count(first=self.first)), self.now)
        if self.first is not None:
            kept = self.duty.moved_to is not None and self.first < moved
            return State.DONE if known is policy.State.MET else State.DONE_MOVED if kept else State.DONE_LATE
        if self.now >= moved:
            return State.LATE
        if any(each.at <= self.now for each in self.told if each.kind == WARN):
            return State.SOON
        if known is policy.State.LATE:
            return State.MOVED
        return State.AHEAD if self.now < self.duty.period.begin else State.OPEN

    @property
    def open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.clause is not None and self.first is None

    @property
    def days(self) -> int:
        """Whole days left until its day; negative once that has passed."""
        return (self.duty.until - today(self.now)).days

    @property
    def left(self) -> str:
        """还剩 3 天, 今天到期, 逾期 2 天; for what is done, when that was."""
        if self.clause is None:
            return "不用办理"
        if self.first is not None:
            return f"{clock.local(self.first):%m-%d} 完成"
        return f"还剩 {self.days} 天" if self.days > 0 else "今天到期" if self.days == 0 else f"逾期 {-self.days} 天"


def standings(duties: Iterable[Duty], rules: Rules) -> list[Standing]:
    """How duties stand now, all of them by one query for every fifty."""
    now = clock.now()
    owed = [(duty, rules.clause_of(duty)) for duty in duties]
    known = dict(
        zip(
            (duty.id for duty, clause in owed if clause),
            firsts([rules.evidence(duty, clause) for duty, clause in owed if clause]),
            strict=True,
        )
    )
    return [
        Standing(duty, clause, known.get(duty.id), tuple(told(duty, clause, rules)) if clause else (), now)
        for duty, clause in owed
    ]


def told(duty: Duty, clause: Clause, rules: Rules) -> list[Occasion]:
    """Who hears of a duty when."""
    pack = rules.pack_on(duty.begins)
    return occasions(duty.until, clause, rules.calendar, pack.settings.hours) if pack else []


def today(now: datetime) -> date:
    """The day in Shanghai."""
    return clock.local(now).date()
