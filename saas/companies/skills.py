"""What a member is good at: codes of the pack, in the tenant's own staff row. Repairs are assigned by it (E2)."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.tenancy.staff import Staff


def offered(rules: Pack, roles: Iterable[str]) -> Mapping[str, str]:
    """The skills that somebody with these roles may have, by code: who goes to customers has some."""
    repairs = rules.repairs
    return repairs.skills if repairs is not None and set(roles).intersection(repairs.roles.workers) else {}


def change_skills(staff_id: UUID, skills: Iterable[str], rules: Pack, *, by: Actor) -> Staff:
    """Give a member exactly these skills. The tenant is entered. Raises Problem for unknown ones."""
    person = db.session.get(Staff, staff_id, with_for_update=True)
    if person is None or person.ended_at is not None:
        raise Problem("这位成员已不在这里，请刷新名单")
    known = offered(rules, person.roles)
    wanted = set(skills)
    if not wanted <= set(known):
        raise Problem("请从列表里选择专长", "skills")
    before = person.skills
    person.skills = [code for code in known if code in wanted]
    record("staff.skills_changed", person, by, before=before, after=person.skills)
    db.session.flush()
    return person
