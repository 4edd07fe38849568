"""Draft a price list and write its lines (C8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_now
from saas.problem import Conflict, Problem
from tenants.price_lists.access import keeps
from tenants.price_lists.models import PriceLine, PriceList
from tenants.price_lists.queries import in_force
from tenants.price_lists.rules import rules_of

MOST, DEAREST = 200, 100_000_000
"""Lines of a list; fen of one price."""
FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class NewLine:
    """A line as somebody typed it; `price` in yuan."""

    charge: str
    item: str
    unit: str
    price: str
    note: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(part.strip() for part in (self.item, self.unit, self.price, self.note))


def fen(text: str) -> int:
    """So many fen are that many yuan (12, 12.5, 12.50). Raises Problem for anything else."""
    try:
        value = Decimal(text.strip().removeprefix("¥").replace(",", "") or "x")
    except InvalidOperation:
        raise Problem("单价请写成 80 或 80.50，单位是元") from None
    if not value.is_finite() or value != value.quantize(Decimal("0.01")) or not 0 <= value * 100 <= DEAREST:
        raise Problem("单价应在 0 到 1,000,000 元之间，最多两位小数")
    return int(value * 100)


def draft(*, by: Actor) -> PriceList:
    """Begin the next list with the lines of the one in force. Raises Conflict while one is under way, Forbidden."""
    keeps(by, pack_now())
    if by.id is None:
        raise Problem("请登录后再起草")
    today = clock.local(clock.now()).date()
    base = in_force(date.max)
    made = PriceList(
        id=uuid4(), nth=(db.session.scalar(select(func.max(PriceList.nth))) or 0) + 1, title="收费标准",
        valid_from=today + timedelta(days=1), drafted_at=clock.now(), drafted_by=by.id, drafted_by_name=by.name,
        note=base.note if base else "", lines=[],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as rival:
        raise Conflict("已有一份收费标准在起草或审批中，请先办完") from rival
    for line in base.lines if base else ():
        made.lines.append(
            PriceLine(
                position=line.position, charge=line.charge, item=line.item, unit=line.unit, price_fen=line.price_fen,
                note=line.note,
            )
        )  # fmt: skip
    record("price_list.drafted", made, by, nth=made.nth)
    db.session.flush()
    return made


def write(
    list_id: UUID, *, title: str, note: str, valid_from: date | None, lines: Sequence[NewLine], version: int, by: Actor
) -> PriceList:
    """Replace what a draft says. Raises Problem naming the line, Conflict for one that is no draft, Forbidden."""
    found = held(list_id, version, by)
    rules, today = rules_of(pack_now()), clock.local(clock.now()).date()
    if not title.strip() or len(title.strip()) > 60:
        raise Problem("请填写名称，最多 60 字", "title")
    if len(note.strip()) > 500:
        raise Problem("说明最多 500 字", "note")
    if valid_from is None or not today <= valid_from <= today + FARTHEST:
        raise Problem("请填写今天以后的执行日期", "valid_from")
    typed = [line for line in lines if not line.blank]
    if len(typed) > MOST:
        raise Problem(f"最多 {MOST} 项", "lines")
    made = [_line(nth, line, rules.groups) for nth, line in enumerate(typed, start=1)]
    twice = {(line.charge, line.item, line.unit) for line in made}
    if len(twice) < len(made):
        raise Problem("有两项的分组、项目和单位都相同，请合并", "lines")
    found.title, found.note, found.valid_from = title.strip(), note.strip(), valid_from
    found.lines.clear()
    db.session.flush()  # the old lines go before the new ones take their places
    found.lines.extend(made)
    record("price_list.written", found, by, lines=len(made), valid_from=valid_from.isoformat())
    db.session.flush()
    return found


def _line(nth: int, line: NewLine, groups: Mapping[str, str]) -> PriceLine:
    item, unit, note = line.item.strip(), line.unit.strip(), line.note.strip()
    if line.charge not in groups:
        raise Problem(f"第 {nth} 项请选择分组", "lines")
    if not item or len(item) > 60:
        raise Problem(f"第 {nth} 项请填写项目名称，最多 60 字", "lines")
    if not unit or len(unit) > 20:
        raise Problem(f"第 {nth} 项「{item}」请填写单位，最多 20 字", "lines")
    if len(note) > 200:
        raise Problem(f"第 {nth} 项「{item}」的说明最多 200 字", "lines")
    try:
        price = fen(line.price)
    except Problem as problem:
        raise Problem(f"第 {nth} 项「{item}」：{problem}", "lines") from None
    return PriceLine(position=nth, charge=line.charge, item=item, unit=unit, price_fen=price, note=note)


def locked(list_id: UUID) -> PriceList:
    """The list, locked for this transaction. LookupError for none."""
    query = select(PriceList).where(PriceList.id == list_id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise LookupError(list_id)
    return found


def held(list_id: UUID, version: int, by: Actor) -> PriceList:
    """A draft, locked, its version moved on. Raises Conflict for another version and for no draft, Forbidden."""
    found = locked(list_id)
    keeps(by, pack_now())
    if not found.editable:
        raise Conflict("这份收费标准已提交或已批准，不能再改动")
    if found.version != version:
        raise Conflict("这份收费标准刚被别人改过，请查看最新内容后再提交")
    found.version += 1
    return found
