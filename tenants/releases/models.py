"""A release and its facts: versions, recipients, deliveries, attempts, what became of them, and hand-overs."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, FetchedValue, ForeignKey, Text, Uuid, and_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from saas.approvals.models import Approval
from saas.db import Model
from saas.tenancy.staff import Staff
from tenants.customers.models import Customer

Moment = DateTime(timezone=True)

EMAIL, PUBLIC_PAGE, BY_HAND = "email", "public_page", "by_hand"
CHANNELS = {PUBLIC_PAGE: "公开页", EMAIL: "电子邮件"}
STATES = {
    "draft": ("草稿", "", "pencil"),
    "in_review": ("审批中", "blue", "clock"),
    "returned": ("已退回", "red", "undo-2"),
    "approved": ("已批准", "green", "check"),
    "delivering": ("发布中", "blue", "send"),
    "held": ("已暂缓", "amber", "pause"),
    "delivered": ("已送达", "green", "check"),
    "partly_delivered": ("部分送达", "amber", "triangle-alert"),
    "undelivered": ("未送达", "red", "x"),
    "published": ("已公开", "green", "qr-code"),
}
HELD, STOPPED = "held", "stopped"
SEND, STOP = "send", "stop"
WAYS = {
    "in_person": "当面递交",
    "letterbox": "投递信箱",
    "post": "邮寄、快递",
    "posted": "张贴公示",
    "other": "其他方式",
}


class Release(Model):
    """One entry of 信息发布一览表 (H1). `version` is the current one; `token` opens its public page once delivered."""

    __tablename__ = "releases"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    kind: Mapped[str]
    subject_type: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    title: Mapped[str]
    version: Mapped[int]
    state: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    author_name: Mapped[str]
    barred: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # whom its case is about (D4)
    token: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    versions: Mapped[list["ReleaseVersion"]] = relationship(
        order_by="ReleaseVersion.version", viewonly=True, lazy="select"
    )
    current: Mapped["ReleaseVersion"] = relationship(
        primaryjoin=lambda: and_(
            Release.id == remote(foreign(ReleaseVersion.release_id)),
            Release.version == remote(foreign(ReleaseVersion.version)),
        ),
        viewonly=True,
        uselist=False,
    )
    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.channel", viewonly=True)
    handovers: Mapped[list["Handover"]] = relationship(order_by="Handover.handed_at", viewonly=True)

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board): it counts where it changed last."""
        return self.created_at

    @property
    def editable(self) -> bool:
        """True until the first delivery or hand-over exists: from then on a correction is a new release."""
        return self.state in ("draft", "in_review", "returned", "approved")


class ReleaseVersion(Model):
    """What one version said. Every version is kept; the hash covers text, signature, flags and recipients (H3)."""

    __tablename__ = "release_versions"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - the haystack belongs to the database

    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    signed_by: Mapped[str]
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    content_hash: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    written_by_name: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Moment)
    haystack: Mapped[str | None] = mapped_column(FetchedValue(), deferred=True)  # what the search looks through

    recipients: Mapped[list["Recipient"]] = relationship(
        primaryjoin=lambda: and_(
            ReleaseVersion.release_id == foreign(Recipient.release_id),
            ReleaseVersion.version == foreign(Recipient.version),
        ),
        order_by=lambda: (Recipient.channel, Recipient.name),
        viewonly=True,
    )


class Recipient(Model):
    """Who receives a version and how; the public page is a recipient too."""

    __tablename__ = "recipients"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id))
    version: Mapped[int]
    channel: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")


class Delivery(Model):
    """An approved version on its way to one recipient; the database takes it only under a full approval (H1)."""

    __tablename__ = "deliveries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id))
    version: Mapped[int]
    content_hash: Mapped[str]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey(Recipient.id))
    channel: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    approval_state: Mapped[str] = mapped_column(default="approved")
    message_id: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)

    release: Mapped[Release] = relationship(viewonly=True)
    recipient: Mapped[Recipient] = relationship(viewonly=True, lazy="joined")
    attempts: Mapped[list["Attempt"]] = relationship(order_by="Attempt.number", viewonly=True, lazy="selectin")


class Attempt(Model):
    """One try to hand a delivery over, committed before the send; every try carries the delivery's Message-ID."""

    __tablename__ = "attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey(Delivery.id))
    number: Mapped[int]
    message_id: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)

    outcome: Mapped["AttemptOutcome | None"] = relationship(viewonly=True, lazy="joined")
    resolution: Mapped["Resolution | None"] = relationship(viewonly=True, lazy="joined")


class AttemptOutcome(Model):
    """What the server answered. `refused` and not `permanent` may be tried again; `unknown` never by itself."""

    __tablename__ = "attempt_outcomes"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey(Attempt.id), primary_key=True)
    result: Mapped[str]
    permanent: Mapped[bool] = mapped_column(default=False)
    code: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime] = mapped_column(Moment)


class Resolution(Model):
    """A person's decision on an unknown or failed attempt: it did arrive, or send again."""

    __tablename__ = "resolutions"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey(Attempt.id), primary_key=True)
    verdict: Mapped[str]
    note: Mapped[str]
    resolved_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    resolved_by_name: Mapped[str]
    resolved_at: Mapped[datetime] = mapped_column(Moment)


class Hold(Model):
    """What has not gone out waits: whom the case is about wrote or decided the letter (D4)."""

    __tablename__ = "release_holds"

    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    names: Mapped[str]
    held_at: Mapped[datetime] = mapped_column(Moment)
    held_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    held_by_name: Mapped[str]


class HoldDecision(Model):
    """A person's decision on a hold: send after all, or not; with the reason."""

    __tablename__ = "hold_decisions"

    release_id: Mapped[UUID] = mapped_column(primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    decided_by_name: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(Moment)


class Handover(Model):
    """A person handed the approved letter over or put it up: to whom, when, how; only under a full approval (H1)."""

    __tablename__ = "handovers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    release_id: Mapped[UUID] = mapped_column(ForeignKey(Release.id))
    version: Mapped[int]
    content_hash: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    approval_state: Mapped[str] = mapped_column(default="approved")
    way: Mapped[str]
    receiver: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    handed_at: Mapped[datetime] = mapped_column(Moment)
    handed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    handed_by_name: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
