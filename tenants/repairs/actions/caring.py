"""Care on site: what was moved with consent, damaged and made good, replaced (E3, E6). And photos."""

from collections.abc import Sequence
from uuid import UUID

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.numbers import next_nth
from saas.pictures import Picture
from saas.pictures import actions as pictures
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from tenants.price_lists.actions import fen
from tenants.repairs import states
from tenants.repairs.access import may_work
from tenants.repairs.actions.lock import hold
from tenants.repairs.facts import Compensation, Damage, Device, Move
from tenants.repairs.models import Repair

ON_SITE = (states.ARRIVED, states.QUOTED, states.AGREED, states.WORKING)


def note_move(repair_id: UUID, *, what: str, agreed_by: str, version: int, by: Actor) -> Repair:
    """What is moved, after who of the household agreed (E3). Raises Problem, Conflict, Forbidden."""
    repair = _on_site(repair_id, version, by)
    _text(what, "what", "移动了什么", 200)
    _text(agreed_by, "agreed_by", "同意移动的业主", 60)
    fact = Move(
        repair_id=repair.id, nth=next_nth(Move.nth, Move.repair_id, repair.id), what=what.strip(),
        agreed_by=agreed_by.strip(), agreed_at=clock.now(), noted_by=by.id, noted_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("repair.moved", repair, by, what=fact.what)
    db.session.flush()
    return repair


def note_damage(repair_id: UUID, *, what: str, price: str, apologised: bool, version: int, by: Actor) -> Repair:
    """What was damaged, its price in yuan, and the apology, which is not left out (E3). Raises Problem, Conflict,
    Forbidden."""
    repair = _on_site(repair_id, version, by)
    _text(what, "what", "损坏了什么", 200)
    try:
        price_fen = fen(price)
    except Problem as problem:
        raise Problem(str(problem), "price") from None
    if not apologised:
        raise Problem("损坏物品须先向客户致歉，致歉后勾选", "apologised")
    fact = Damage(
        repair_id=repair.id, nth=next_nth(Damage.nth, Damage.repair_id, repair.id), what=what.strip(),
        price_fen=price_fen, apologised=True, noted_at=clock.now(), noted_by=by.id, noted_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("repair.damaged", repair, by, nth=fact.nth, what=fact.what, price_fen=price_fen)
    db.session.flush()
    return repair


def compensate(repair_id: UUID, *, nth: int, how: str, version: int, by: Actor) -> Repair:
    """A damage is made good at its price (E3), also after the work. Raises Problem, Conflict, Forbidden."""
    repair = hold(repair_id, version, ended=_finished(repair_id))
    may_work(repair, by, pack_on(repair.ordered_at))
    if db.session.get(Damage, (repair.id, nth)) is None:
        raise Conflict("这条损坏记录不存在，请刷新后查看")
    if db.session.get(Compensation, (repair.id, nth)) is not None:
        raise Conflict("这条损坏已经赔偿")
    _text(how, "how", "怎样赔偿", 200)
    fact = Compensation(
        repair_id=repair.id, nth=nth, how=how.strip(), compensated_at=clock.now(), compensated_by=by.id,
        compensated_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("repair.compensated", repair, by, nth=nth, how=fact.how)
    db.session.flush()
    return repair


def note_device(repair_id: UUID, *, device: str, old_number: str, new_number: str, version: int, by: Actor) -> Repair:
    """A device was replaced: both its numbers (E6). Raises Problem, Conflict, Forbidden."""
    repair = _on_site(repair_id, version, by)
    _text(device, "device", "更换了什么设备", 60)
    _text(old_number, "old_number", "旧编号", 60)
    _text(new_number, "new_number", "新编号", 60)
    fact = Device(
        repair_id=repair.id, nth=next_nth(Device.nth, Device.repair_id, repair.id), device=device.strip(),
        old_number=old_number.strip(), new_number=new_number.strip(), noted_at=clock.now(), noted_by=by.id,
        noted_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record(
        "repair.device_replaced", repair, by, device=fact.device, old_number=fact.old_number,
        new_number=fact.new_number,
    )  # fmt: skip
    db.session.flush()
    return repair


def add_pictures(repair_id: UUID, photos: Sequence[Picture], *, caption: str, by: Actor) -> int:
    """Keep photos of the work; how many are new to it. Nobody's open form becomes stale. Raises Problem, Forbidden."""
    repair = db.session.get(Repair, repair_id, with_for_update=True)
    if repair is None:
        raise LookupError(repair_id)
    may_work(repair, by, pack_on(repair.ordered_at))
    if repair.state == states.CANCELLED:
        raise Conflict("这张维修单已取消，不能再改动")
    if not photos:
        raise Problem("请选择照片", "pictures")
    kept = pictures.keep(repair, photos, caption=caption, by=by)
    if kept:
        words = " ".join(caption.split())
        record("repair.pictures_added", repair, by, pictures=[str(photo) for photo in kept], caption=words)
    db.session.flush()
    return len(kept)


def _finished(repair_id: UUID) -> bool:
    found = db.session.get(Repair, repair_id)
    return found is not None and found.state == states.FINISHED


def _on_site(repair_id: UUID, version: int, by: Actor) -> Repair:
    repair = hold(repair_id, version)
    may_work(repair, by, pack_on(repair.ordered_at))
    if repair.state not in ON_SITE:
        raise Conflict("到场以后才能记录")
    return repair


def _text(text: str, field: str, name: str, longest: int) -> None:
    if not text.strip() or len(text.strip()) > longest:
        raise Problem(f"请写明{name}，最多 {longest} 字", field)
