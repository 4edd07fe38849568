"""The demonstration carries out its own letters, at their own moment: the mail worker finds them done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from saas import clock
from saas.db import db
from tenants.releases.models import Attempt, Delivery, Release
from workers.delivery import deliver
from workers.doors import MARK

SOON = timedelta(minutes=2)
"""A letter goes out that long after the decision that lets it go."""


def sent(release: Release, decide: Callable[[], object], now: datetime) -> None:
    """Take the decision that lets a letter go, and deliver it before anybody else can, soon after but not after `now`.

    The decision is committed by the first step of the delivery, together with the mark that the mail worker's job is
    done. Afterwards nothing is left to deliver, but what a mail server refused for now.
    """
    with _ours():
        decide()
        db.session.flush()
        db.session.expire(release)
        with clock.at(min(clock.now() + SOON, now)):
            for each in [delivery.id for delivery in release.deliveries]:
                deliver(str(each))


@contextmanager
def _ours() -> Iterator[None]:
    """Inside, the jobs that deliver a letter, and look after an attempt, are done the moment they are asked for."""
    session = db.session()
    event.listen(session, "after_flush", _mark)
    try:
        yield
    finally:
        event.remove(session, "after_flush", _mark)


def _mark(session: Session, _context: UOWTransaction) -> None:
    """Their outbox rows bear the ids of the delivery and of the attempt."""
    for each in session.new:
        if isinstance(each, Delivery | Attempt):
            session.connection().execute(MARK, {"id": each.id})
