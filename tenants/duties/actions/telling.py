"""A moment of a duty has come: tell its people, unless the records say that it is done (R2)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from saas import clock
from saas.db import db
from saas.policy.evidence import Source
from saas.policy.pack import Pack
from saas.policy.periods import midnight
from tenants.duties.models import Duty
from tenants.duties.moments import Occasion
from tenants.duties.rules import rules_here
from tenants.duties.standing import Standing, standings
from tenants.obligations.actions import Notice, remind
from tenants.obligations.clauses import cited
from tenants.obligations.models import WARN
from tenants.obligations.recipients import holding

STAGE = "duty"


def came_due(duty_id: UUID, name: str, known: Mapping[str, Source]) -> list[UUID]:
    """Tell whoever holds the roles of this occasion; answers the reminders that were written.

    Nothing when the duty is fulfilled or no longer owed, when it was moved and the moment is to come, or when a later
    reminder is due as well: after a time without workers people hear once how things stand. Whoever owes it and is on
    a rung of the same moment hears it once.
    """
    duty = db.session.get(Duty, duty_id)
    if duty is None:
        return []
    rules = rules_here(known)
    (stand,) = standings([duty], rules)
    come = [each for each in stand.told if each.at <= clock.now()]
    occasion = next((each for each in come if each.name == name), None)
    if occasion is None or not stand.open or (occasion.kind == WARN and occasion is not come[-1]):
        return []
    pack = rules.pack_on(duty.begins)
    if pack is None:
        return []
    told = [each for each in come[: come.index(occasion)] if each.at == occasion.at and each.kind != WARN]
    return remind(_notice(stand, occasion), _holders([occasion], pack) - _holders(told, pack))


def _holders(occasions: Iterable[Occasion], pack: Pack) -> set[UUID]:
    return {person for each in occasions for role in each.roles for person in holding(role, pack)}


def _notice(stand: Standing, occasion: Occasion) -> Notice:
    duty = stand.duty
    moved = f"，原定 {duty.due_on:%Y-%m-%d}" if duty.moved_to else ""
    return Notice(
        kind=occasion.kind, subject_type=Duty.__tablename__, subject_id=duty.id, stage=STAGE,
        occasion=f"{occasion.name} {duty.until}", title=stand.title,
        words=f"应于 {duty.until:%Y-%m-%d} 前完成{moved}，{stand.left}", path=f"duties/{duty.id}",
        clause=cited(stand.clause), due_at=midnight(duty.until + timedelta(days=1)),
    )  # fmt: skip
