"""The same matter (D5): a complaint linked to an earlier one by a person."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

DUPLICATE, REPEAT, RELATED = "duplicate", "repeat", "related"
KINDS = {
    DUPLICATE: "同一人同一事项，重复登记：并入那一件办理",
    REPEAT: "答复后再次投诉：提高一级",
    RELATED: "不同客户反映同一事项：互相关联，分别办理",
}
SHORT = {DUPLICATE: "并入", REPEAT: "再次投诉", RELATED: "同一事项"}


class Link(Model):
    """`complaint` is the same matter as the earlier `of`; a link that was undone stays on record."""

    __tablename__ = "complaint_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    of_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    kind: Mapped[str]
    reason: Mapped[str]
    severity_before: Mapped[str]
    severity_after: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(Moment)
    linked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    linked_by_name: Mapped[str]
    unlinked_at: Mapped[datetime | None] = mapped_column(Moment)
    unlinked_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    unlinked_by_name: Mapped[str | None]
    unlink_reason: Mapped[str | None]
