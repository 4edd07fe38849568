"""今日工作台: what is late, due today, waiting for a decision, and due later this week (R2, D7). Four queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from saas import clock
from saas.approvals import queries as approvals
from saas.approvals.models import Approval
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.pack import Pack
from tenants.complaints import duties
from tenants.obligations.clauses import clause_of
from tenants.obligations.words import APPROVALS, path_of, path_to_decide

LONGEST_REST = 20  # days
CLOSE = 0.05  # share of the axis; labels nearer than this are told as one
MORNING, EVENING = 8, 20  # the axis of the day, wider when something is due outside


@dataclass(frozen=True)
class Task:
    """One row: what, by when, by which clause (source, full text), and the next step."""

    kind: str
    icon: str
    title: str
    path: str
    meta: tuple[str, ...]
    clause: tuple[str, str]
    due: str
    note: str
    tone: str
    act: str
    act_path: str
    at: datetime
    late: bool = False


@dataclass(frozen=True)
class Day:
    """Everything on the workbench, in the order of its urgency."""

    now: datetime
    until: date
    late: list[Task] = field(default_factory=list)
    today: list[Task] = field(default_factory=list)
    review: list[Task] = field(default_factory=list)
    week: list[Task] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nothing to do at all."""
        return not (self.late or self.today or self.review or self.week)

    @property
    def rest(self) -> str:
        """What the last list is called: it ends on Sunday, or with the next working day."""
        sunday = clock.local(self.now).date() + timedelta(days=6 - clock.local(self.now).weekday())
        return "接下来" if self.until > sunday else "本周其余"

    def lists(self) -> dict[str, list[Task]]:
        """The four lists by the name that the address uses."""
        return {"late": self.late, "today": self.today, "review": self.review, "week": self.week}

    def within(self, span: timedelta) -> int:
        """How many are due within a span from now."""
        return sum(self.now <= task.at <= self.now + span for task in self.today)


def day_of(by: Actor, pack: Pack, calendar: Calendar) -> Day:
    """The day of a person and the rest of the week, or up to the next working day when that is later."""
    now = clock.now()
    today = clock.local(now).date()
    following = (today + timedelta(days=n) for n in range(1, LONGEST_REST))
    sunday = today + timedelta(days=6 - today.weekday())
    day = Day(now, max(sunday, next((d for d in following if calendar.is_working_day(d)), sunday)))
    end = datetime.combine(day.until, time(0), clock.CN) + timedelta(days=1)
    for duty in duties.open_duties(by, end):
        task = _complaint(duty, by, pack, now)
        if duty.pause is not None:
            day.week.append(task)
        elif task.late:
            day.late.append(task)
        elif clock.local(duty.due_at).date() == today:
            day.today.append(task)
        else:
            day.week.append(task)
    day.review.extend(_approval(each, pack, now) for each in approvals.waiting_for(by))
    return day


def _complaint(duty: duties.Duty, by: Actor, pack: Pack, now: datetime) -> Task:
    complaint, known = duty.complaint, pack.clocks.get(duty.stage)
    clause = clause_of(pack, "complaints", duty.stage)
    act, form = duties.next_form(duty, by, pack)
    path = path_of("complaints", complaint.id)
    severity = pack.severities.get(complaint.severity)
    label = known.label if known else duty.stage
    late = now > duty.due_at and duty.pause is None
    soon = any(s.warn_at <= now for s in complaint.stages if s.running and s.stage == duty.stage)
    others = sum(s.running and now > s.due_at for s in complaint.stages) - 1
    facts = (
        complaint.room, "匿名" if complaint.anonymous else "", severity.label if severity else "",
        f"另有 {others} 项逾期" if late and others > 0 else "",
    )  # fmt: skip
    callback = duty.stage == "callback"
    return Task(
        kind="回访" if callback else "投诉", icon="phone" if callback else "message-square-warning",
        title=complaint.subject, path=path, meta=(complaint.number, *filter(None, facts)),
        clause=(clause.source, f"{clause.title}：{clause.text}") if clause else ("", ""),
        due="计时暂停" if duty.pause is not None else clocks.remaining(duty.due_at, now),
        note=f"原因：{duty.pause[:30]}" if duty.pause is not None else _due(label, duty.due_at, late, now),
        tone="" if duty.pause is not None else "red" if late else "amber" if soon else "",
        act=act, act_path=f"{path}/{form}" if form else path, at=duty.due_at, late=late,
    )  # fmt: skip


def _due(label: str, at: datetime, late: bool, now: datetime) -> str:
    there = clock.local(at)
    days = (there.date() - clock.local(now).date()).days
    when = {0: "今天 ", -1: "昨天 ", 1: "明天 "}.get(days, f"{there:%m-%d} ") + f"{there:%H:%M}"
    return f"{label}应于 {when}" if late else f"{when} {label}"


def _approval(approval: Approval, pack: Pack, now: datetime) -> Task:
    step, chain = approval.current, pack.chains.get(approval.kind)
    kind, icon, _ = APPROVALS.get(approval.kind, ("发布", "megaphone", ""))
    since = step.waiting_since if step and step.waiting_since else approval.submitted_at
    clause = next((c for c in pack.clauses.values() if c.chain == approval.kind), None)
    version = f"第 {approval.version} 版" if approval.version > 1 else ""
    return Task(
        kind=kind, icon=icon, title=approval.title, path=path_to_decide(approval),
        meta=tuple(filter(None, (chain.title if chain else "", f"{approval.author_name} 提交", version))),
        clause=(clause.source, f"{clause.title}：{clause.text}") if clause else ("", ""),
        due=f"等待 {clocks.words(now - since)}", note=f"{clock.local(since):%m-%d %H:%M} 起",
        tone="red" if now - since > pack.settings.remind_again else "",
        act=_verb(step.name if step else ""), act_path=path_to_decide(approval), at=since,
    )  # fmt: skip


def _verb(step: str) -> str:
    return {"review": "审核", "approve": "审批", "general_manager": "批准"}.get(step, "决定")


def waiting_label(tasks: Sequence[Task]) -> str:
    """待我审核, 待我审批 or, for both or none, 待我决定."""
    verbs = {task.act for task in tasks}
    return f"待我{verbs.pop()}" if len(verbs) == 1 else "待我决定"


@dataclass(frozen=True)
class Axis:
    """The day as a line: (hour, text, tone, anchor) of each deadline; neighbours are told as one."""

    events: list[tuple[float, str, str, str]]
    start: int
    end: int
    now: float


def axis(day: Day) -> Axis:
    """Today's deadlines, those that have passed included."""
    today = clock.local(day.now).date()
    due = sorted((t for t in [*day.late, *day.today] if clock.local(t.at).date() == today), key=lambda t: t.at)
    hours = [_hour(task.at) for task in due]
    start, end = min([MORNING, *map(int, hours)]), max([EVENING, *(int(h) + 1 for h in hours)])
    groups: list[list[Task]] = []
    for task in due:
        if groups and _hour(task.at) - _hour(groups[-1][0].at) < CLOSE * (end - start):
            groups[-1].append(task)
        else:
            groups.append([task])
    events = [(_hour(g[0].at), _told(g), g[0].tone or "blue", "#late" if g[0].late else "#today") for g in groups]
    return Axis(events, start, end, _hour(day.now))


def _told(group: list[Task]) -> str:
    first = f"{clock.local(group[0].at):%H:%M} "
    return first + (f"{len(group)} 项" if len(group) > 1 else group[0].act)


def _hour(moment: datetime) -> float:
    there = clock.local(moment)
    return there.hour + there.minute / 60
