"""Appointments of repairs: told before they begin and when their time ran out, and on the workbench (E1, R2)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.identity.asking import counts
from saas.policy.loader import pack
from tenants.obligations.models import LATE, WARN, Reminder
from tenants.repairs import actions, due
from tests.repairs.workshop import Workshop, hire, moment
from tests.world import World
from workers import reminding

MORNING = moment("2026-11-20T09:00")


@pytest.fixture
def shop(world: World) -> Workshop:
    return hire(world.project(world.company())).furnish()


def told(shop: Workshop) -> set[tuple[str, str]]:
    with shop.place.inside():
        names = {shop.technician.id: "technician", shop.supervisor.id: "supervisor"}
        return {(row.kind, names[row.staff_id]) for row in db.session.scalars(select(Reminder))}


def comes_due(shop: Workshop, repair_id: str, nth: int, what: str, minutes: int) -> None:
    with clock.at(MORNING + timedelta(minutes=minutes)), shop.place.inside():
        reminding.appointment_due(repair_id, str(nth), what)
        db.session.commit()


@pytest.mark.rule("E1")
@pytest.mark.rule("R2")
def test_who_goes_is_reminded_and_who_assigns_hears_of_delay(shop: Workshop) -> None:
    made = shop.order(MORNING)
    comes_due(shop, str(made), 1, "coming", 30)
    assert told(shop) == {(WARN, "supervisor")}, "nobody was sent yet: who assigns hears of it"
    shop.assign(made, MORNING)
    comes_due(shop, str(made), 1, "coming", 31)
    assert (WARN, "technician") in told(shop)
    comes_due(shop, str(made), 1, "overdue", 69)
    assert not any(kind == LATE for kind, _ in told(shop)), "not yet"
    comes_due(shop, str(made), 1, "overdue", 71)
    assert {(LATE, "technician"), (LATE, "supervisor")} <= told(shop)


@pytest.mark.rule("E1")
def test_after_the_arrival_or_a_change_the_old_moment_tells_nobody(shop: Workshop) -> None:
    here, moved = shop.order(MORNING), shop.order(MORNING)
    for each in (here, moved):
        shop.assign(each, MORNING)
    shop.do(actions.arrive, here, shop.technician, MORNING + timedelta(minutes=60))
    later = {"begins": MORNING + timedelta(hours=4), "ends": None, "channel": "phone", "reason": "客户外出"}
    shop.do(actions.appoint, moved, shop.technician, MORNING + timedelta(minutes=20), **later)
    for each in (here, moved):
        comes_due(shop, str(each), 1, "overdue", 90)
    assert told(shop) == set()


@pytest.mark.rule("R2")
def test_the_workbench_has_what_waits_for_each(shop: Workshop) -> None:
    made = shop.order(fault="客厅插座没电")
    assert "客厅插座没电" in shop.supervisor.get("").text
    assert "客厅插座没电" not in shop.technician.get("").text
    shop.assign(made)
    assert "客厅插座没电" in shop.technician.get("").text
    assert "客厅插座没电" not in shop.supervisor.get("").text
    paid = shop.bring_to("finished", fault="玄关灯不亮")
    shop.do(actions.pay, paid, shop.technician, receipt="NO.001")
    assert "玄关灯不亮" in shop.finance.get("").text
    shop.do(actions.hand_over, paid, shop.finance)
    assert "玄关灯不亮" not in shop.finance.get("").text


@pytest.mark.rule("E1")
def test_what_ran_out_is_in_red_on_the_workbench_and_in_the_navigation(shop: Workshop) -> None:
    made = shop.order(clock.now() - timedelta(hours=3), fault="阳台漏水")
    page = shop.supervisor.get("").text
    late = page.split('id="late"')[1]
    assert "阳台漏水" in late.split("</section>")[0]
    assert "逾期" in late
    shop.assign(made)
    assert 'id="late"' not in shop.supervisor.get("").text
    assert 'id="late"' in shop.technician.get("").text
    with shop.place.inside():
        rules = pack("property")
        assert counts([due.late(rules)], shop.technician.actor) == [1]
        assert counts([due.late(rules)], shop.supervisor.actor) == [0]
