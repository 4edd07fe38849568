"""A work order from the reception, by word, or out of a contact; its appointment (E1)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.identity.actor import Forbidden
from saas.policy.loader import pack
from saas.problem import Conflict, Problem
from tenants.contacts.actions import record_contact
from tenants.contacts.models import Contact
from tenants.repairs import actions
from tenants.repairs.facts import Appointment
from tenants.repairs.models import Repair
from tests.repairs.workshop import Workshop, moment

MORNING = moment("2026-11-20T09:00")


@pytest.mark.rule("E1")
def test_an_order_has_number_contact_and_appointment(shop: Workshop) -> None:
    made = shop.order(MORNING)
    with shop.place.inside():
        repair = db.session.get_one(Repair, made)
        assert repair.number == "WX-2026-000001"
        assert (repair.room, repair.reporter, repair.phone, repair.state) == ("3-2-1502", "王晓梅", "", "ordered")
        talk = db.session.get_one(Contact, repair.contact_id)
        assert (talk.request_kind, talk.subject_id) == ("repair", made)
        agreed = db.session.scalars(select(Appointment).where(Appointment.repair_id == made)).one()
        assert agreed.due_at == MORNING + timedelta(hours=1, minutes=10), "ten minutes of the pack"


@pytest.mark.rule("E1")
def test_reception_orders_out_of_a_contact(shop: Workshop) -> None:
    with shop.place.inside():
        talk = record_contact(
            channel="in_person", request_kind="repair", summary="厨房龙头滴水", by=shop.desk.actor,
            pack=pack("property"), unit_id=shop.unit, customer_id=shop.customer,
        )  # fmt: skip
        repair = actions.order(actions.NewRepair("厨房龙头滴水"), contact=talk, by=shop.desk.actor)
        db.session.commit()
        assert (repair.contact_id, repair.unit_id, repair.customer_id) == (talk.id, shop.unit, shop.customer)
        assert (repair.skill, repair.urgency) == ("general", "ordinary")
        assert len(db.session.scalars(select(Contact)).all()) == 1, "the talk is not recorded twice"


MISSING = (
    ({"fault": " "}, "fault"), ({"fault": "坏了请打 13800005521"}, "fault"), ({"skill": "magic"}, "skill"),
    ({"urgency": "x"}, "urgency"), ({"unit_id": None, "customer_id": None}, "room"),
    ({"unit_id": None, "customer_id": None, "room": "大堂"}, "reporter"), ({"channel": "pigeon"}, "channel"),
    ({"appointed_from": MORNING - timedelta(hours=1)}, "begins"),
    ({"appointed_to": MORNING + timedelta(hours=9)}, "ends"), ({"detail": "长" * 4001}, "detail"),
    ({"phone": "1" * 41}, "phone"),
)  # fmt: skip


@pytest.mark.rule("E1")
def test_what_is_missing_is_said_at_its_field(shop: Workshop) -> None:
    for changes, field in MISSING:
        with pytest.raises(Problem) as caught:
            shop.order(MORNING, **changes)
        assert caught.value.field == field, changes
    with shop.place.inside():
        assert db.session.scalars(select(Repair)).all() == []


@pytest.mark.rule("E1")
def test_who_may_not_order(shop: Workshop) -> None:
    with pytest.raises(Forbidden, match="前台"), shop.place.inside():
        actions.order(actions.NewRepair("灯不亮", unit_id=shop.unit, customer_id=shop.customer), by=shop.finance.actor)


@pytest.mark.rule("E1")
def test_a_change_needs_a_reason_and_moves_the_limit(shop: Workshop) -> None:
    made, begins = shop.order(MORNING), MORNING + timedelta(hours=3)
    change = {"begins": begins, "ends": None, "channel": "phone"}
    with pytest.raises(Problem, match="改约须写明原因"):
        shop.do(actions.appoint, made, shop.desk, MORNING, reason="", **change)
    shop.do(actions.appoint, made, shop.desk, MORNING, reason="客户上午外出", **change)
    assert shop.get(made).due_at == begins + timedelta(minutes=10)
    with pytest.raises(Conflict, match="刚被别人改过"), clock.at(MORNING), shop.place.inside():
        actions.appoint(made, reason="再改", version=1, by=shop.desk.actor, **change)
