"""One repair as its page shows it: what happened, its clocks, its clauses, and what this person may do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas import clock
from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from tenants.repairs import states
from tenants.repairs.access import works_on
from tenants.repairs.endings import Callback, Cancellation, CashHandover, Completion, Receipt
from tenants.repairs.facts import (
    Appointment,
    Arrival,
    Assignment,
    Compensation,
    Consent,
    Damage,
    Device,
    Fee,
    Move,
    Outsourcing,
    Quote,
    Start,
)
from tenants.repairs.models import Repair
from tenants.repairs.rules import SIGNED, needs_signature, rules_of


@dataclass(frozen=True)
class Facts:
    """Everything that happened, oldest first."""

    appointments: list[Appointment]
    helps: list[Outsourcing]
    assignments: list[Assignment]
    arrival: Arrival | None
    quotes: list[Quote]
    fees: list[Fee]
    consents: list[Consent]
    start: Start | None
    moves: list[Move]
    damages: list[Damage]
    made_good: list[Compensation]
    devices: list[Device]
    completion: Completion | None
    receipt: Receipt | None
    handover: CashHandover | None
    callbacks: list[Callback]
    cancellation: Cancellation | None

    @property
    def quote(self) -> Quote | None:
        """The fees told last."""
        return self.quotes[-1] if self.quotes else None

    @property
    def told(self) -> list[Fee]:
        """The lines of these."""
        return [fee for fee in self.fees if self.quote and fee.nth == self.quote.nth]

    @property
    def signed(self) -> set[str]:
        """The ids of the pictures that are signatures."""
        kept = [(each.given, each.picture_id) for each in self.consents]
        if self.completion:
            kept.append((self.completion.given, self.completion.picture_id))
        return {str(picture) for given, picture in kept if given == SIGNED}

    def needs_signature(self, repair: Repair) -> bool:
        """Whether a customer signs for the fees told last, and for the end (E2, E3)."""
        return needs_signature(repair, self.quote.total_fen if self.quote else 0)

    @property
    def to_make_good(self) -> list[Damage]:
        """The damages that were not compensated yet."""
        done = {each.nth for each in self.made_good}
        return [each for each in self.damages if each.nth not in done]


def facts(repair: Repair) -> Facts:
    """Read them, one query each; nothing is asked that cannot have happened yet."""

    def of(model: Any, *options: Any) -> list[Any]:
        order = (model.nth, model.position) if model is Fee else (model.nth,)
        query = select(model).where(model.repair_id == repair.id).order_by(*order)
        return list(db.session.scalars(query.options(*options)))

    def one(model: Any, reached: bool) -> Any:
        return db.session.get(model, repair.id) if reached else None

    going = repair.state in (states.ORDERED, states.ASSIGNED)
    done, ended = repair.state == states.FINISHED, repair.state == states.CANCELLED
    on_site = not going

    def there(model: Any) -> list[Any]:
        return of(model) if on_site else []

    receipt = one(Receipt, done)
    return Facts(
        of(Appointment), of(Outsourcing, joinedload(Outsourcing.approval)), of(Assignment), one(Arrival, on_site),
        there(Quote), there(Fee), there(Consent), one(Start, on_site), there(Move), there(Damage), there(Compensation),
        there(Device), one(Completion, done), receipt, one(CashHandover, receipt is not None),
        of(Callback) if done else [], one(Cancellation, ended),
    )  # fmt: skip


def clause_marks(repair: Repair, known: Facts, rules: Pack) -> list[tuple[str, str, str, str]]:
    """规程依据: (state ok|warn|wait|bad, title, source, full text) of the clauses at work here."""
    done = known.completion is not None
    arrived = known.arrival
    late = repair.due_at is not None and arrived is None and clock.now() > repair.due_at
    stands = {
        "repairs.ordered": "ok" if known.assignments else "wait",
        "repairs.arrivals": ("ok" if arrived.on_time else "bad") if arrived else "warn" if late else "wait",
        "repairs.fees_accepted": "ok" if known.start else "wait",
        "repairs.tidied": ("warn" if known.to_make_good else "ok") if done else "wait",
        "repairs.signed": "ok" if done else "wait",
    }
    if known.receipt:
        stands["repairs.cash"] = "ok" if known.handover else "wait"
    if known.helps:
        stands["repairs.outsourced"] = "ok" if repair.outside else "wait"
    if known.devices:
        stands["repairs.devices"] = "ok"
    return [
        (stands[clause.evidence], clause.title, clause.source, clause.text)
        for clause in rules.clauses.values()
        if clause.evidence in stands
    ]


def decides(approval: Approval, by: Actor) -> bool:
    """Whether this person may decide the waiting step now."""
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True


def next_steps(repair: Repair, known: Facts, by: Actor, rules: Pack) -> list[str]:
    """The verbs that this person may do now, the most urgent first; the actions decide again."""
    roles, state, found = rules_of(rules).roles, repair.state, list[str]()
    mine, orders = works_on(repair, by, rules), by.has(*roles.orderers)
    going = state in (states.ORDERED, states.ASSIGNED)
    waits = any(each.approval.state == "pending" for each in known.helps)
    if state == states.ORDERED and by.has(*roles.assigners):
        found.append("assignment")
    if mine:
        found += _on_site(state) if known.needs_signature(repair) else [UNSIGNED.get(s, s) for s in _on_site(state)]
    if going and (orders or mine):
        found.append("appointments")
    if state == states.ASSIGNED and by.has(*roles.assigners):
        found.append("assignment")
    if going and by.has(*roles.assigners) and not waits:
        found.append("outsourcings")
    if mine and state in (states.ARRIVED, states.QUOTED, states.AGREED, states.WORKING):
        found += ["moves", "damages", "devices"]
    if state not in states.ENDED and by.has(*roles.assigners) and repair.technician_id not in (None, by.id):
        found.append("urging")
    if state == states.FINISHED:
        if mine and known.receipt is None and known.quote and known.quote.total_fen:
            found.append("receipts")
        if known.receipt and not known.handover and by.has(*roles.cashiers) and by.id != known.receipt.taken_by:
            found.append("handover")
        if by.has(*roles.callers):
            found.append("callbacks")
    if mine and known.to_make_good:
        found.append("compensations")
    if (mine or orders) and state not in states.ENDED and known.start is None:
        found.append("cancellation")
    return found


UNSIGNED = {"consents": "agreement", "completion": "acceptance"}
"""The steps that stand for a signature where no customer signs."""


def _on_site(state: str) -> Sequence[str]:
    return {
        states.ASSIGNED: ["arrival"], states.ARRIVED: ["quotes"], states.QUOTED: ["consents", "quotes"],
        states.AGREED: ["start", "quotes"], states.WORKING: ["completion", "quotes"],
    }.get(state, [])  # fmt: skip
