"""An article and its versions; what is in force is the latest approved one (C8)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model
from saas.tenancy.staff import Staff

Moment = DateTime(timezone=True)

KINDS = {"phrase": "标准用语", "question": "常见问答", "standard": "服务标准", "handbook": "租户手册"}


class Article(Model):
    """One piece of knowledge; `version` is the number of its latest version."""

    __tablename__ = "articles"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    retired_by_name: Mapped[str | None]
    retired_reason: Mapped[str] = mapped_column(default="")

    versions: Mapped[list["Version"]] = relationship(lazy="raise", order_by="Version.nth.desc()")

    @property
    def latest(self) -> "Version":
        """What was written last."""
        return self.versions[0]

    @property
    def in_force(self) -> "Version | None":
        """What counts now; nothing once it is retired."""
        return next((each for each in self.versions if each.in_force_at and not self.retired_at), None)


class Version(Model):
    """One version: its text, until when it is to be looked at again, and the approval that it got."""

    __tablename__ = "article_versions"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - the haystack belongs to the database

    article_id: Mapped[UUID] = mapped_column(ForeignKey(Article.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    initials: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    review_on: Mapped[date] = mapped_column(Date)
    content_hash: Mapped[str]
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey(Approval.id))
    in_force_at: Mapped[datetime | None] = mapped_column(Moment)
    written_at: Mapped[datetime] = mapped_column(Moment)
    written_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    written_by_name: Mapped[str]
    haystack: Mapped[str | None] = mapped_column(FetchedValue(), deferred=True)  # what the search looks through

    approval: Mapped[Approval | None] = relationship(lazy="raise")
