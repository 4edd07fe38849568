"""规程指标 and 规程日历: how the clauses are kept this month and what is coming, from the records (D7, D10, R2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from saas import clock
from saas.identity.actor import Actor
from saas.policy.calendar import Calendar
from saas.policy.pack import Pack
from tenants.complaints import duties
from tenants.obligations.today import Task

AHEAD = timedelta(days=45)
MOST_DATES = 6
ALL = 100
"""A time limit of the regulation binds every case."""


@dataclass(frozen=True)
class Measure:
    """A share of this month against its target, both in percent. `share` is None while there is nothing to judge."""

    label: str
    done: int
    whole: int
    target: int
    unit: str

    @property
    def share(self) -> float | None:
        """Percent, or None."""
        return 100 * self.done / self.whole if self.whole else None

    @property
    def tone(self) -> str:
        """Green when the target is met, amber when not, blue while there is nothing to judge."""
        return "blue" if self.share is None else "green" if self.share >= self.target else "amber"

    @property
    def value(self) -> str:
        """92.3%, or -- while there is nothing to judge."""
        return "--" if self.share is None else f"{self.share:.1f}".removesuffix(".0") + "%"

    @property
    def note(self) -> str:
        """The figures behind the share, and how far it is from its target."""
        if not self.whole:
            return f"目标 {self.target}%，本月还没有到期的"
        lacking = -(-self.target * self.whole // 100) - self.done
        verdict = "已达标" if lacking <= 0 else f"还差 {lacking} 件"
        return f"{self.whole} 件中 {self.done} 件{self.unit}，目标 {self.target}%，{verdict}"


def measures(pack: Pack) -> list[Measure]:
    """The clocks and the callback shares of this month, in two queries."""
    today = clock.local(clock.now()).date()
    begin = datetime.combine(today.replace(day=1), time(0), clock.CN)
    end = datetime.combine((today.replace(day=1) + timedelta(days=32)).replace(day=1), time(0), clock.CN)
    kept, called = duties.kept(begin, end), duties.called_back(begin, end)
    found = [
        Measure(f"{known.label}按时率", *kept.get(stage, (0, 0)), ALL, "按时") for stage, known in pack.clocks.items()
    ]
    for nth, level in enumerate(pack.severities.values()):
        if nth == 0 or level.code in called:
            done, whole = called.get(level.code, (0, 0))
            found.append(Measure(f"{level.label}投诉回访率", done, whole, level.callback_quota, "已回访"))
    return found


def coming(
    by: Actor, pack: Pack, calendar: Calendar, after: date, handed: Sequence[Task] = ()
) -> Sequence[tuple[str, str, str, str]]:
    """(ISO date, 11-28, text, note) of what comes after a day: deadlines, holidays, make-up days, the quarter's end.

    `handed` are the tasks that other slices have for the workbench.
    """
    today = clock.local(clock.now()).date()
    begin = datetime.combine(after + timedelta(days=1), time(0), clock.CN)
    dates: dict[date, list[str]] = {}
    for day, stage, count in duties.due_by_day(by, begin, begin + AHEAD):
        label = pack.clocks[stage].label if stage in pack.clocks else stage
        dates.setdefault(day, []).append(f"{label} {count} 件到期")
    for task in (each for each in handed if begin <= each.at < begin + AHEAD):
        dates.setdefault(clock.local(task.at).date(), []).append(f"{task.title}到期")
    for offset in range(AHEAD.days):
        day = after + timedelta(days=offset + 1)
        if words := _unusual(calendar, day):
            dates.setdefault(day, []).append(words)
    dates.setdefault(quarter_end(today), []).append(f"第 {quarter(today)} 季度结束")
    shown = sorted(dates.items())[:MOST_DATES]
    return [(d.isoformat(), f"{d:%m-%d}", "；".join(words), _distance(calendar, d, today)) for d, words in shown]


def _unusual(calendar: Calendar, day: date) -> str:
    """What the calendar says of a day that is not simply a working day or a weekend; of a holiday, its first day."""
    said, usual = calendar.describe(day).kind, ("工作日", "休息日", "工作日，暂定", "休息日，暂定")
    if said in usual or calendar.describe(day - timedelta(days=1)).kind == said:
        return ""
    name, provisional = said.removesuffix("，暂定"), "（暂定）" if said.endswith("暂定") else ""
    return (name if calendar.is_working_day(day) else f"{name}放假") + provisional


def _distance(calendar: Calendar, day: date, today: date) -> str:
    rest = "" if calendar.is_working_day(day) else f"（{calendar.describe(day).weekday}，休息日）"
    return f"{(day - today).days} 天后{rest}"


def quarter(day: date) -> int:
    """1–4."""
    return (day.month + 2) // 3


def quarter_end(day: date) -> date:
    """The last day of the quarter."""
    month = quarter(day) * 3
    return (date(day.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
