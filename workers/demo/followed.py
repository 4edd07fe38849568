"""What follows answers in the demonstration: promises, checks, responsibilities, results for quality; and digests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.identity import Actor
from saas.policy.periods import Every, Period, period
from tenants.complaints.callback_checks import actions as callback_checks
from tenants.complaints.callback_checks.models import CallbackCheck
from tenants.complaints.facts import Callback
from tenants.complaints.follow_ups import actions as follow_ups
from tenants.complaints.follow_ups import queries as promises
from tenants.complaints.hotline_results import actions as hotline_results
from tenants.complaints.hotline_results.owing import owed_of
from tenants.complaints.models import Complaint
from tenants.complaints.responsibilities import actions as responsibilities
from tenants.complaints.responsibilities import queries as delays
from tenants.digests import actions as digests
from tenants.digests import queries
from tenants.digests.actions.sending import ask_paper
from tenants.digests.actions.taking import taken
from tenants.digests.words import MONTHLY, SENT, WEEKLY, Days, month_of, week_of
from workers import rendering

if TYPE_CHECKING:
    from workers.demo.play import Scene

Step = Callable[[], None]
REMARKS = "投诉集中在设施设备和噪声。电梯已换件复检，装修时段加派巡查；下周重点跟进未办结的几件。"
ANALYSIS = "几件投诉的共同原因是小故障没有在巡检时发现，住户反映之后才处理；答复写得清楚的，客户满意度明显高。"
WEEKS = 5


def steps(id: UUID, crew: Mapping[str, Actor], version: Callable[[], int], pace: float) -> list[tuple[Step, float]]:
    """Further steps of one case, each with the hours after it came in; a step with nothing to do does nothing."""
    steward, supervisor, manager = crew["steward"], crew["service_supervisor"], crew["project_manager"]

    def report() -> None:
        if owed_of(db.session.get_one(Complaint, id)):
            hotline_results.report(id, result="已按方案处理完毕，现场复核正常，住户知悉。", by=supervisor)

    def keep_promise() -> None:
        for each in promises.unanswered(id):
            text = "已按承诺处理，并当面告知业主。"
            follow_ups.answer(id, nth=each.nth, text=text, version=version(), by=steward)

    def check() -> None:
        for each in db.session.scalars(select(Callback).where(Callback.complaint_id == id)).all():
            done = db.session.get(CallbackCheck, (id, each.nth))
            if each.called_by == steward.id and done is None:
                callback_checks.check(id, nth=each.nth, passed=True, opinion="记录完整，客户评价属实。", by=supervisor)

    def hold_responsible() -> None:
        case = db.session.get_one(Complaint, id)
        if delays.missed(case, clock.now()) and case.handler_id and case.handler_id != manager.id:
            responsibilities.record_responsibility(
                id, kind="delay", person_id=case.handler_id, finding="登记后没有及时跟进，超过时限才联系业主。",
                measure="当面提醒，列入本月服务复盘。", by=manager,
            )  # fmt: skip

    return [
        (report, 66 + 40 * pace), (keep_promise, 91 + 40 * pace), (check, 112 + 40 * pace),
        (hold_responsible, 114 + 40 * pace),
    ]  # fmt: skip


def digest(scene: Scene, now: datetime) -> None:
    """The digests of the last weeks and the last month, and the review of the last quarter; again it does nothing."""
    crew, today = scene.crew, clock.local(now).date()
    supervisor, manager = crew["service_supervisor"], crew["project_manager"]
    over = [(WEEKLY, week_of(today - timedelta(days=7 * n))) for n in range(WEEKS, 0, -1)]
    over.append((MONTHLY, month_of(today).before))
    for nth, (kind, days) in enumerate(over):
        with scene.at(_morning(days.ends)):
            made = digests.draft(kind, days)
            if made.filing is None and nth != WEEKS - 1:  # the last week still waits for its remarks
                digests.file(made.id, remarks=REMARKS, by=supervisor)
    month = month_of(today).before
    for kind in SENT:
        _send(scene, kind, month, supervisor, min(_morning(month.ends + timedelta(days=8)), now))
    quarter = period(Every.QUARTER, today).previous
    with scene.at(_morning(quarter.ends + timedelta(days=6))):
        _review(quarter, manager, supervisor)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 5), clock.CN)


def _send(scene: Scene, kind: str, month: Days, by: Actor, at: datetime) -> None:
    with scene.at(at):
        digest = taken(kind, month, by=by)
        paper = None if digest.receipts else str(ask_paper(digest, by=by).id)
    if paper:
        with scene.at(at):
            rendering.render(paper)


def _review(quarter: Period, manager: Actor, supervisor: Actor) -> None:
    days = Days(quarter.begins, quarter.ends)
    cases = [each.id for each in queries.choosable(days, ["important", "major"], 3)]
    if cases and queries.review_of(quarter.begins) is None and supervisor.id is not None:
        measure = digests.NewMeasure("每月巡检门机皮带并留记录", supervisor.id, quarter.next.ends)
        digests.review(quarter, cases=cases, analysis=ANALYSIS, measures=[measure], checks={}, by=manager)
