"""Lists ask the database as often for many rows as for a few."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from saas import clock
from saas.db import db
from saas.identity import asking
from saas.policy.loader import pack
from tenants.complaints import actions as complaints
from tenants.contacts.actions import record_contact
from tenants.customers import actions as customers
from tenants.obligations.models import Reminder
from tenants.obligations.words import WARN
from tenants.receptions import actions as receptions
from tenants.releases import actions as releases
from tests.world import Person, World

FEW, MANY = 3, 57
PAGES = (
    "", "complaints/?size=100&view=all", "complaints/?view=late", "customers?size=100", "contacts?size=100",
    "receptions?size=100",
    "releases?size=100", "releases?view=waiting", "reminders", "imports", "search?q=3", "members/", "delegations/",
)  # fmt: skip


@contextmanager
def counting(world: World) -> Iterator[list[str]]:
    """The statements that the product sends meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(manager: Person, start: int, count: int) -> None:
    """So many more of everything."""
    by, rules = manager.actor, pack("property")
    received = clock.now() - timedelta(days=2)
    with manager.place.inside():
        for number in range(start, start + count):
            unit = customers.register_unit(
                label=f"3-2-{100 + number}", by=by, occupancy="occupied", steward_id=manager.id
            )
            person = customers.register_customer(unit_id=unit.id, name=f"住户{number}", phones=("13800005521",), by=by)
            record_contact(
                channel="phone", request_kind=next(iter(rules.request_kinds)), summary="问话", by=by, pack=rules,
                unit_id=unit.id, customer_id=person.id,
            )  # fmt: skip
            receptions.receive(receptions.Matter("phone", "help", "求助", unit.id, person.id), by=by)
            case = complaints.register(
                complaints.NewComplaint(
                    f"电梯停运 3-{number}", "停了", next(iter(rules.categories)), next(iter(rules.sources)), "phone",
                    unit_id=unit.id, customer_id=person.id, received_at=received,
                ), by=by,
            )  # fmt: skip
            letter = releases.draft_reply(
                subject_type="complaints", subject_id=case.id, title=f"答复 3-{number}", body="已修好", by=by,
                recipient_customer_id=person.id, recipient_name="住户", recipient_email="a@example.com",
            )  # fmt: skip
            if number % 2:
                releases.submit(letter.id, version=1, by=by)
            db.session.add(
                Reminder(
                    kind=WARN, subject_type="complaints", subject_id=case.id, stage="first_response",
                    staff_id=manager.id, title="即将到期", path=f"complaints/{case.id}", created_at=clock.now(),
                    occasion=str(uuid4()),
                )
            )  # fmt: skip
        db.session.commit()


def test_many_rows_take_as_many_statements_as_few(world: World) -> None:
    place = world.project(world.company())
    manager = place.staff("陈志远", "project_manager", "steward")
    place.staff("韩立群", "division_leader")
    place.staff("方总", "general_manager")
    fill(manager, 0, FEW)
    few = {page: statements(world, manager, page) for page in PAGES}
    fill(manager, FEW, MANY)
    many = {page: statements(world, manager, page) for page in PAGES}
    more = {
        page: (few[page], many[page]) for page in PAGES if many[page] > few[page] + 1
    }  # one more: a page counts rows
    assert not more


def statements(world: World, person: Person, page: str) -> int:
    person.get(page)  # what is asked once per process is not counted
    with counting(world) as sent:
        answer = person.get(page)
    assert answer.status_code == 200, page
    return len(sent)


@pytest.mark.parametrize("most", [40])
def test_no_page_asks_without_end(world: World, most: int) -> None:
    manager = world.project(world.company()).staff("陈志远", "project_manager", "steward")
    assert {page: n for page in PAGES if (n := statements(world, manager, page)) > most} == {}


def test_what_every_page_counts_is_put_together_once(world: World) -> None:
    """A count that is built anew for each request is kept for ever and costs every page its time."""
    office = world.company()
    people = world.project(office).staff("周敏", "project_manager"), office.staff("孟晓岚", "quality")
    for person in people:
        assert person.get("").status_code == 200
    before = asking._together.cache_info()
    for person in people:
        assert person.get("").status_code == 200
    after = asking._together.cache_info()
    assert after.misses == before.misses
    assert after.hits > before.hits
