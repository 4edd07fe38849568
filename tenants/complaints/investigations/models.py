"""Investigation reports: every version is kept, with the approval it was submitted to (D6)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

KIND = "investigation"
"""The chain that decides it, and the kind of its approvals."""
PARTS = {
    "cause": "发生原因", "course": "具体经过", "responsible": "责任者", "conclusion": "结论", "countermeasure": "对策",
    "prevention": "防范措施",
}  # fmt: skip
"""The six parts, all of them owed, in the order of the regulation."""
LONGEST = 8_000


class Investigation(Model):
    """One version of the report 投诉调查报告."""

    __tablename__ = "complaint_investigations"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str]
    course: Mapped[str]
    responsible: Mapped[str]
    conclusion: Mapped[str]
    countermeasure: Mapped[str]
    prevention: Mapped[str]
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    content_hash: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    written_by_name: Mapped[str]

    approval: Mapped[Approval] = relationship(lazy="raise")

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(title, text) of the six parts."""
        return [(title, getattr(self, name)) for name, title in PARTS.items()]
