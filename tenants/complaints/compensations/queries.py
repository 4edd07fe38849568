"""Reading the compensations of a complaint."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from saas.db import db
from tenants.complaints.compensations.models import Compensation, Payment, Promise


@dataclass(frozen=True)
class Asked:
    """A compensation with what became of it; `promised` counts the letters that name it."""

    row: Compensation
    payment: Payment | None
    promised: int

    @property
    def state(self) -> str:
        """pending, approved, paid, returned, voided, withdrawn."""
        return "paid" if self.payment else self.row.approval.state


def compensations(complaint_id: UUID) -> list[Asked]:
    """All of them, the oldest first."""
    paid = and_(Payment.complaint_id == Compensation.complaint_id, Payment.nth == Compensation.nth)
    query = (
        select(Compensation, Payment)
        .outerjoin(Payment, paid)
        .where(Compensation.complaint_id == complaint_id)
        .options(joinedload(Compensation.approval))
        .order_by(Compensation.nth)
    )
    rows = db.session.execute(query).all()
    letters = list(db.session.scalars(select(Promise.nth).where(Promise.complaint_id == complaint_id))) if rows else []
    return [Asked(row, payment, letters.count(row.nth)) for row, payment in rows]
