"""On site: arrival, the fault and its fees, the customer's consent, and only then the work (E1, E2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from sqlalchemy import func, select

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.numbers import next_nth
from saas.pictures.actions import keep_signature
from saas.pictures.signing import Signature
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.price_lists.models import PriceLine, PriceList
from tenants.price_lists.queries import in_force
from tenants.repairs import states
from tenants.repairs.access import may_work
from tenants.repairs.actions.appointing import kept_so_far
from tenants.repairs.actions.lock import hold
from tenants.repairs.facts import Arrival, Consent, Fee, Quote, Start
from tenants.repairs.models import Repair
from tenants.repairs.rules import REPORTER, SIGNED, STAFF, needs_signature

MOST_LINES, LARGEST_QUANTITY = 30, Decimal("9999.99")
CONSENT = "客户签名：同意收费"


@dataclass(frozen=True)
class Told:
    """The fees as they stand under one quote."""

    quote: Quote
    fees: list[Fee]


def arrive(repair_id: UUID, *, version: int, by: Actor) -> Repair:
    """到场, at this moment: on time within the agreed span and the minutes of the pack, unless the time had run out
    before a change was agreed (E1). Raises Conflict, Forbidden."""
    repair = hold(repair_id, version)
    may_work(repair, by, pack_on(repair.ordered_at))
    if by.id is None:
        raise Problem("请登录后再记录")
    now = clock.now()
    states.move(repair, states.ARRIVED)
    on_time = repair.due_at is None or (now <= repair.due_at and kept_so_far(repair.id))
    fact = Arrival(
        repair_id=repair.id, arrived_at=now, due_at=repair.due_at, on_time=on_time, arrived_by=by.id,
        arrived_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("repair.arrived", repair, by, on_time=on_time, appointed=repair.due_at is not None)
    db.session.flush()
    return repair


def quote(
    repair_id: UUID, *, finding: str, quantities: Mapping[int, Decimal], free_reason: str, list_id: UUID | None,
    version: int, by: Actor,
) -> Told:  # fmt: skip
    """Confirm the fault and tell the fees: so much of each line (by position) of the list in force, or free and why.

    `list_id` is the list that was on the form. Again while the work goes on it asks for a new consent. Raises Problem,
    Conflict, also when another list came into force meanwhile, Forbidden.
    """
    repair = hold(repair_id, version)
    may_work(repair, by, pack_on(repair.ordered_at))
    prices = in_force()
    if quantities and (prices is None or prices.id != list_id):
        raise Conflict("收费标准刚有新版执行，请按新的标准重新选择")
    if by.id is None:
        raise Problem("请登录后再记录")
    if not finding.strip() or len(finding.strip()) > 1000:
        raise Problem("请写明现场确认的故障，最多 1000 字", "finding")
    if len(free_reason.strip()) > 200:
        raise Problem("免费的原因最多 200 字", "free_reason")
    states.move(repair, states.QUOTED)
    nth = next_nth(Quote.nth, Quote.repair_id, repair.id)
    fees = _fees(repair, nth, prices, quantities)
    total = sum(fee.amount_fen for fee in fees)
    if total and free_reason.strip():
        raise Problem("选了收费项目就不用写免费的原因，请去掉其中一样", "free_reason")
    if not total and not free_reason.strip():
        raise Problem("请选择收费项目；不收费的，写明免费的原因", "free_reason")
    fact = Quote(
        repair_id=repair.id, nth=nth, finding=finding.strip(), free_reason=free_reason.strip(),
        price_list_id=prices.id if prices and fees else None, total_fen=total, quoted_at=clock.now(), quoted_by=by.id,
        quoted_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    db.session.flush()
    db.session.add_all(fees)
    record(
        "repair.quoted", repair, by, nth=nth, finding=fact.finding, total_fen=total, free_reason=fact.free_reason,
        lines=len(fees),
    )  # fmt: skip
    db.session.flush()
    return Told(fact, fees)


def _fees(repair: Repair, nth: int, prices: PriceList | None, quantities: Mapping[int, Decimal]) -> list[Fee]:
    lines: dict[int, PriceLine] = {line.position: line for line in prices.lines} if prices else {}
    if len(quantities) > MOST_LINES:
        raise Problem(f"一张维修单最多 {MOST_LINES} 项收费", "quantities")
    fees = []
    for place, (position, quantity) in enumerate(sorted(quantities.items()), start=1):
        line = lines.get(position)
        if line is None:
            raise Problem("请从收费标准里选择", "quantities")
        if not 0 < quantity <= LARGEST_QUANTITY or quantity != quantity.quantize(Decimal("0.01")):
            raise Problem(f"「{line.item}」的数量应大于 0，最多两位小数", "quantities")
        amount = int((line.price_fen * quantity).quantize(Decimal(1), ROUND_HALF_UP))
        fees.append(
            Fee(
                repair_id=repair.id, nth=nth, position=place, charge=line.charge, item=line.item, unit=line.unit,
                price_fen=line.price_fen, quantity=quantity, amount_fen=amount,
            )
        )  # fmt: skip
    return fees


def consent(repair_id: UUID, *, signature: Signature | None = None, version: int, by: Actor) -> Repair:
    """The customer signs for the fees just told; then, and only then, work may start or go on (E2).

    Without a signature only what is free in a common area: it is the reporter's wish or, where nobody reported, ours.
    Raises Problem, Conflict when there is nothing to agree to, Forbidden.
    """
    repair = hold(repair_id, version)
    may_work(repair, by, pack_on(repair.ordered_at))
    if repair.state != states.QUOTED:
        raise Conflict("先确认故障和收费，再请客户签名")
    if by.id is None:
        raise Problem("请登录后再记录")
    nth = latest_quote(repair.id)
    if signature is None and needs_signature(repair, db.session.get_one(Quote, (repair.id, nth)).total_fen):
        raise Problem("请客户签名：只有公共区域免费的维修不用客户签名", "signature")
    given = SIGNED if signature else REPORTER if repair.reporter else STAFF
    fact = Consent(
        repair_id=repair.id, nth=nth, signer=signature.signer if signature else repair.reporter or by.name,
        drawn=signature is not None and signature.drawn, given=given,
        picture_id=keep_signature(repair, signature, about=CONSENT, by=by) if signature else None,
        consented_at=clock.now(), taken_by=by.id, taken_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    states.move(repair, states.WORKING if db.session.get(Start, repair.id) else states.AGREED)
    record("repair.consented", repair, by, nth=nth, drawn=fact.drawn, given=given)
    db.session.flush()
    return repair


def start(repair_id: UUID, *, version: int, by: Actor) -> Repair:
    """开工. Raises Conflict without the customer's consent to the fees, Forbidden."""
    repair = hold(repair_id, version)
    may_work(repair, by, pack_on(repair.ordered_at))
    if by.id is None:
        raise Problem("请登录后再记录")
    if repair.state != states.AGREED:
        raise Conflict("客户签名同意收费之后才能开工；公共区域免费的，先记录同意")
    fact = Start(
        repair_id=repair.id, nth=latest_quote(repair.id), started_at=clock.now(), started_by=by.id,
        started_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    states.move(repair, states.WORKING)
    record("repair.started", repair, by, nth=fact.nth)
    db.session.flush()
    return repair


def latest_quote(repair_id: UUID) -> int:
    """The number of the fees told last; 0 before any."""
    return db.session.scalar(select(func.max(Quote.nth)).where(Quote.repair_id == repair_id)) or 0
