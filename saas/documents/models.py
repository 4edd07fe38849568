"""A document: what it is about, how far it is, and the digest of what came out."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, DateTime, ForeignKey, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff

Moment = DateTime(timezone=True)


class Document(Model):
    """One rendering of one sheet; its bytes live in the file store under `sha256`.

    `readers` are the roles that may read its subject, `barred` the people whom the subject is about (D4); the slice
    that owns the subject says who they are.
    """

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    title: Mapped[str]
    readers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    barred: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    state: Mapped[str] = mapped_column(default="queued")
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=7)
    words: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str | None]
    size: Mapped[int | None]
    failure: Mapped[str | None]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    requested_by_name: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def underway(self) -> bool:
        """True while a worker has it or will take it."""
        return self.state in ("queued", "rendering")
