"""Which repairs the list shows: by view, result and days, and by what was typed into its search box."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from saas import clock
from saas.days import within_days
from saas.identity.actor import Actor
from saas.policy.periods import midnight
from saas.rooms import room_label
from saas.words import held, often, said
from tenants.customers.meant import TAIL, digits_of, home, person
from tenants.repairs import states
from tenants.repairs.endings import Callback, CashHandover, Completion, Receipt
from tenants.repairs.facts import Arrival, Quote
from tenants.repairs.models import Repair
from tenants.repairs.wanted import Wanted


def matching(wanted: Wanted, by: Actor) -> ColumnElement[bool]:
    """What holds for the repairs that are wanted."""
    parts = [*_view(wanted.view, by), *_result(wanted)]
    for column, value in ((Repair.state, wanted.state), (Repair.skill, wanted.skill), (Repair.urgency, wanted.urgency)):
        if value:
            parts.append(column == value)
    words = wanted.q.split()
    common = often(select(Repair.haystack).order_by(Repair.ordered_at.desc(), Repair.id.desc()), words)
    return and_(True, *parts, *(_word(word, word in common) for word in words))


def _of(fact: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(fact.repair_id).where(fact.repair_id == Repair.id, *conditions).exists()


def _view(view: str, by: Actor) -> list[ColumnElement[bool]]:
    ended, now = Repair.state.in_(states.ENDED), clock.now()
    going = Repair.state.in_((states.ORDERED, states.ASSIGNED))
    tonight = midnight(clock.local(now).date() + timedelta(days=1))
    match view:
        case "open":
            return [~ended]
        case "unassigned":
            return [Repair.state == states.ORDERED]
        case "today":
            return [~ended, Repair.appointed_from < tonight]
        case "mine":
            return [~ended, Repair.technician_id == by.id]
        case "late":
            return [going, Repair.due_at < now]
        case "uncalled":
            return [Repair.state == states.FINISHED, ~_of(Callback)]
        case "cash":
            return [_of(Receipt), ~_of(CashHandover)]
    return []


def _result(wanted: Wanted) -> list[ColumnElement[bool]]:
    def within(moment: Any) -> list[ColumnElement[bool]]:
        return within_days(moment, wanted.since, wanted.until)

    finished = [Repair.finished_at.is_not(None), *within(Repair.finished_at)]
    fees = select(Quote.total_fen).where(Quote.repair_id == Completion.repair_id, Quote.nth == Completion.nth)
    match wanted.result:
        case "finished":
            return finished
        case "on_time":
            return [_of(Arrival, Arrival.on_time.is_(True)), *within(Repair.due_at)]
        case "not_on_time":
            nobody = and_(~_of(Arrival), Repair.state != states.CANCELLED, Repair.due_at < clock.now())
            return [or_(_of(Arrival, Arrival.on_time.is_(False)), nobody), *within(Repair.due_at)]
        case "passed":
            return [_of(Callback, Callback.passed.is_(True), *within(Callback.called_at))]
        case "failed":
            return [_of(Callback, Callback.passed.is_(False), *within(Callback.called_at))]
        case "called":
            return [*finished, _of(Callback)]
        case "uncalled":
            return [*finished, ~_of(Callback)]
        case "paid":
            return [*finished, _of(Completion, fees.scalar_subquery() > 0)]
        case "free":
            return [*finished, _of(Completion, fees.scalar_subquery() == 0)]
    return within(Repair.ordered_at)


def _word(word: str, common: bool) -> ColumnElement[bool]:
    """Found in number, fault, room, name or words; letters are initials of a name too, four digits and more the end of
    a phone number."""
    ways = [(said if common else held)(Repair.haystack, word)]
    if room_label(word) not in ("", word.upper()):
        ways.append(home(Repair.unit_id, word))
    initials, digits = word.isascii() and word.isalpha(), digits_of(word)
    if initials:
        ways.append(and_(Repair.initials != "", Repair.initials.startswith(word.lower(), autoescape=True)))
    if digits:
        bare = func.replace(Repair.phone, "-", "")
        tail = func.right(bare, TAIL) == digits[-TAIL:]
        ways.append(and_(Repair.phone != "", tail, bare.endswith(digits)))
    if initials or digits:
        ways.append(person(Repair.customer_id, word, by_name=False))
    return or_(*ways)
