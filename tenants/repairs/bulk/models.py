"""What became of each repair of a run over many. Inserted once, never changed."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from saas.bulk_runs import Bulk, BulkRun
from saas.db import Model
from tenants.repairs.actions.lock import Gone
from tenants.repairs.models import Repair


class RepairResult(Model):
    """One repair of a run: done, or the words that say why not. Without a subject: there is none of that key."""

    __tablename__ = "repair_bulk_results"

    run_id: Mapped[UUID] = mapped_column(ForeignKey(BulkRun.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID | None] = mapped_column("repair_id", ForeignKey(Repair.id))
    done: Mapped[bool]
    words: Mapped[str]

    subject: Mapped[Repair | None] = relationship(lazy="raise")


REPAIRS = Bulk(Repair, RepairResult, Gone, "报修", (joinedload(Repair.technician),))
