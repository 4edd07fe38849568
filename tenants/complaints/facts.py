"""What happened to a complaint: facts with who and when, inserted once. Their keys stop doing a thing twice."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model, db
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

FIRST, CONTACT = "first", "contact"


class Response(Model):
    """The first response, or reaching the complainant (C3, D7)."""

    __tablename__ = "complaint_responses"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    text: Mapped[str]
    responded_at: Mapped[datetime] = mapped_column(Moment)
    responded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    responded_by_name: Mapped[str]


class Judgement(Model):
    """The supervisor's ruling: accepted or not, established or not, how grave, with the reason (D3)."""

    __tablename__ = "complaint_judgements"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    established: Mapped[bool | None]
    category: Mapped[str]
    severity: Mapped[str]
    reason: Mapped[str]
    judged_at: Mapped[datetime] = mapped_column(Moment)
    judged_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    judged_by_name: Mapped[str]


class Assignment(Model):
    """Which department and who handles it from now on; the earlier ones stay readable (D2)."""

    __tablename__ = "complaint_assignments"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[str]
    handler_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    handler_name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    assigned_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    assigned_by_name: Mapped[str]


class Solution(Model):
    """A proposed solution and the approval it was submitted to (D7)."""

    __tablename__ = "complaint_solutions"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    content_hash: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    proposed_by_name: Mapped[str]

    approval: Mapped[Approval] = relationship(lazy="raise")


class Handling(Model):
    """处理完毕: the work is finished; the callback clock starts here (D10)."""

    __tablename__ = "complaint_handlings"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[str]
    handled_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    recorded_by_name: Mapped[str]


class Reply(Model):
    """An approved reply that reached the customer (D8)."""

    __tablename__ = "complaint_replies"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    release_id: Mapped[UUID] = mapped_column(primary_key=True)
    delivered_at: Mapped[datetime] = mapped_column(Moment)


class Callback(Model):
    """A callback 回访: on site with the customer's signature, or by phone and marked so (D10)."""

    __tablename__ = "complaint_callbacks"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    signed: Mapped[bool]
    satisfaction: Mapped[int]
    opinion: Mapped[str]
    raised_new: Mapped[bool]
    called_at: Mapped[datetime] = mapped_column(Moment)
    called_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    called_by_name: Mapped[str]


class Closure(Model):
    """结案, with the conclusion and, when nobody was answered, why (D12)."""

    __tablename__ = "complaint_closures"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    conclusion: Mapped[str]
    no_reply: Mapped[str] = mapped_column(default="")
    no_reply_note: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime] = mapped_column(Moment)
    closed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    closed_by_name: Mapped[str]


class Pause(Model):
    """A pause of the clocks: asked for with a reason, running from its approval until somebody resumes (D7)."""

    __tablename__ = "complaint_pauses"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    nth: Mapped[int]
    reason: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    asked_by_name: Mapped[str]
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    resumed_at: Mapped[datetime | None] = mapped_column(Moment)


class Door(Model):
    """A QR code through which residents complain; `token` is the address printed on the poster."""

    __tablename__ = "complaint_doors"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token: Mapped[str]
    label: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    opened_by_name: Mapped[str]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by_name: Mapped[str | None]


def answered(complaint_id: UUID, since: datetime | None = None) -> bool:
    """Whether an approved reply reached the customer, since it was reopened."""
    query = select(Reply.release_id).where(Reply.complaint_id == complaint_id)
    query = query.where(Reply.delivered_at >= since) if since else query
    return db.session.scalar(query.limit(1)) is not None


def solutions_under_approval(complaint_id: UUID, since: datetime | None = None) -> list[Approval]:
    """The approvals of the solutions proposed since it was reopened, newest first."""
    query = select(Approval).join(Solution, Solution.approval_id == Approval.id).order_by(Solution.nth.desc())
    query = query.where(Solution.proposed_at >= since) if since else query
    return list(db.session.scalars(query.where(Solution.complaint_id == complaint_id)))
