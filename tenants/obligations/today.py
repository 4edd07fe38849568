"""今日工作台: what is late, due today, waiting for a decision, and due later this week (R2, D7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from saas import clock, masks
from saas.approvals import queries as approvals
from saas.approvals.models import Approval
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.pack import Pack
from tenants.complaints import duties
from tenants.complaints.duties import subjects
from tenants.obligations.clauses import OF_CASES, clause_of
from tenants.obligations.words import APPROVALS, VERBS, path_of, path_to_decide

LONGEST_REST = 20  # days
MOST = 100  # complaints on one page, the most urgent ones; the register has them all


@dataclass(frozen=True)
class Task:
    """One row: which record, by when, by which clause (source, full text), the next step; `what` names the deadline.

    A whole-day task is due at the end of its day and has no place on the line of hours.
    """

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
    what: str
    late: bool = False
    whole_day: bool = False


@dataclass(frozen=True)
class Day:
    """Everything on the workbench, in the order of its urgency."""

    now: datetime
    until: date
    late: list[Task] = field(default_factory=list)
    today: list[Task] = field(default_factory=list)
    review: list[Task] = field(default_factory=list)
    week: list[Task] = field(default_factory=list)
    full: bool = False

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

    def count(self, name: str) -> str:
        """How many a list has; 100+ for the one at which the page was full."""
        last = next((n for n in ("week", "today", "late") if self.lists()[n]), "")
        return f"{len(self.lists()[name])}{'+' if self.full and name == last else ''}"

    def within(self, span: timedelta) -> int:
        """How many are due within a span from now."""
        return sum(self.now <= task.at <= self.now + span for task in self.today)


def day_of(by: Actor, pack: Pack, calendar: Calendar, handed: Sequence[Task] = ()) -> Day:
    """The day of a person and the rest of the week, or up to the next working day when that is later.

    `handed` are the tasks that other slices have for the workbench; those due later than that are left out.
    """
    now = clock.now()
    today = clock.local(now).date()
    following = (today + timedelta(days=n) for n in range(1, LONGEST_REST))
    sunday = today + timedelta(days=6 - today.weekday())
    until = max(sunday, next((d for d in following if calendar.is_working_day(d)), sunday))
    end = datetime.combine(until, time(0), clock.CN) + timedelta(days=1)
    owed = duties.open_duties(by, end, MOST)
    day = Day(now, until, full=len(owed) == MOST)
    for duty in owed:
        task = _complaint(duty, by, pack, now)
        if duty.pause is not None:
            day.week.append(task)
        elif task.late:
            day.late.append(task)
        elif clock.local(duty.due_at).date() == today:
            day.today.append(task)
        else:
            day.week.append(task)
    for task in (each for each in handed if each.at < end):
        list_of = day.late if task.late else day.today if clock.local(task.at).date() == today else day.week
        list_of.append(task)
    for tasks in (day.late, day.today, day.week) if handed else ():
        tasks.sort(key=lambda task: task.at)
    waiting = approvals.waiting_for(by)
    about = subjects([each.subject_id for each in waiting if each.subject_type == "complaints"])
    day.review.extend(_approval(each, about.get(each.subject_id), pack, now) for each in waiting)
    return day


def _complaint(duty: duties.Duty, by: Actor, pack: Pack, now: datetime) -> Task:
    complaint, known = duty.complaint, pack.clocks.get(duty.stage)
    clause = clause_of(pack, OF_CASES, duty.stage)
    act, form = duties.next_form(duty, by, pack)
    path = path_of("complaints", complaint.id)
    severity = pack.severities.get(complaint.severity)
    label = known.label if known else duty.stage
    late = now > duty.due_at and duty.pause is None
    soon = duty.warn_at is not None and duty.warn_at <= now
    others = duty.late - 1
    facts = (
        label if late else "", complaint.number, complaint.room, "匿名" if complaint.anonymous else "",
        severity.label if severity else "", f"另有 {others} 项逾期" if late and others > 0 else "",
    )  # fmt: skip
    callback = duty.stage == "callback"
    return Task(
        kind="回访" if callback else "投诉", icon="phone" if callback else "message-square-warning",
        title=complaint.subject, path=path, meta=tuple(filter(None, facts)),
        clause=(clause.source, f"{clause.title}：{clause.text}") if clause else ("", ""),
        due="计时暂停" if duty.pause is not None else clocks.remaining(duty.due_at, now),
        note=_due(label, duty.due_at, late, now) if duty.pause is None else f"原因：{masks.within(duty.pause)[:30]}",
        tone="" if duty.pause is not None else "red" if late else "amber" if soon else "",
        act=act, act_path=f"{path}/{form}" if form else path, at=duty.due_at, what=label, late=late,
    )  # fmt: skip


def _due(label: str, at: datetime, late: bool, now: datetime) -> str:
    there = clock.local(at)
    days = (there.date() - clock.local(now).date()).days
    when = {0: "今天 ", -1: "昨天 ", 1: "明天 "}.get(days, f"{there:%m-%d} ") + f"{there:%H:%M}"
    return f"应于 {when}" if late else f"{when} {label}"


def _approval(approval: Approval, about: str | None, pack: Pack, now: datetime) -> Task:
    step, chain = approval.current, pack.chains.get(approval.kind)
    kind, icon, _ = APPROVALS.get(approval.kind, ("发布", "megaphone", ""))
    since = step.waiting_since if step and step.waiting_since else approval.submitted_at
    clause = next((c for c in pack.clauses.values() if c.chain == approval.kind), None)
    what = chain.title if chain else ""
    version = f"第 {approval.version} 版" if approval.version > 1 else ""
    return Task(
        kind=kind, icon=icon, title=about or approval.title, path=path_to_decide(approval),
        meta=tuple(filter(None, (approval.title if about else what, f"{approval.author_name} 提交", version))),
        clause=(clause.source, f"{clause.title}：{clause.text}") if clause else ("", ""),
        due=clocks.phrase("等待", now - since), note=f"{clock.local(since):%m-%d %H:%M} 起",
        tone="red" if now - since > pack.settings.remind_again else "",
        act=VERBS.get(step.name if step else "", "决定"), act_path=path_to_decide(approval), at=since, what=kind,
    )  # fmt: skip


def waiting_label(tasks: Sequence[Task]) -> str:
    """待我审核, 待我审批 or, for both or none, 待我决定."""
    verbs = {task.act for task in tasks}
    return f"待我{verbs.pop()}" if len(verbs) == 1 else "待我决定"
