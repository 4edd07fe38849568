"""Carry out one delivery: attempt committed, sent, outcome noted. The only place that sends to customers (H1)."""

from email.message import EmailMessage
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas import clock, config
from saas.board.marks import touch
from saas.db import db, schema_of
from saas.events import record
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.mail import Accepted, Refused, Unknown, address, compose, new_message_id, send
from saas.mail import Outcome as MailOutcome
from saas.tenancy.links import open_link
from tenants.releases.holding import hold_of, regulation
from tenants.releases.models import EMAIL, Attempt, AttemptOutcome, Delivery, Release, ReleaseVersion
from tenants.releases.standing import UNKNOWN_AFTER, standing, together
from tenants.releases.text import as_mail

LINK_KIND = "release"


def message_id() -> str:
    """A new Message-ID under the sender's domain."""
    return new_message_id(address(config.current().mail_from)[1].rpartition("@")[2])


def deliver(delivery_id: str | UUID) -> None:
    """Hand one delivery over, once. Commits in three steps, so that a crash at any point leaves the truth behind.

    Run again it does nothing while an attempt is under way, accepted or unknown; it tries again only what a server has
    refused for now, when its pause is over, and what a person asked to send again (promise 4).
    """
    delivery = db.session.get_one(Delivery, UUID(str(delivery_id)))
    release = delivery.release
    until = delivery.created_at + regulation().settings.public_for
    open_link(schema_of(db.session()) or "", release.token, LINK_KIND, release.id, until)
    attempt = _begin(delivery)
    if attempt is None:
        return
    if delivery.channel != EMAIL:
        return _end(attempt.id, Accepted(0, "published"))
    version = db.session.get_one(ReleaseVersion, (release.id, delivery.version))
    try:
        mail = _letter(delivery, version.title, version.body, version.signed_by)
    except ValueError:
        return _end(attempt.id, Refused(0, "the address cannot be written to", permanent=True))
    attempt_id = attempt.id
    db.session.commit()  # no transaction is open while a server makes us wait
    try:
        outcome = send(mail, config.current().smtp_url)
    except ValueError:
        outcome = Refused(0, "no mail server is set up", permanent=False)
    _end(attempt_id, outcome)


def _begin(delivery: Delivery) -> Attempt | None:
    """Commit the attempt that is about to be made, or say None when nothing may be sent now."""
    release = db.session.scalars(select(Release).where(Release.id == delivery.release_id).with_for_update()).one()
    db.session.expire_all()  # what a rival committed while we waited for the lock
    now = clock.now()
    here = standing(delivery, now, hold_of(release.id))
    if here.word in ("sending", "unknown") and delivery.channel != EMAIL:
        return delivery.attempts[-1]  # opening a page again changes nothing: carry on where it stopped
    if here.word == "unknown" and delivery.attempts[-1].outcome is None:
        _end(delivery.attempts[-1].id, Unknown("the sender was gone before it could note an outcome"))
        return None
    if here.word not in ("waiting", "retrying"):  # arrived, unclear or held: nothing is sent, no page opened
        db.session.rollback()
        return None
    if here.due is not None and now < here.due:
        enqueue("releases.deliver", str(delivery.id), run_at=here.due)
        db.session.commit()
        return None
    number = len(delivery.attempts) + 1
    attempt = Attempt(
        id=uuid4(), delivery_id=delivery.id, number=number, message_id=delivery.message_id, started_at=now
    )
    db.session.add(attempt)
    release.state = "delivering"
    # Comes back to look: when no outcome was noted by then, it is unknown.
    enqueue("releases.deliver", str(delivery.id), run_at=now + UNKNOWN_AFTER, key=attempt.id)
    db.session.commit()
    return attempt


def _letter(delivery: Delivery, title: str, body: str, signed_by: str) -> EmailMessage:
    settings = config.current()
    date = f"{clock.local(delivery.created_at):%Y-%m-%d}"
    text = as_mail(title, body, signed_by, date, public_url(delivery.release))
    sender = f"{signed_by} <{address(settings.mail_from)[1]}>"
    return compose(delivery.recipient.address, title, text, message_id=delivery.message_id, sender=sender)


def public_url(release: Release) -> str:
    """The address of the letter's page."""
    return f"{config.current().base_url}/p/{release.token}"


def _end(attempt_id: UUID, outcome: MailOutcome) -> None:
    """Note what became of an attempt, plan the next one after a temporary refusal, and commit."""
    attempt = db.session.get_one(Attempt, attempt_id)
    delivery = db.session.get_one(Delivery, attempt.delivery_id)
    release = db.session.scalars(select(Release).where(Release.id == delivery.release_id).with_for_update()).one()
    values = _facts(outcome)
    noted = db.session.execute(
        insert(AttemptOutcome).values(attempt_id=attempt_id, ended_at=clock.now(), **values).on_conflict_do_nothing()
    )
    db.session.expire_all()
    here = standing(delivery, clock.now(), hold_of(release.id))
    if here.due is not None:
        enqueue("releases.deliver", str(delivery.id), run_at=here.due)
    settle(release)
    if noted.rowcount:  # type: ignore[attr-defined]
        by = Actor.system(schema_of(db.session()) or "")
        record("release.attempted", release, by, on_behalf_of=None, delivery=str(delivery.id), **values)
    db.session.commit()


def _facts(outcome: MailOutcome) -> dict[str, str | int | bool]:
    if isinstance(outcome, Accepted):
        return {"result": "accepted", "code": outcome.code, "words": outcome.text, "permanent": False}
    if isinstance(outcome, Refused):
        return {"result": "refused", "code": outcome.code, "words": outcome.text, "permanent": outcome.permanent}
    return {"result": "unknown", "code": 0, "words": outcome.why, "permanent": False}


def settle(release: Release) -> None:
    """Bring the state of a release in line with how its deliveries stand."""
    now = clock.now()
    release.state, release.changed_at = together(release, now, hold_of(release.id)), now
    touch(Release.__tablename__, release.evidence_since)  # not every attempt is an event
    db.session.flush()
