"""A project reports the result; the head office takes it in and calls back itself (D16)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from saas import clock, masks
from saas.db import db, separate_session
from saas.events import event, record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from saas.tenancy import enter
from tenants.complaints.actions.lock import hold_any
from tenants.complaints.hotline_results.models import HotlineArrival, HotlineCallback, HotlineResult
from tenants.complaints.hotline_results.owing import CLAUSE, owed_of
from tenants.complaints.models import Complaint

CALLBACK = "hotline-callback"
_LEAVE = text("INSERT INTO platform.hotline_reports (id, payload) VALUES (:id, :payload)")
_REPORT = text("SELECT tenant, payload FROM platform.hotline_reports WHERE id = :id")
_OFFICE = text("""
SELECT office.schema_name FROM platform.tenants project
JOIN platform.tenants office ON office.company_id = project.company_id AND office.kind = 'head_office'
WHERE project.schema_name = :project AND project.kind = 'project'""")


def report(complaint_id: UUID, *, result: str, by: Actor) -> Complaint:
    """Report the result to quality, also after closing, once for each handling. Raises Problem, Conflict, Forbidden.

    Numbers in it are masked on the way out: quality looks up whom to call in the project itself (B10).
    """
    complaint = hold_any(complaint_id, None, by)
    pack = pack_on(complaint.received_at)
    holds(by, pack, "反馈热线投诉", *pack.bound(CLAUSE))
    handling = owed_of(complaint)
    if handling is None:
        raise Conflict("现在没有要反馈的结果，请刷新后查看")
    if not result.strip():
        raise Problem("请写明处理结果", "result")
    if by.id is None:
        raise Problem("请登录后再反馈")
    fact = HotlineResult(
        complaint_id=complaint.id, nth=handling.nth, result=result.strip(), reported_at=clock.now(), reported_by=by.id,
        reported_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    payload = {
        "complaint_id": str(complaint.id), "number": complaint.number, "subject": masks.within(complaint.subject),
        "result": masks.within(fact.result), "handled_at": handling.handled_at.isoformat(),
        "reported_at": fact.reported_at.isoformat(), "reported_by_name": by.name,
    }  # fmt: skip
    key = uuid4()
    db.session.execute(_LEAVE, {"id": key, "payload": Jsonb(payload)})
    enqueue("complaints.report_arrives", str(key), queue="board")
    record("complaint.result_reported", complaint, by, nth=handling.nth, result=fact.result)
    db.session.flush()
    return complaint


def arrive(report_id: UUID) -> bool:
    """Bring one report into the head office of its company; again it changes nothing. Commits by itself."""
    with separate_session() as session:
        found = session.execute(_REPORT, {"id": report_id}).one_or_none()
        office = session.scalar(_OFFICE, {"project": found.tenant}) if found else None
    if found is None or office is None:
        return False
    told: dict[str, Any] = found.payload
    row = {
        "id": report_id, "tenant": found.tenant, "complaint_id": UUID(told["complaint_id"]),
        "handled_at": datetime.fromisoformat(told["handled_at"]),
        "reported_at": datetime.fromisoformat(told["reported_at"]), "arrived_at": clock.now(),
        **{name: told[name] for name in ("number", "subject", "result", "reported_by_name")},
    }  # fmt: skip
    with separate_session() as session:
        enter(session, office)
        statement = insert(HotlineArrival).values(row).on_conflict_do_nothing().returning(HotlineArrival)
        made = session.scalars(statement).one_or_none()
        if made is not None:
            session.add(event("hotline.arrived", made, Actor.system(office), number=made.number))
        return made is not None


def call_back(arrival_id: UUID, *, satisfaction: int, opinion: str, by: Actor) -> HotlineArrival:
    """Quality asked the customer how the handling was, once. Raises Problem, Conflict, Forbidden, LookupError."""
    arrival = db.session.get(HotlineArrival, arrival_id)
    if arrival is None:
        raise LookupError(arrival_id)
    pack = pack_on(clock.now())
    holds(by, pack, "热线投诉回访", *pack.bound(CALLBACK))
    if not 1 <= satisfaction <= len(pack.settings.satisfaction):
        raise Problem("请选择客户的满意程度", "satisfaction")
    if not opinion.strip():
        raise Problem("请写下客户对处理的意见", "opinion")
    row = {
        "arrival_id": arrival.id, "satisfaction": satisfaction, "opinion": opinion.strip(), "called_at": clock.now(),
        "called_by": by.id, "called_by_name": by.name,
    }  # fmt: skip
    statement = insert(HotlineCallback).values(row).on_conflict_do_nothing().returning(HotlineCallback.arrival_id)
    if not db.session.scalars(statement).all():
        raise Conflict("这件投诉已经回访过，请刷新后查看")
    record("hotline.called_back", arrival, by, satisfaction=satisfaction, opinion=opinion.strip())
    db.session.flush()
    return arrival
