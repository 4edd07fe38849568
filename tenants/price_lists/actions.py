"""Draft a price list, have it approved, and put the one in force on display (C8)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict, Problem
from saas.tenancy.links import end_link, open_link
from tenants.price_lists.access import keeps
from tenants.price_lists.models import Display, PriceLine, PriceList
from tenants.price_lists.queries import in_force
from tenants.price_lists.rules import pack_now, rules_of

PAGE = "price_list"
"""The kind of the public link."""
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
    found = _held(list_id, version, by)
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


def _line(nth: int, line: NewLine, groups: object) -> PriceLine:
    item, unit, note = line.item.strip(), line.unit.strip(), line.note.strip()
    if line.charge not in groups:  # type: ignore[operator]
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


def hash_of(found: PriceList) -> str:
    """The fingerprint of what a list says: decisions are bound to it."""
    lines = [[line.charge, line.item, line.unit, line.price_fen, line.note] for line in found.lines]
    return content_hash(found.nth, found.title, found.note, found.valid_from.isoformat(), lines)


def submit(list_id: UUID, *, version: int, by: Actor) -> PriceList:
    """Send a draft to whoever the pack's chain names. Raises Problem for an empty one, Conflict, Forbidden."""
    found = _held(list_id, version, by)
    pack = pack_now()
    if not found.lines:
        raise Problem("请先填写收费项目")
    chain = pack.chains[rules_of(pack).chain]
    approval = approvals.submit(
        kind=chain.kind, subject_type=PriceList.__tablename__, subject_id=found.id, title=_called(found),
        version=found.version, content_hash=hash_of(found), steps=chain.steps_for(), pack=pack, by=by,
    )  # fmt: skip
    found.state, found.approval_id = "in_review", approval.id
    record("price_list.submitted", found, by, version=found.version)
    db.session.flush()
    return found


def decide(list_id: UUID, *, verdict: str, reason: str, version: int, hashed: str, by: Actor) -> approvals.Outcome:
    """Approve or return exactly the list that was shown; approved, it is in force from its day, at the earliest today.

    Raises what `saas.approvals` raises.
    """
    found = _locked(list_id)
    if found.state != "in_review" or found.approval_id is None:
        raise Conflict("这份收费标准现在不用审批，请刷新后查看")
    outcome = approvals.decide(
        found.approval_id, verdict=verdict, reason=reason, version=version, content_hash=hashed, by=by
    )
    now = clock.now()
    if outcome.state == approvals.APPROVED:
        found.approved_at, found.in_force_from = now, max(found.valid_from, clock.local(now).date())
        found.state = "approved"
    elif outcome.state == approvals.RETURNED:
        found.state = "returned"
    record("price_list.decided", found, by, on_behalf_of=outcome.on_behalf_of, verdict=verdict, reason=reason.strip())
    db.session.flush()
    return outcome


def withdraw(list_id: UUID, *, by: Actor) -> PriceList:
    """Take a submission back to the draft. Raises Forbidden for anybody but who submitted it, Conflict."""
    found = _locked(list_id)
    if found.state != "in_review" or found.approval_id is None:
        raise Conflict("这份收费标准没有在审批，不用撤回")
    approvals.withdraw(found.approval_id, by=by)
    found.state = "draft"
    record("price_list.withdrawn", found, by)
    db.session.flush()
    return found


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


def _called(found: PriceList) -> str:
    return f"{found.title}（第 {found.nth} 版，{found.valid_from} 起）"


def _locked(list_id: UUID) -> PriceList:
    query = select(PriceList).where(PriceList.id == list_id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise LookupError(list_id)
    return found


def _held(list_id: UUID, version: int, by: Actor) -> PriceList:
    found = _locked(list_id)
    keeps(by, pack_now())
    if not found.editable:
        raise Conflict("这份收费标准已提交或已批准，不能再改动")
    if found.version != version:
        raise Conflict("这份收费标准刚被别人改过，请查看最新内容后再提交")
    found.version += 1
    return found
