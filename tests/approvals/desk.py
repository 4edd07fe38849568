"""A project with its hierarchy, and short ways to submit and decide in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from saas import clock
from saas.approvals import actions
from saas.approvals.actions import Outcome
from saas.approvals.content import content_hash
from saas.approvals.models import Approval
from saas.db import db
from saas.policy.loader import pack
from saas.tenancy.staff import Delegation
from tests.world import Person, Place

PACK = pack("property")
HASH = content_hash("答复", "正文")
DAY = date(2026, 11, 20)


@dataclass
class Desk:
    """Who works here: 林晓燕 writes, 陈志远 reviews, 王海峰 approves."""

    place: Place
    steward: Person
    manager: Person
    leader: Person

    def submit(
        self,
        by: Person | None = None,
        *,
        kind: str = "reply_letter",
        flags: Sequence[str] = (),
        subject: UUID | None = None,
        version: int = 1,
        barred: Sequence[UUID] = (),
    ) -> UUID:
        """Submit a subject and commit."""
        with self.place.inside():
            approval = actions.submit(
                kind=kind,
                subject_type="releases",
                subject_id=subject or uuid4(),
                title="关于电梯的答复",
                version=version,
                content_hash=HASH,
                steps=PACK.chains[kind].steps_for(frozenset(flags)),
                pack=PACK,
                by=(by or self.steward).actor,
                flags=flags,
                barred=barred,
            )
            db.session.commit()
            return approval.id

    def decide(
        self,
        approval: UUID,
        by: Person,
        verdict: str = "approved",
        reason: str = "",
        version: int = 1,
        text: str = HASH,
    ) -> Outcome:
        """Decide and commit."""
        with self.place.inside():
            outcome = actions.decide(
                approval, verdict=verdict, reason=reason, version=version, content_hash=text, by=by.actor
            )
            db.session.commit()
            db.session.refresh(outcome.approval)
            db.session.expunge_all()
            return outcome

    def state(self, approval: UUID) -> tuple[str, list[str]]:
        """The state of an approval and of its steps."""
        with self.place.inside():
            found = db.session.get_one(Approval, approval)
            return found.state, [step.state for step in found.steps]

    def delegate(
        self, of: Person, to: Person, role: str, starts: date = DAY, ends: date = DAY, reason: str = "出差"
    ) -> UUID:
        """Write a delegation row."""
        with self.place.inside():
            row = Delegation(
                from_id=of.id,
                to_id=to.id,
                role=role,
                starts_on=starts,
                ends_on=ends,
                reason=reason,
                created_at=clock.now(),
            )
            db.session.add(row)
            db.session.commit()
            return row.id
