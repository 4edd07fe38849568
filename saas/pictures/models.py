"""A photo kept with a record. Inserted once: it is evidence."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff


class Photo(Model):
    """One photo of one record; its bytes are in the file store under `sha256`. Nobody in `added_by`: a customer."""

    __tablename__ = "pictures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    added_by_name: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
