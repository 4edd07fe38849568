"""A run over many complaints, and what became of each. Inserted once, never changed."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint

ASSIGN, REMIND, EXPORT = "assign", "remind", "export"
VERBS = {ASSIGN: "批量指派", REMIND: "批量催办", EXPORT: "导出"}


class BulkRun(Model):
    """Who did what to how many, when; `note` is the reason or what was handed on with it."""

    __tablename__ = "bulk_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    verb: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    ran_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ran_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    ran_by_name: Mapped[str]

    results: Mapped[list["BulkResult"]] = relationship(lazy="raise", order_by="BulkResult.nth")


class BulkResult(Model):
    """One complaint of a run: done, or the words that say why not. Without a complaint: there is none of that key."""

    __tablename__ = "bulk_results"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(BulkRun.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID | None] = mapped_column(ForeignKey(Complaint.id))
    done: Mapped[bool]
    words: Mapped[str]

    complaint: Mapped[Complaint | None] = relationship(lazy="raise")
