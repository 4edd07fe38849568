"""A person's own calendar address: made, renewed, ended. Whoever has it reads the calendar, without a login."""

import secrets

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Problem
from saas.tenancy.links import end_links, open_link
from saas.tenancy.staff import Staff
from tenants.duties.models import Feed

LINK = "agenda"


def open_feed(*, by: Actor) -> str:
    """Make the person's address and answer its token, this once; an earlier address is dead from now on.

    The links are platform rows, committed at once: a crash before the rest leaves an address that nobody has seen.
    """
    if by.id is None:
        raise Problem("请登录后再订阅")
    db.session.execute(select(Staff.id).where(Staff.id == by.id).with_for_update())  # rivals of one person queue up
    end_links(by.tenant, LINK, by.id)
    token = secrets.token_urlsafe(32)
    open_link(by.tenant, token, LINK, by.id, None)
    _end(by)
    feed = Feed(staff_id=by.id, opened_at=clock.now())
    db.session.add(feed)
    db.session.flush()
    record("duty_feed.opened", feed, by)
    return token


def end_feed(*, by: Actor) -> None:
    """Close the person's address, if there is one. The address dies first; repeated after a crash this completes it."""
    if by.id is None:
        raise Problem("请登录后再操作")
    end_links(by.tenant, LINK, by.id)
    for feed in _end(by):
        record("duty_feed.ended", feed, by)


def _end(by: Actor) -> list[Feed]:
    query = select(Feed).where(Feed.staff_id == by.id, Feed.ended_at.is_(None)).with_for_update()
    ended = list(db.session.scalars(query))
    for feed in ended:
        feed.ended_at = clock.now()
    db.session.flush()
    return ended
