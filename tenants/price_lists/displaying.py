"""Put the price list in force on display, and take it down (C8)."""

import secrets
from uuid import UUID, uuid4

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_now
from saas.problem import Conflict, Problem
from saas.tenancy.links import end_link, open_link
from tenants.price_lists.access import keeps
from tenants.price_lists.models import Display
from tenants.price_lists.queries import in_force

PAGE = "price_list"
"""The kind of the public link."""


def display(label: str, *, by: Actor) -> Display:
    """Put the list in force on display: an address for a poster. Raises Problem, Conflict without a list, Forbidden."""
    keeps(by, pack_now())
    if in_force() is None:
        raise Conflict("还没有执行中的收费标准，批准后才能公示")
    if not label.strip() or by.id is None:
        raise Problem("请写明在哪里公示，例如管家服务中心前台", "label")
    made = Display(
        id=uuid4(), token=secrets.token_urlsafe(18), label=label.strip()[:60], opened_at=clock.now(), opened_by=by.id,
        opened_by_name=by.name,
    )  # fmt: skip
    open_link(by.tenant, made.token, PAGE, made.id, None)
    db.session.add(made)
    record("price_list.displayed", made, by, label=made.label)
    db.session.flush()
    return made


def take_down(display_id: UUID, *, by: Actor) -> Display:
    """End a display: its page answers 410 from now on. One that has ended stays as it is.

    The address dies first, in a transaction of its own; repeated after a crash this completes it. Raises Forbidden,
    LookupError for no such display.
    """
    keeps(by, pack_now())
    found = db.session.get(Display, display_id, with_for_update=True)
    if found is None:
        raise LookupError(display_id)
    if found.closed_at is None:
        end_link(by.tenant, found.token)
        found.closed_at, found.closed_by_name = clock.now(), by.name
        record("price_list.taken_down", found, by, label=found.label)
    return found
