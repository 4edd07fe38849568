"""The end: finished and signed, paid, handed to finance, called back; or cancelled (E3–E6)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.approvals import actions as approvals
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.pictures import Picture
from saas.pictures import actions as pictures
from saas.pictures.signing import Signature
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff, present
from tenants.repairs import states
from tenants.repairs.access import may_work, works_on
from tenants.repairs.actions.lock import hold
from tenants.repairs.actions.working import latest_quote
from tenants.repairs.endings import Callback, Cancellation, CashHandover, Completion, Receipt
from tenants.repairs.facts import Device, Quote, Start
from tenants.repairs.models import Repair
from tenants.repairs.rules import REPORTER, SIGNED, STAFF, needs_signature, rules_of

COMPLETION = "客户签名：完工确认"
CONFIRMED = "repairs.confirmed"
"""The job that tells a colleague that they confirmed the end of a repair."""


def finish(
    repair_id: UUID, *, result: str, tested: bool, tidied: bool, replaced: bool, signature: Signature | None = None,
    confirmed_by: UUID | None = None, photos: Sequence[Picture] = (), version: int, by: Actor,
) -> Repair:  # fmt: skip
    """完工: tested, tidied up, and signed by the customer (E3); devices that were replaced have their numbers (E6).

    Without a signature only what is free in a common area, with a photo of it: confirmed by the reporter, or by
    `confirmed_by`, a colleague who is told of it. Raises Problem, Conflict, Forbidden.
    """
    repair = hold(repair_id, version)
    may_work(repair, by, pack_on(repair.ordered_at))
    if repair.state != states.WORKING:
        raise Conflict("客户同意收费、开工之后才能登记完工")
    if by.id is None:
        raise Problem("请登录后再记录")
    if not result.strip() or len(result.strip()) > 1000:
        raise Problem("请写明怎么修的、结果如何，最多 1000 字", "result")
    if not tested:
        raise Problem("请检查试用，正常后勾选", "tested")
    if not tidied:
        raise Problem("请清理现场后勾选", "tidied")
    devices = db.session.scalar(select(Device.nth).where(Device.repair_id == repair.id).limit(1))
    if replaced and devices is None:
        raise Problem("更换了设备的，请先登记新旧编号", "replaced")
    nth, now = latest_quote(repair.id), clock.now()
    if signature is None and needs_signature(repair, db.session.get_one(Quote, (repair.id, nth)).total_fen):
        raise Problem("请客户签名：只有公共区域免费的维修不用客户签名", "signature")
    colleague = _confirming(repair, confirmed_by, by) if signature is None else None
    shown = pictures.keep(repair, photos, caption="完工", by=by)
    if signature is None and not shown:
        raise Problem("没有客户签名的，请附新拍的完工照片", "pictures")
    fact = Completion(
        repair_id=repair.id, nth=nth, result=result.strip(), tested=tested, tidied=tidied,
        replaced=replaced or devices is not None,
        signer=signature.signer if signature else colleague.name if colleague else repair.reporter,
        drawn=signature is not None and signature.drawn,
        given=SIGNED if signature else STAFF if colleague else REPORTER,
        confirmed_by=colleague.id if colleague else None,
        picture_id=pictures.keep_signature(repair, signature, about=COMPLETION, by=by) if signature else shown[0],
        finished_at=now, finished_by=by.id, finished_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    states.move(repair, states.FINISHED)
    repair.finished_at = now
    if colleague:
        enqueue(CONFIRMED, str(repair.id))
    record(
        "repair.finished", repair, by, result=fact.result, drawn=fact.drawn, given=fact.given,
        confirmed_by=colleague.name if colleague else "", pictures=[str(photo) for photo in shown],
    )  # fmt: skip
    db.session.flush()
    return repair


def confirmers(rules: Pack, by: Actor) -> list[Staff]:
    """Who of the service and engineering side may confirm the end of what `by` did: anybody but themselves."""
    roles = rules_of(rules).roles
    return [each for each in present(*{*roles.orderers, *roles.workers}) if each.id != by.id]


def _confirming(repair: Repair, staff_id: UUID | None, by: Actor) -> Staff | None:
    """The colleague who confirms; None when the reporter does. Raises Problem for anybody else."""
    if staff_id is None:
        if not repair.reporter:
            raise Problem("没有报修人，请选择一位确认完工的同事", "confirmed_by")
        return None
    colleague = next((each for each in confirmers(pack_on(repair.ordered_at), by) if each.id == staff_id), None)
    if colleague is None:
        raise Problem("请选择本项目在岗的客服或工程同事，不能是您自己", "confirmed_by")
    return colleague


def pay(repair_id: UUID, *, receipt: str, version: int, by: Actor) -> Repair:
    """The fees were paid on site against a receipt (E6). Raises Problem, Conflict, Forbidden."""
    repair = hold(repair_id, version, ended=True)
    may_work(repair, by, pack_on(repair.ordered_at))
    if by.id is None:
        raise Problem("请登录后再记录")
    done = db.session.get_one(Completion, repair.id)
    amount = db.session.get_one(Quote, (repair.id, done.nth)).total_fen
    if not amount:
        raise Conflict("这次维修不收费")
    if db.session.get(Receipt, repair.id) is not None:
        raise Conflict("这次维修的收款已经登记")
    if not receipt.strip() or len(receipt.strip()) > 40:
        raise Problem("请填写票据号码，最多 40 字", "receipt")
    fact = Receipt(
        repair_id=repair.id, amount_fen=amount, receipt=receipt.strip(), paid_at=clock.now(), taken_by=by.id,
        taken_by_name=by.name,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(fact)
    except IntegrityError:
        raise Problem("这个票据号码已经用过，请核对", "receipt") from None
    record("repair.paid", repair, by, amount_fen=amount, receipt=fact.receipt)
    db.session.flush()
    return repair


def hand_over(repair_id: UUID, *, version: int, by: Actor) -> Repair:
    """Whoever takes over the money says so; nobody takes it over from themselves (E6). Raises Conflict, Forbidden."""
    repair = hold(repair_id, version, ended=True)
    rules = pack_on(repair.ordered_at)
    holds(by, rules, "接收现场收款", *rules_of(rules).roles.cashiers)
    paid = db.session.get(Receipt, repair.id)
    if paid is None:
        raise Conflict("这次维修没有现场收款")
    if db.session.get(CashHandover, repair.id) is not None:
        raise Conflict("这笔收款已经交到财务")
    if by.id is None or by.id == paid.taken_by:
        raise Forbidden("收款人不能自己接收，请交给财务或前台的另一位同事")
    fact = CashHandover(
        repair_id=repair.id, taken_by=paid.taken_by, handed_at=clock.now(), received_by=by.id,
        received_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("repair.handed_over", repair, by, amount_fen=paid.amount_fen, receipt=paid.receipt)
    db.session.flush()
    return repair


def call_back(
    repair_id: UUID, *, channel: str, passed: bool | None, satisfaction: int, opinion: str, version: int, by: Actor
) -> Repair:
    """A callback: does it work, is the customer content (E4, E5)? Raises Problem, Conflict, Forbidden."""
    repair = hold(repair_id, version, ended=True)
    rules = pack_on(repair.ordered_at)
    holds(by, rules, "回访", *rules_of(rules).roles.callers)
    if channel not in rules.channels:
        raise Problem("请选择回访方式", "channel")
    if passed is None:
        raise Problem("请选择合格或不合格", "passed")
    if not 1 <= satisfaction <= len(rules.settings.satisfaction):
        raise Problem("请选择客户的满意程度", "satisfaction")
    if len(opinion.strip()) > 1000 or (not passed and not opinion.strip()):
        raise Problem("不合格的请写明问题，最多 1000 字", "opinion")
    if by.id is None:
        raise Problem("请登录后再记录")
    nth = next_nth(Callback.nth, Callback.repair_id, repair.id)
    fact = Callback(
        repair_id=repair.id, nth=nth, channel=channel, passed=passed, satisfaction=satisfaction,
        opinion=opinion.strip(), called_at=clock.now(), called_by=by.id, called_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "repair.called_back", repair, by, nth=nth, channel=channel, passed=passed, satisfaction=satisfaction,
        opinion=fact.opinion,
    )  # fmt: skip
    db.session.flush()
    return repair


def cancel(repair_id: UUID, *, reason: str, version: int, by: Actor) -> Repair:
    """End it without work: withdrawn, or the fees were not accepted. Raises Problem, Conflict, Forbidden."""
    repair = hold(repair_id, version)
    rules = pack_on(repair.ordered_at)
    if not works_on(repair, by, rules):
        holds(by, rules, "取消报修", *rules_of(rules).roles.orderers)
    if not reason.strip() or len(reason.strip()) > 500:
        raise Problem("请写明取消的原因，最多 500 字", "reason")
    if by.id is None:
        raise Problem("请登录后再取消")
    if repair.state == states.QUOTED and started(repair.id):
        raise Conflict("已经开工，请与客户商定后办完工")
    states.move(repair, states.CANCELLED)
    fact = Cancellation(
        repair_id=repair.id, reason=reason.strip(), cancelled_at=clock.now(), cancelled_by=by.id,
        cancelled_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    approvals.void(Repair.__tablename__, repair.id, states=[approvals.PENDING])
    record("repair.cancelled", repair, by, reason=fact.reason)
    db.session.flush()
    return repair


def started(repair_id: UUID) -> bool:
    """Whether the work has begun."""
    return db.session.get(Start, repair_id) is not None
