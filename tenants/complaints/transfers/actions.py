"""A department hands a complaint over; the complaint officer takes it up (D1)."""

from dataclasses import replace
from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.complaints import states
from tenants.complaints.access import receivers
from tenants.complaints.actions.lock import hold_any
from tenants.complaints.actions.registering import NewComplaint, register
from tenants.complaints.models import Complaint
from tenants.complaints.transfers.models import SOURCE, Taking, Transfer

LONGEST_PROJECT, LONGEST_NAME = 120, 60


def hand_over(new: NewComplaint, *, department: str, project: str = "", received_by: str = "", by: Actor) -> Complaint:
    """Register what a department received and hand it over: the receivers are told. `received_by` names who of the
    department took it down, where that is somebody else. Raises Problem naming the field, Forbidden.
    """
    pack, now = pack_on(clock.now()), clock.now()
    holds(by, pack, "转交投诉", *pack.complaint_roles.transferors)
    if department not in pack.company_departments:
        raise Problem("请选择收到投诉的部门", "department")
    if len(project.strip()) > LONGEST_PROJECT:
        raise Problem(f"涉及项目最多 {LONGEST_PROJECT} 字", "project")
    if len(received_by.strip()) > LONGEST_NAME:
        raise Problem(f"姓名最多 {LONGEST_NAME} 字", "received_by")
    if by.id is None:
        raise Problem("请登录后再转交")
    complaint = register(replace(new, source=SOURCE), by=by)
    fact = Transfer(
        complaint_id=complaint.id, department=department, project=project.strip(),
        received_by_name=received_by.strip() or by.name, handed_over_by=by.id, handed_over_by_name=by.name,
        handed_over_at=now,
    )  # fmt: skip
    db.session.add(fact)
    enqueue("complaints.handed_over", str(complaint.id))
    record(
        "complaint.handed_over", complaint, by, department=department, project=fact.project,
        received_by=fact.received_by_name,
    )  # fmt: skip
    db.session.flush()
    return complaint


def take(complaint_id: UUID, *, version: int, by: Actor) -> Complaint:
    """Take up what was handed over, once: whoever takes it handles it from now on, unless somebody does already.

    Also of a case that was closed by being merged meanwhile. Raises Conflict, Forbidden for who handed it over.
    """
    complaint = hold_any(complaint_id, version, by)
    transfer = handed_over(complaint, "接收", by)
    if transfer.taking is not None:
        raise Conflict(f"这件投诉已由{transfer.taking.taken_by_name}接收，请刷新后查看")
    if by.id is None:
        raise Problem("请登录后再接收")
    fact = Taking(
        complaint_id=complaint.id, handed_over_by=transfer.handed_over_by, taken_by=by.id, taken_by_name=by.name,
        taken_at=clock.now(),
    )  # fmt: skip
    db.session.add(fact)
    if complaint.handler_id is None and complaint.state != states.CLOSED:
        complaint.handler_id = by.id
    record("complaint.transfer_taken", complaint, by, department=transfer.department)
    db.session.flush()
    return complaint


def handed_over(complaint: Complaint, what: str, by: Actor) -> Transfer:
    """Its transfer, for somebody who receives what departments hand over. Raises Conflict, Forbidden as `take` does."""
    pack = pack_on(complaint.received_at)
    holds(by, pack, f"{what}转来的投诉", *receivers(pack))
    transfer = db.session.get(Transfer, complaint.id)
    if transfer is None:
        raise Conflict(f"这件投诉不是部门转来的，不能这样{what}")
    if transfer.handed_over_by == by.id:
        raise Forbidden(f"这件投诉是您本人转交的，请由其他同事{what}")
    return transfer
