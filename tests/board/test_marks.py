"""Whatever changes a record leaves a mark in the same transaction: once, and not when it was rolled back (M4)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from saas import clock, events
from saas.board.marks import touch
from saas.db import Model, db
from saas.policy.loader import pack
from saas.tenancy.staff import Staff
from tenants.contacts.actions import record_contact
from tests.board.conftest import Street
from tests.imports.conftest import Desk, messages
from tests.releases.office import Office

pytestmark = pytest.mark.rule("M4")
TODAY = date(2026, 11, 26)
ROW = ["1", "3-2-1601 赵大海", "电梯", "2026-08-02 10:00", "停了", "修好了", "2026-08-03"]


@pytest.fixture(autouse=True)
def settled(street: Street, noon: datetime) -> None:
    street.settle()


def test_a_record_leaves_one_mark_and_one_job(street: Street) -> None:
    with street.yunqi.inside():
        for number in range(3):
            record_contact(
                channel="phone", request_kind=next(iter(pack("property").request_kinds)), summary=f"第 {number} 次",
                by=street.steward.actor, pack=pack("property"),
            )  # fmt: skip
        db.session.commit()
    assert street.marks() == {("contacts", TODAY)}
    assert [job for _, tenant, job, _ in street.waiting() if tenant == street.yunqi.schema] == ["board.measure"]
    assert street.marks(street.feicui) == set()


def test_the_mark_reaches_back_to_the_day_of_the_record(street: Street) -> None:
    street.register(ago=timedelta(days=40))
    assert ("complaints", date(2026, 10, 17)) in street.marks()


def test_what_is_rolled_back_leaves_nothing(street: Street) -> None:
    with street.yunqi.inside():
        touch("contacts")
        db.session.rollback()
        db.session.execute(text("SELECT 1"))
        db.session.commit()
    assert street.marks() == set()
    assert street.waiting() == []


def test_a_savepoint_that_is_rolled_back_forgets_nothing_of_the_rest(street: Street) -> None:
    with street.yunqi.inside():
        touch("contacts")
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            _ = 1 / 0
        with db.session.begin_nested():
            touch("complaints")
        db.session.commit()
        db.session.execute(text("SELECT 1"))
        db.session.commit()
    assert street.marks() == {("contacts", TODAY), ("complaints", TODAY)}
    assert len(street.waiting()) == 1


def test_an_import_of_many_rows_leaves_one_mark_a_transaction(street: Street) -> None:
    desk = Desk(street.yunqi)
    key = desk.take(messages(ROW, ["2", *ROW[1:3], "2026-07-09 10:00", *ROW[4:]]), "ledger")
    street.work()
    desk.publish(key)
    assert ("complaints", date(2026, 7, 9)) in street.marks()
    assert len([mark for mark in street.marks() if mark[0] == "complaints"]) == 1


def test_an_approval_is_heard_of_at_each_of_its_steps(street: Street) -> None:
    leader = street.yunqi.staff("韩立群", "division_leader")
    desk = Office(street.yunqi, street.steward, street.manager, leader)
    letter = desk.reply()
    street.work()
    approval = desk.submit(letter)
    assert ("approvals", TODAY) in street.marks()
    street.work()
    desk.decide(letter, approval, street.manager)
    assert ("approvals", TODAY) in street.marks()


def test_nobody_else_can_take_a_mark_away(street: Street) -> None:
    with street.feicui.inside(), pytest.raises(Exception, match="permission denied"):
        db.session.execute(text(f"DELETE FROM {street.yunqi.schema}.marks"))


def test_every_kind_that_evidence_listens_to_is_a_kind_of_record(street: Street) -> None:
    """A misspelt subject type would never be measured."""
    tables = {table.name for table in Model.metadata.tables.values()}
    for name, source in street.world.app.extensions["evidence"].items():
        assert set(source.of) <= tables, name
        assert source.of, name


def test_nobody_needs_a_date(street: Street) -> None:
    with street.yunqi.inside(), clock.at(clock.now() + timedelta(days=1)):
        events.record("note.made", Staff(id=street.steward.id), street.steward.actor)
        db.session.commit()
    assert street.marks() == {("staff", TODAY + timedelta(days=1))}
