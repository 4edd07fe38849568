"""File the report of a day; read it (C4)."""

from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from tenants.work_reports import queries
from tenants.work_reports.access import filers, head, heads
from tenants.work_reports.models import Line, Reading, WorkReport

LONGEST = 4000


def file(*, day: date, remarks: str, pack: Pack, by: Actor) -> WorkReport:
    """Draw one's report from the contacts of a day and file it to the head of the department.

    Raises Problem for a day to come or without contacts, Conflict when it is filed already, Forbidden.
    """
    if by.id is None or not by.has(*filers(pack)):
        names = "、".join(pack.roles.get(role, role) for role in filers(pack))
        raise Forbidden(f"工作报表由{names}填写，您没有这项权限")
    if day > clock.local(clock.now()).date():
        raise Problem("还没有到这一天", "day")
    if len(remarks.strip()) > LONGEST:
        raise Problem(f"最多 {LONGEST} 个字", "remarks")
    drawn = queries.contacts_of(by.id, day)
    if not drawn:
        raise Problem("这一天您没有沟通记录，不用填写工作报表", "day")
    report = WorkReport(
        staff_id=by.id, staff_name=by.name, day=day, remarks=remarks.strip(), filed_to=head(pack),
        filed_at=clock.now(), lines=[Line(contact_id=contact.id, state=state) for contact, state in drawn],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError:
        raise Conflict("这一天的工作报表已经提交，请打开查看") from None
    record("work_report.filed", report, by, day=str(day), contacts=len(drawn))
    return report


def read(report_id: UUID, *, words: str, pack: Pack, by: Actor) -> WorkReport:
    """批阅. Raises LookupError, Forbidden for who is no head, Conflict when it was read already."""
    if by.id is None or not by.has(*heads(pack)):
        raise Forbidden(f"工作报表由{pack.roles.get(head(pack), '部门负责人')}批阅，您没有这项权限")
    report = queries.find(report_id)
    if report is None:
        raise LookupError(report_id)
    if report.reading is not None:
        raise Conflict("这份工作报表已经批阅过，请刷新后查看")
    if len(words.strip()) > LONGEST // 2:
        raise Problem(f"最多 {LONGEST // 2} 个字", "words")
    reading = Reading(
        report_id=report.id, words=words.strip(), read_at=clock.now(), read_by=by.id, read_by_name=by.name
    )
    try:
        with db.session.begin_nested():
            db.session.add(reading)
    except IntegrityError:
        raise Conflict("这份工作报表已经批阅过，请刷新后查看") from None
    record("work_report.read", report, by, words=words.strip())
    return report
