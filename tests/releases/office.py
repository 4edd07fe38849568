"""A project with its hierarchy and a real mail server; short ways to write, submit, decide and deliver."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from aiosmtpd.smtp import Envelope
from sqlalchemy import text

from saas.approvals.models import Approval
from saas.db import db
from tenants.releases import actions, queries
from tenants.releases.models import Attempt, Delivery, Release
from tests.world import Person, Place

TITLE = "关于 3 栋 2 单元电梯停运困人事件的书面答复"
BODY = (
    "尊敬的王女士：\n11 月 13 日至 19 日，3 栋 2 单元客梯先后三次停运，其中一次困人数分钟，我们深表歉意。\n"
    "经查，停运由门机皮带老化引起，已于 11 月 20 日更换部件。"
)


@dataclass
class Post:
    """An honest mail server's memory."""

    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 2.0.0 queued"


@dataclass
class Office:
    """林晓燕 writes, 陈志远 reviews, 王海峰 approves."""

    place: Place
    steward: Person
    manager: Person
    leader: Person

    def reply(self, email: str = "wang@example.com", body: str = BODY, by: Person | None = None) -> UUID:
        """Draft a reply letter and commit."""
        with self.place.inside():
            release = actions.draft_reply(
                subject_type="complaints",
                subject_id=uuid4(),
                title=TITLE,
                body=body,
                recipient_customer_id=None,
                recipient_name="王秀梅",
                recipient_email=email,
                by=(by or self.steward).actor,
            )
            db.session.commit()
            return release.id

    def submit(self, release: UUID, version: int = 1) -> UUID:
        """Submit and commit; the answer is the approval."""
        with self.place.inside():
            approval = actions.submit(release, version=version, by=self.steward.actor)
            db.session.commit()
            return approval.id

    def decide(self, release: UUID, approval: UUID, by: Person, verdict: str = "approved", reason: str = "") -> str:
        """Decide what is submitted and commit; the answer is the outcome's state."""
        with self.place.inside():
            seen = db.session.get_one(Approval, approval)
            outcome = actions.decide(
                release,
                approval_id=approval,
                verdict=verdict,
                reason=reason,
                version=seen.version,
                content_hash=seen.content_hash,
                by=by.actor,
            )
            db.session.commit()
            return outcome.state

    def approved(self, email: str = "wang@example.com") -> UUID:
        """A release that went through its whole chain."""
        release = self.reply(email)
        approval = self.submit(release)
        self.decide(release, approval, self.manager)
        self.decide(release, approval, self.leader)
        return release

    def state(self, release: UUID) -> str:
        """The state of a release."""
        with self.place.inside():
            return db.session.get_one(Release, release).state

    def deliveries(self, release: UUID) -> dict[str, UUID]:
        """The deliveries by channel."""
        with self.place.inside():
            return {d.channel: d.id for d in db.session.query(Delivery).filter_by(release_id=release)}

    def deliver(self, delivery: UUID) -> None:
        """What the mail worker does."""
        with self.place.inside():
            actions.deliver(str(delivery))

    def deliver_all(self, release: UUID) -> None:
        """Carry out every delivery."""
        for delivery in self.deliveries(release).values():
            self.deliver(delivery)

    def standings(self, release: UUID) -> dict[str, str]:
        """How each delivery stands, by channel."""
        with self.place.inside():
            found = db.session.get_one(Release, release)
            return {d.channel: here.word for d, here in queries.standings(found)}

    def attempts(self, delivery: UUID) -> list[Attempt]:
        """The attempts of a delivery."""
        with self.place.inside():
            found = list(db.session.query(Attempt).filter_by(delivery_id=delivery).order_by(Attempt.number))
            db.session.expunge_all()
            return found

    def run(self, statement: str, **values: object) -> Any:
        """SQL typed inside the tenant."""
        with self.place.inside():
            result = db.session.execute(text(statement), values)
            rows = result.all() if result.returns_rows else []
            db.session.commit()
            return rows
