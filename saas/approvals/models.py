"""Approvals as rows: one per submission, its steps in order, and the decisions, which are never changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, DateTime, ForeignKey, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Delegation, Staff

Moment = DateTime(timezone=True)


class Approval(Model):
    """One submission of one version of one subject to its chain."""

    __tablename__ = "approvals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    author_name: Mapped[str]
    version: Mapped[int]
    content_hash: Mapped[str]
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    barred: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # who the matter is about: decides nothing
    state: Mapped[str] = mapped_column(default="pending")
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    steps: Mapped[list["ApprovalStep"]] = relationship(
        order_by="ApprovalStep.position", lazy="selectin", back_populates="approval"
    )
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.position", lazy="selectin", viewonly=True)

    @property
    def current(self) -> "ApprovalStep | None":
        """The step that waits for a decision."""
        return next((step for step in self.steps if step.state == "waiting"), None)


NEWEST_FIRST = (
    Approval.submitted_at.desc(), Approval.version.desc(), Approval.ended_at.desc().nulls_first(), Approval.id,
)  # fmt: skip
"""The order of submissions: of two at one moment that of the later version, then the one that still stands."""


class ApprovalStep(Model):
    """One step: who must decide by role. `raised_from` names the role that only the author held.

    A transfer names its receiver and its moment; the wait goes on from when the step began.
    """

    __tablename__ = "approval_steps"

    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    label: Mapped[str]
    role: Mapped[str]
    raised_from: Mapped[str | None]
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    state: Mapped[str]
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    transferred_at: Mapped[datetime | None] = mapped_column(Moment)

    approval: Mapped[Approval] = relationship(back_populates="steps")


class Decision(Model):
    """What one person decided on one version; inserted once, for ever."""

    __tablename__ = "decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    position: Mapped[int]
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    decided_by_name: Mapped[str]
    on_behalf_of: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    on_behalf_of_name: Mapped[str | None]
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey(Delegation.id))
    author_id: Mapped[UUID]
    version: Mapped[int]
    content_hash: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(Moment)


class ApprovalCopy(Model):
    """A copy for information 抄送: seen, never decided."""

    __tablename__ = "approval_copies"

    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), primary_key=True)
    copied_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
