"""Handle, follow up, feed back, revisit; tell by when, and hand it upwards where that takes longer (C2, C3)."""

from collections.abc import Container
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas import clock, masks
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict, Problem
from saas.tenancy.staff import present
from tenants.complaints.rules import rules_on
from tenants.contacts.access import WRITE
from tenants.obligations.actions import Notice, remind
from tenants.obligations.models import ESCALATION, LATE
from tenants.obligations.recipients import holding, in_charge
from tenants.receptions.actions.steps import add, hold, limit, owe
from tenants.receptions.models import (
    CLOSED,
    ESCALATED,
    EXPECTED,
    FED_BACK,
    HANDLED,
    NOTED,
    OPEN,
    REVISITED,
    Reception,
    Step,
)
from tenants.receptions.words import NEXT


def expect(
    reception_id: UUID, *, expected_at: datetime, channel: str, words: str, version: int, by: Actor
) -> Reception:
    """Note by when the customer was told to hear from us (C3).

    Who must wait longer than the hours of the pack has a matter that was escalated first. Raises Problem, Conflict,
    Forbidden.
    """
    reception = hold(reception_id, version, by)
    rules, now = rules_on(reception.registered_at), clock.now()
    if reception.state != OPEN:
        raise Conflict("这件事已经处理，请直接反馈客户")
    _way(channel, rules.pack.channels)
    if expected_at <= now:
        raise Problem("预计时间应在现在之后", "expected_at")
    most = rules.pack.settings.expected_hours[1]
    risen = db.session.scalar(
        select(Step.nth).where(Step.reception_id == reception.id, Step.kind == ESCALATED).limit(1)
    )
    if expected_at > now + timedelta(hours=most, minutes=1) and risen is None:
        raise Problem(f"超过 {most} 小时的请先上报，再告知客户", "expected_at")
    add(reception, EXPECTED, words, by, channel=channel, expected_at=expected_at)
    owe(reception, OPEN, expected_at)
    record("reception.expected", reception, by, expected_at=expected_at.isoformat(), channel=channel)
    return reception


def escalate(reception_id: UUID, *, role: str, words: str, version: int, by: Actor) -> Reception:
    """Hand an unresolved matter to a level above, which is told at once (C3). Raises Problem, Conflict, Forbidden."""
    reception = hold(reception_id, version, by)
    pack = rules_on(reception.registered_at).pack
    if role not in pack.hierarchy[1:]:
        raise Problem("请选择上报给哪一级", "role")
    if not words.strip():
        raise Problem("请写明遇到什么问题、需要什么支持", "words")
    step = add(reception, ESCALATED, words, by, role=role)
    said = f"{by.name}上报：{masks.within(words.strip())[:200]}"
    notice = Notice(
        kind=ESCALATION, subject_type=Reception.__tablename__, subject_id=reception.id, stage="escalated",
        occasion=f"step {step.nth}", title=title_of(reception), words=said,
        path=f"receptions/{reception.id}", due_at=reception.due_at,
    )  # fmt: skip
    remind(notice, {person for person in holding(role, pack) if person != by.id})
    record("reception.escalated", reception, by, role=role, words=words.strip())
    return reception


def note(reception_id: UUID, *, words: str, version: int, by: Actor) -> Reception:
    """A word on how it goes 跟进. Raises Problem, Conflict, Forbidden."""
    reception = hold(reception_id, version, by)
    if not words.strip():
        raise Problem("请写下跟进的情况", "words")
    add(reception, NOTED, words, by)
    record("reception.noted", reception, by, words=words.strip())
    return reception


def handle(reception_id: UUID, *, words: str, channel: str, version: int, by: Actor) -> Reception:
    """What was done about it; with a channel, the customer was told in the same breath. Raises as `note` does."""
    reception = hold(reception_id, version, by)
    rules, now = rules_on(reception.registered_at), clock.now()
    if reception.state != OPEN:
        raise Conflict("这件事已经登记处理，请刷新后查看")
    if not words.strip():
        raise Problem("请写明怎么处理的、结果如何", "words")
    if channel:
        _way(channel, rules.pack.channels)
    add(reception, HANDLED, words, by)
    if channel:
        add(reception, FED_BACK, "", by, channel=channel)
        owe(reception, FED_BACK, limit(rules, "callback", now))
    else:
        owe(reception, HANDLED, max(limit(rules, "first_response", now), reception.due_at or now))
    record("reception.handled", reception, by, words=words.strip(), told=channel)
    return reception


def feed_back(reception_id: UUID, *, words: str, channel: str, version: int, by: Actor) -> Reception:
    """The customer was told what came of it. Raises as `note` does."""
    reception = hold(reception_id, version, by)
    rules = rules_on(reception.registered_at)
    if reception.state != HANDLED:
        raise Conflict("先登记处理结果，再反馈客户" if reception.state == OPEN else "已经反馈过客户，请登记回访")
    _way(channel, rules.pack.channels)
    add(reception, FED_BACK, words, by, channel=channel)
    owe(reception, FED_BACK, limit(rules, "callback", clock.now()))
    record("reception.fed_back", reception, by, channel=channel, words=words.strip())
    return reception


def revisit(
    reception_id: UUID, *, words: str, channel: str, satisfaction: int, settled: bool, version: int, by: Actor
) -> Reception:
    """Ask how it went: settled it is finished, else it begins again with the first answer. Raises as `note` does."""
    reception = hold(reception_id, version, by)
    rules, now = rules_on(reception.registered_at), clock.now()
    if reception.state != FED_BACK:
        raise Conflict("反馈客户之后才回访")
    _way(channel, rules.pack.channels)
    if not 1 <= satisfaction <= len(rules.pack.settings.satisfaction):
        raise Problem("请选择客户的满意程度", "satisfaction")
    if not words.strip():
        raise Problem("请写下客户的意见", "words")
    add(reception, REVISITED, words, by, channel=channel, satisfaction=satisfaction, settled=settled)
    if settled:
        reception.state, reception.due_at = CLOSED, None
        db.session.flush()
    else:
        owe(reception, OPEN, limit(rules, "first_response", now))
    record(
        "reception.revisited", reception, by, channel=channel, satisfaction=satisfaction, settled=settled,
        words=words.strip(),
    )  # fmt: skip
    return reception


def hand_over(reception_id: UUID, *, to: UUID | None, version: int, by: Actor) -> Reception:
    """Somebody else follows it up from now on. Raises Problem, Conflict, Forbidden."""
    reception = hold(reception_id, version, by)
    person = next((each for each in present(*WRITE) if each.id == to), None)
    if person is None:
        raise Problem("请选择本项目在岗的同事", "to")
    if person.id == reception.owner_id:
        raise Problem(f"现在就由{person.name}跟进", "to")
    reception.owner_id = person.id
    db.session.flush()
    record("reception.handed_over", reception, by, to=person.name)
    return reception


def came_due(reception_id: UUID, due_at: datetime) -> list[UUID]:
    """The next step is late: tell who follows it up and the level above, unless something was done meanwhile (C3)."""
    query = select(Reception).where(Reception.id == reception_id).options(joinedload(Reception.contact))
    reception = db.session.scalars(query).one_or_none()
    if reception is None or reception.due_at != due_at or reception.due_at >= clock.now():
        return []
    pack = rules_on(clock.now()).pack
    notice = Notice(
        kind=LATE, subject_type=Reception.__tablename__, subject_id=reception.id, stage=reception.state,
        occasion=due_at.isoformat(), title=title_of(reception), words=f"还没有{NEXT[reception.state]}，已超过时限",
        path=f"receptions/{reception.id}", due_at=due_at,
    )  # fmt: skip
    return remind(notice, {*in_charge(reception.owner_id, None, pack), *holding(pack.hierarchy[1], pack)})


def title_of(reception: Reception) -> str:
    """How lists and reminders call it."""
    return f"{reception.contact.number} {masks.within(' '.join(reception.contact.summary.split()))[:40]}"


def _way(channel: str, known: Container[str]) -> None:
    if channel not in known:
        raise Problem("请选择告知客户的方式", "channel")
