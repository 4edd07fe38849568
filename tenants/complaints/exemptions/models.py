"""Exemptions: facts that name the letter which answered instead."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint, Moment

PUBLIC_LETTER, REPLY_ONLY = "public_letter", "reply_only"
KINDS = {PUBLIC_LETTER: "多人同一问题，公开信答复", REPLY_ONLY: "客户没留姓名或只要求复函"}


class Exemption(Model):
    """No callback is owed: the letter `release_id` reached the customer and is filed with the case."""

    __tablename__ = "exemptions"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    release_id: Mapped[UUID]
    reason: Mapped[str]
    filed_at: Mapped[datetime] = mapped_column(Moment)
    filed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    filed_by_name: Mapped[str]
