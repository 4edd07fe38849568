"""What the page of a repair shows masked, and the look at it in full: who goes there must be able to call (B10)."""

from saas import reveals
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.policy.here import pack_on
from saas.reveals import Passage
from tenants.customers.models import Customer
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of


def passages(repair: Repair) -> list[Passage]:
    """The phone, then every text with a number in it."""
    customer = db.session.get(Customer, repair.customer_id) if repair.customer_id else None
    phone = repair.phone or (customer.phone if customer else "")
    reached = [("手机", phone)] if phone else []
    return reached + reveals.hidden([("说明", repair.detail), ("房号", repair.room)])


def reveal(repair: Repair, *, reason: str, by: Actor) -> list[Passage]:
    """All of it, once; the look is an event with its reason. Raises Problem without one, Forbidden."""
    rules = pack_on(repair.ordered_at)
    holds(by, rules, "查看完整号码", *rules_of(rules).roles.revealers)
    reveals.note("repair.revealed", repair, reason=reason, by=by)
    return passages(repair)
