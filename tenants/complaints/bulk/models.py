"""What became of each complaint of a run over many. Inserted once, never changed."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from saas.bulk_runs import Bulk, BulkRun
from saas.db import Model
from tenants.complaints.actions.lock import Gone
from tenants.complaints.models import Complaint


class BulkResult(Model):
    """One complaint of a run: done, or the words that say why not. Without a subject: there is none of that key."""

    __tablename__ = "bulk_results"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(BulkRun.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID | None] = mapped_column("complaint_id", ForeignKey(Complaint.id))
    done: Mapped[bool]
    words: Mapped[str]

    subject: Mapped[Complaint | None] = relationship(lazy="raise")


CASES = Bulk(Complaint, BulkResult, Gone, "投诉", (joinedload(Complaint.handler),))
