"""What follows the answers to complaints, as tasks of the workbench: promises, callbacks to arrange and to check; and
what departments handed over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from saas import clock, masks
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.policy.periods import midnight
from tenants.complaints import access
from tenants.complaints.callback_checks import queries as callback_checks
from tenants.complaints.follow_ups import queries as follow_ups
from tenants.complaints.hotline_results import owing
from tenants.complaints.stages import CONTACT, FIRST_RESPONSE
from tenants.complaints.transfers import queries as transfers
from tenants.obligations.today import Task
from tenants.obligations.words import path_of

SECOND = timedelta(seconds=1)
CALLBACKS = "complaints/callbacks"


def tasks(by: Actor, calendar: Calendar, until: date) -> list[Task]:
    """Those of a person: their own promises, or everybody's for who checks callbacks; their planned callbacks."""
    pack = pack_on(clock.now())
    found = [*_promises(by, pack), *_planned(by, pack), *_transfers(by, pack)]
    if by.has(*pack.bound(owing.CLAUSE)):
        found += _results(by, pack)
    if by.has(*access.check_roles(pack)):
        found += _checking(pack)
    return found


def _promises(by: Actor, pack: Pack) -> Iterator[Task]:
    today, said = clock.local(clock.now()).date(), _said(pack, "callback-new-matter")
    for promise, complaint in follow_ups.all_unanswered():
        mine = promise.promised_by == by.id or by.has(*access.check_roles(pack))
        if not mine or complaint.complained_about == by.id:
            continue
        late, path = promise.promised_on < today, path_of("complaints", complaint.id)
        days = (promise.promised_on - today).days
        yield Task(
            kind="回访", icon="phone", title=f"答复回访中的问题：{masks.within(promise.matter)[:60]}", path=path,
            meta=(complaint.number, promise.promised_by_name), clause=said,
            due=f"逾期 {-days} 天" if late else "今天到期" if not days else f"还剩 {days} 天",
            note=f"答应 {promise.promised_on:%m-%d} 答复", tone="red" if late else "amber" if not days else "",
            act="答复", act_path=f"{path}/matter", at=midnight(promise.promised_on + timedelta(days=1)) - SECOND,
            what="答应的答复", late=late, whole_day=True,
        )  # fmt: skip


def _planned(by: Actor, pack: Pack) -> Iterator[Task]:
    """Callbacks that this person was given, unless the case is on their workbench already as the one who handles it."""
    now, said = clock.now(), _said(pack, "callback-checks")
    for complaint, stage, plan in callback_checks.to_arrange(caller=by.id) if by.id else ():
        if plan is None or complaint.handler_id == by.id:
            continue
        path, at = path_of("complaints", complaint.id), f"{clock.local(plan.planned_for):%m-%d %H:%M}"
        yield Task(
            kind="回访", icon="phone", title=masks.within(complaint.subject), path=path, meta=(complaint.number,),
            clause=said, due=clocks.remaining(stage.due_at, now),
            note=f"{plan.planned_by_name}安排于 {at}", tone="red" if stage.due_at < now else "", act="记录回访",
            act_path=f"{path}/callbacks", at=stage.due_at, what="回访", late=stage.due_at < now,
        )  # fmt: skip


def _results(by: Actor, pack: Pack) -> Iterator[Task]:
    now, said = clock.now(), _said(pack, owing.CLAUSE)
    for complaint, handling in owing.all_owed():
        if complaint.complained_about == by.id:
            continue
        due, path = handling.handled_at + owing.limit(pack), path_of("complaints", complaint.id)
        late = due < now
        yield Task(
            kind="热线", icon="send", title=f"向品质反馈结果：{masks.within(complaint.subject)}", path=path,
            meta=(complaint.number,), clause=said,
            due=clocks.remaining(due, now), note=f"{clock.local(due):%m-%d %H:%M} 前", tone="red" if late else "amber",
            act="反馈", act_path=f"{path}/result", at=due, what="热线反馈", late=late,
        )  # fmt: skip


def _transfers(by: Actor, pack: Pack) -> Iterator[Task]:
    """What departments handed over, for who takes it up (D1): to be taken, answered on the way, concluded."""
    now, said = clock.now(), _said(pack, "complaint-transfer")
    for row in transfers.owed(by, pack):
        if row.complained_about == by.id:
            continue
        path, due = path_of("complaints", row.complaint_id), row.due_at or row.handed_over_at
        late, known = due < now, pack.clocks.get(row.stage)
        what, form = ("办结", "outcome") if row.taken else ("接收", "taking")
        if row.taken and known and row.stage in (FIRST_RESPONSE, CONTACT):
            what, form = known.label, "responses"
        department = pack.company_departments.get(row.department, row.department)
        yield Task(
            kind="投诉", icon="inbox", title=masks.within(row.subject), path=path,
            meta=(row.number, f"{department}转来"), clause=said, due=clocks.remaining(due, now),
            note=f"{clock.local(due):%m-%d %H:%M} {known.label if row.taken and known else what}",
            tone="red" if late else "amber", act=what, act_path=f"{path}/{form}", at=due, what=what, late=late,
        )  # fmt: skip


def _checking(pack: Pack) -> Iterator[Task]:
    tonight = midnight(clock.local(clock.now()).date() + timedelta(1)) - SECOND
    said = _said(pack, "callback-checks")
    if waiting := callback_checks.to_arrange(without_plan=True):
        first = waiting[0][1].due_at
        yield _one(
            f"安排回访：{len(waiting)} 件",
            said,
            clocks.remaining(first, clock.now()),
            "最早一件的时限",
            min(first, tonight),
        )
    if unchecked := callback_checks.to_check(pack):
        since = unchecked[0][0].called_at
        yield _one(f"检查回访：{len(unchecked)} 次", said, "待签署意见", f"最早 {clock.local(since):%m-%d}", tonight)


def _said(pack: Pack, name: str) -> tuple[str, str]:
    clause = pack.clauses.get(name)
    return (clause.source, f"{clause.title}：{clause.text}") if clause else ("", "")


def _one(title: str, clause: tuple[str, str], due: str, note: str, at: datetime) -> Task:
    late = at < clock.now()
    return Task(
        kind="回访", icon="phone", title=title, path=CALLBACKS, meta=(), clause=clause, due=due, note=note,
        tone="red" if late else "", act="办理", act_path=CALLBACKS, at=at, what="回访", late=late, whole_day=True,
    )  # fmt: skip
