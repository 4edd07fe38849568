"""Absence: a dated delegation, shown on every decision made under it (A3)."""

from datetime import UTC, date, datetime

import pytest

from saas import clock
from saas.approvals import actions, queries
from saas.approvals.models import Decision
from saas.db import db
from saas.identity.actor import Forbidden
from saas.identity.asking import counts
from saas.tenancy.staff import Delegation
from tests.approvals.desk import Desk

pytestmark = pytest.mark.rule("A3")
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_delegate_decides_and_the_decision_says_so(desk: Desk) -> None:
    deputy = desk.place.staff("韩立群", "brand")
    delegation = desk.delegate(desk.manager, deputy, "project_manager")
    approval = desk.submit()
    with clock.at(NOON):
        with desk.place.inside():
            assert counts([queries.waiting()], deputy.actor) == [1]
        assert desk.decide(approval, deputy).on_behalf_of == "陈志远"
    with desk.place.inside():
        made = db.session.query(Decision).one()
        assert (made.decided_by_name, made.on_behalf_of_name, made.delegation_id) == ("韩立群", "陈志远", delegation)


@pytest.mark.parametrize("day", [19, 21])
def test_outside_its_days_a_delegation_gives_no_right(desk: Desk, day: int) -> None:
    deputy = desk.place.staff("韩立群", "brand")
    desk.delegate(desk.manager, deputy, "project_manager")
    approval = desk.submit()
    with clock.at(NOON.replace(day=day)):
        with desk.place.inside():
            assert counts([queries.waiting()], deputy.actor) == [0]
        with pytest.raises(Forbidden):
            desk.decide(approval, deputy)


def test_the_last_day_ends_at_midnight_in_shanghai(desk: Desk) -> None:
    deputy = desk.place.staff("韩立群", "brand")
    desk.delegate(desk.manager, deputy, "project_manager")
    approval = desk.submit()
    with clock.at(datetime(2026, 11, 20, 16, tzinfo=UTC)), pytest.raises(Forbidden):
        desk.decide(approval, deputy)
    with clock.at(datetime(2026, 11, 19, 16, tzinfo=UTC)):
        desk.decide(approval, deputy)


def test_an_ended_delegation_gives_no_right(desk: Desk) -> None:
    deputy = desk.place.staff("韩立群", "brand")
    row = desk.delegate(desk.manager, deputy, "project_manager")
    approval = desk.submit()
    with desk.place.inside():
        db.session.get_one(Delegation, row).ended_at = NOON
        db.session.commit()
    with clock.at(NOON), pytest.raises(Forbidden):
        desk.decide(approval, deputy)


def test_a_delegation_from_the_author_gives_no_right(desk: Desk) -> None:
    author = desk.place.staff("兼任", "project_manager")
    deputy = desk.place.staff("韩立群", "brand")
    desk.delegate(author, deputy, "project_manager")
    approval = desk.submit(author)
    with clock.at(NOON):
        with desk.place.inside():
            assert counts([queries.waiting()], deputy.actor) == [0]
        with pytest.raises(Forbidden):
            desk.decide(approval, deputy)
        desk.delegate(desk.manager, deputy, "project_manager")
        assert desk.decide(approval, deputy).on_behalf_of == "陈志远"


def test_a_delegate_cannot_decide_after_the_one_they_stand_for(desk: Desk) -> None:
    both = desk.place.staff("兼任", "project_manager", "division_leader")
    deputy = desk.place.staff("韩立群", "brand")
    desk.delegate(both, deputy, "division_leader")
    approval = desk.submit()
    with clock.at(NOON):
        desk.decide(approval, both)
        with desk.place.inside():
            assert counts([queries.waiting()], deputy.actor) == [0]
        with pytest.raises(Forbidden):
            desk.decide(approval, deputy)


def test_what_the_one_they_stand_for_decided_otherwise_hides_nothing(desk: Desk) -> None:
    deputy = desk.place.staff("韩立群", "brand")
    desk.delegate(desk.manager, deputy, "project_manager")
    with clock.at(NOON):
        desk.decide(desk.submit(), desk.manager)
        desk.submit()
        with desk.place.inside():
            assert counts([queries.waiting()], deputy.actor) == [1]
            assert len(queries.waiting_for(deputy.actor)) == 1


def test_a_transferred_step_can_be_decided_by_the_receivers_delegate_only(desk: Desk) -> None:
    other, deputy = desk.place.staff("赵敏", "project_manager"), desk.place.staff("韩立群", "brand")
    stranger = desk.place.staff("旁人", "brand")
    desk.delegate(other, deputy, "project_manager")
    desk.delegate(desk.manager, stranger, "project_manager")
    approval = desk.submit()
    with desk.place.inside():
        actions.transfer(approval, other.id, by=desk.manager.actor)
        db.session.commit()
    with clock.at(NOON):
        with desk.place.inside():
            assert counts([queries.waiting()], deputy.actor) == [1]
            assert counts([queries.waiting()], stranger.actor) == [0]
        with pytest.raises(Forbidden):
            desk.decide(approval, stranger)
        assert desk.decide(approval, deputy).on_behalf_of == "赵敏"


def test_a_delegation_spans_its_days(desk: Desk) -> None:
    deputy = desk.place.staff("韩立群", "brand")
    desk.delegate(desk.manager, deputy, "project_manager", date(2026, 11, 17), date(2026, 11, 23))
    with clock.at(NOON):
        assert desk.decide(desk.submit(), deputy).state == "pending"
