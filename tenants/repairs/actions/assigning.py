"""Who goes: by skill and load, decided by a person; others than our own only with the manager's consent (E2, E6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.identity.rights import holds
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff, present
from tenants.repairs import states
from tenants.repairs.actions.appointing import latest_appointment, remind
from tenants.repairs.actions.lock import hold
from tenants.repairs.facts import Assignment, Outsourcing
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of

OUTSOURCING = "repair_outsourcing"
ASSIGNED = "repairs.assigned"
"""The job that tells who was sent."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who could go: with the skill or not, how many repairs are open with them, and how long they are out."""

    person: Staff
    skilled: bool
    load: int
    until: datetime | None

    @property
    def id(self) -> UUID:
        """Whose."""
        return self.person.id


Crew = list[tuple[Staff, int, datetime | None]]
"""Everybody who could go, with how many repairs are open with them, and the end of the last span agreed for these."""


def crew(rules: Pack) -> Crew:
    """Who goes to customers here, and their load: two queries, for as many repairs as are to be assigned."""
    query = (
        select(Repair.technician_id, func.count(), func.max(Repair.appointed_to))
        .where(Repair.state.not_in(states.ENDED), Repair.technician_id.is_not(None))
        .group_by(Repair.technician_id)
    )
    busy = {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
    return [(each, *busy.get(each.id, (0, None))) for each in present(*rules_of(rules).roles.workers)]


def candidates(repair: Repair, rules: Pack, people: Crew | None = None) -> list[Candidate]:
    """Who could go, the best first: with the skill, technicians before others, the fewest open, the soonest free."""
    own = rules_of(rules).roles.workers[0]
    found = []
    for person, load, until in crew(rules) if people is None else people:
        theirs = int(person.id == repair.technician_id)
        found.append(Candidate(person, has_skill(person, repair.skill, rules), load - theirs, until))

    def order(each: Candidate) -> tuple[bool, bool, int, datetime, str]:
        free = each.until or repair.ordered_at
        return (not each.skilled, own not in each.person.roles, each.load, free, each.person.name)

    return sorted(found, key=order)


def has_skill(person: Staff, skill: str, rules: Pack) -> bool:
    """Whether they have it; the last skill of the pack is anybody's."""
    return skill in person.skills or skill == list(rules_of(rules).skills)[-1]


def assign(repair_id: UUID, *, technician_id: UUID, note: str, version: int, by: Actor) -> Repair:
    """Send one of our own, again if need be, until they are there (E2).

    Without the skill it needs a word why. Raises Problem, Conflict, Forbidden.
    """
    repair = hold(repair_id, version)
    rules = pack_on(repair.ordered_at)
    roles = rules_of(rules).roles
    holds(by, rules, "派工", *roles.assigners)
    person = db.session.get(Staff, technician_id)
    if person is None or person.ended_at or not set(person.roles).intersection(roles.workers):
        raise Problem("请选择本项目在岗的维修人员", "technician_id")
    skilled = has_skill(person, repair.skill, rules)
    if not skilled and not note.strip():
        wanted = rules_of(rules).skills.get(repair.skill, repair.skill)
        raise Problem(f"{person.name}没有登记{wanted}专长，请写明为什么派他", "note")
    _write(repair, by, note, technician=person, skilled=skilled)
    return repair


def ask_for_help(repair_id: UUID, *, helper: str, reason: str, version: int, by: Actor) -> Outsourcing:
    """Ask the manager's consent to an outside firm or another department (E6). Raises Problem, Conflict, Forbidden."""
    repair = hold(repair_id, version)
    rules = pack_on(repair.ordered_at)
    holds(by, rules, "外派", *rules_of(rules).roles.assigners)
    if repair.state not in (states.ORDERED, states.ASSIGNED):
        raise Conflict("维修工已经到场，不用再外派")
    if not helper.strip() or len(helper.strip()) > 60:
        raise Problem("请写明派哪个单位或部门，最多 60 字", "helper")
    if not reason.strip() or len(reason.strip()) > 500:
        raise Problem("请写明为什么要外派，最多 500 字", "reason")
    chain = rules.chains.get(OUTSOURCING)
    if by.id is None or chain is None:
        raise Problem("没有设置外派的审批链，请联系公司管理员")
    nth = next_nth(Outsourcing.nth, Outsourcing.repair_id, repair.id)
    hashed = content_hash(repair.number, nth, helper.strip(), reason.strip())
    approval = approvals.submit(
        kind=OUTSOURCING, subject_type=Repair.__tablename__, subject_id=repair.id,
        title=f"{repair.number} 外派{helper.strip()}", version=nth, content_hash=hashed, steps=chain.steps_for(),
        pack=rules, by=by,
    )  # fmt: skip
    fact = Outsourcing(
        repair_id=repair.id, nth=nth, helper=helper.strip(), reason=reason.strip(), content_hash=hashed,
        approval_id=approval.id, asked_at=clock.now(), asked_by=by.id, asked_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    record("repair.help_asked", repair, by, nth=nth, helper=fact.helper, reason=fact.reason)
    db.session.flush()
    return fact


def decide_help(repair_id: UUID, *, nth: int, verdict: str, reason: str, hashed: str, by: Actor) -> approvals.Outcome:
    """Consent or return; with consent the helper is assigned. Raises what `saas.approvals` does."""
    repair = hold(repair_id, None)
    asked = db.session.get(Outsourcing, (repair.id, nth))
    if asked is None:
        raise Conflict("这份申请不存在，请刷新后查看")
    outcome = approvals.decide(
        asked.approval_id, verdict=verdict, reason=reason, version=nth, content_hash=hashed, by=by
    )
    record(
        "repair.help_decided", repair, by, on_behalf_of=outcome.on_behalf_of, nth=nth, verdict=verdict,
        reason=reason.strip(), helper=asked.helper,
    )  # fmt: skip
    if outcome.state == approvals.APPROVED and repair.state in (states.ORDERED, states.ASSIGNED):
        _write(repair, by, "", outsourcing=asked)
    db.session.flush()
    return outcome


def _write(
    repair: Repair, by: Actor, note: str, *, technician: Staff | None = None, outsourcing: Outsourcing | None = None,
    skilled: bool = True,
) -> None:  # fmt: skip
    if by.id is None:
        raise Problem("请登录后再派工")
    if len(note.strip()) > 500:
        raise Problem("说明最多 500 字", "note")
    name = technician.name if technician else outsourcing.helper if outsourcing else ""
    nth = next_nth(Assignment.nth, Assignment.repair_id, repair.id)
    states.move(repair, states.ASSIGNED)
    repair.technician_id, repair.outside = (technician.id, "") if technician else (None, name)
    fact = Assignment(
        repair_id=repair.id, nth=nth,
        technician_id=technician.id if technician else None, outsourcing=outsourcing.nth if outsourcing else None,
        name=name, skilled=skilled, note=note.strip(), assigned_at=clock.now(), assigned_by=by.id,
        assigned_by_name=by.name,
    )  # fmt: skip
    db.session.add(fact)
    if nth_agreed := latest_appointment(repair.id):
        remind(repair, pack_on(repair.ordered_at), nth_agreed)  # who goes now may not have heard of it yet
    if technician and technician.id != by.id:
        enqueue(ASSIGNED, str(repair.id), str(nth))
    record("repair.assigned", repair, by, name=name, skilled=skilled, outside=technician is None, note=fact.note)
    db.session.flush()
