"""From the assignment to the callback: what may follow what, by the actions and by the database itself (E1–E6)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.identity.actor import Forbidden
from saas.pictures.models import Photo
from saas.pictures.signing import drawing
from saas.policy.here import pack_on
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.repairs import actions
from tenants.repairs.endings import CashHandover, Completion
from tenants.repairs.facts import Arrival, Consent, Fee, Outsourcing, Quote
from tenants.repairs.models import Repair
from tests.repairs.workshop import TAP, Workshop, moment, signature, stroke

MORNING = moment("2026-11-20T09:00")


def arrival(shop: Workshop, repair_id: UUID) -> Arrival:
    with shop.place.inside():
        return db.session.get_one(Arrival, repair_id)


@pytest.mark.rule("E1")
@pytest.mark.parametrize(("minutes", "on_time"), [(70, True), (71, False)])
def test_ten_minutes_after_the_appointment_are_in_time(shop: Workshop, minutes: int, on_time: bool) -> None:
    made = shop.order(MORNING)
    shop.assign(made, MORNING)
    shop.do(actions.arrive, made, shop.technician, MORNING + timedelta(minutes=minutes))
    assert arrival(shop, made).on_time is on_time
    with pytest.raises(Conflict):
        shop.do(actions.arrive, made, shop.technician, MORNING + timedelta(hours=2))


@pytest.mark.rule("E1")
@pytest.mark.parametrize(("asked_after", "on_time"), [(69, True), (75, False)])
def test_only_a_change_agreed_before_the_limit_excuses(shop: Workshop, asked_after: int, on_time: bool) -> None:
    made = shop.order(MORNING)
    shop.assign(made, MORNING)
    change = {"begins": MORNING + timedelta(hours=4), "ends": None, "channel": "phone", "reason": "上一户没修完"}
    shop.do(actions.appoint, made, shop.technician, MORNING + timedelta(minutes=asked_after), **change)
    shop.do(actions.arrive, made, shop.technician, MORNING + timedelta(hours=4))
    assert arrival(shop, made).on_time is on_time


@pytest.mark.rule("E2")
def test_the_skilled_with_the_fewest_open_repairs_comes_first_and_a_person_decides(shop: Workshop) -> None:
    deft, idle = shop.place.staff("刘电工", "technician"), shop.place.staff("闲着的", "technician")
    with shop.place.inside():
        db.session.get_one(Staff, deft.id).skills = ["plumbing"]
        db.session.commit()
    busy = shop.order(MORNING)
    shop.assign(busy, MORNING)
    made = shop.order(MORNING)
    with shop.place.inside():
        repair = db.session.get_one(Repair, made)
        found = actions.candidates(repair, pack_on(MORNING))
    assert [each.id for each in found] == [deft.id, idle.id, shop.technician.id, shop.supervisor.id]
    assert [each.load for each in found] == [0, 0, 1, 0]
    with pytest.raises(Problem, match="没有登记水暖专长，请写明为什么派他"):
        shop.assign(made, MORNING, note="")
    shop.assign(made, MORNING, note="离得最近")
    assert shop.get(made).technician_id == shop.technician.id
    with pytest.raises(Forbidden, match="工程主管"):
        shop.do(actions.assign, made, shop.desk, MORNING, technician_id=deft.id, note="")


@pytest.mark.rule("E2")
def test_of_equally_busy_ones_the_soonest_free_comes_first(shop: Workshop) -> None:
    other = shop.place.staff("艾电工", "technician")  # first by name
    early, late, made = shop.order(MORNING), shop.order(MORNING), shop.order(MORNING)
    shop.assign(early, MORNING, note="就近")
    shop.do(actions.assign, late, shop.supervisor, MORNING, technician_id=other.id, note="就近")
    change = {"begins": MORNING + timedelta(hours=5), "ends": None, "channel": "phone", "reason": "客户下午才在家"}
    shop.do(actions.appoint, late, other, MORNING, **change)
    with shop.place.inside():
        found = actions.candidates(db.session.get_one(Repair, made), pack_on(MORNING))
    assert [each.id for each in found][:2] == [shop.technician.id, other.id]
    assert found[0].load == found[1].load == 1


@pytest.mark.rule("E2")
def test_no_work_without_the_customers_consent_to_the_fees(shop: Workshop) -> None:
    made = shop.bring_to("quoted")
    for does in (actions.start, actions.finish):
        facts: dict[str, Any] = {}
        if does is actions.finish:
            facts = {"result": "好了", "tested": True, "tidied": True, "replaced": False, "signature": signature()}
        with pytest.raises(Conflict, match="客户"):
            shop.do(does, made, shop.technician, **facts)
    with shop.place.inside(), pytest.raises(DBAPIError, match="repair_starts"):  # past every action
        db.session.execute(
            text("INSERT INTO repair_starts VALUES (:id, 1, now(), :by, '赵强')"),
            {"id": made, "by": shop.technician.id},
        )
    shop.agree(made)
    shop.do(actions.start, made, shop.technician)
    assert shop.get(made).state == "working"


@pytest.mark.rule("E2")
def test_fees_are_frozen_from_the_list_in_force_and_more_work_asks_again(shop: Workshop) -> None:
    made = shop.bring_to("working")
    with shop.place.inside():
        fee = db.session.scalars(select(Fee).where(Fee.repair_id == made)).one()
        assert (fee.item, fee.price_fen, fee.amount_fen) == ("更换龙头", 3500, 3500)
    shop.quote(made, quantities={TAP: Decimal(1), TAP + 1: Decimal("1.5")}, finding="下水也堵")
    with shop.place.inside():
        assert db.session.get_one(Quote, (made, 2)).total_fen == 3500 + 12075
    with pytest.raises(Conflict):
        shop.finish(made)
    with pytest.raises(Conflict, match="已经开工"):
        shop.do(actions.cancel, made, shop.technician, reason="客户不同意")
    shop.agree(made)
    assert shop.get(made).state == "working", "the work goes on"
    shop.finish(made)
    with shop.place.inside():
        assert db.session.get_one(Completion, made).nth == 2


@pytest.mark.rule("E2")
def test_free_of_charge_says_why_and_is_signed_too(shop: Workshop) -> None:
    made = shop.bring_to("arrived")
    for wrong in (
        {"quantities": {}}, {"free_reason": "保修"}, {"quantities": {99: Decimal(1)}}, {"finding": " "},
        {"quantities": {TAP: Decimal("0.001")}}, {"quantities": {TAP: Decimal(0)}},
    ):  # fmt: skip
        with pytest.raises(Problem):
            shop.quote(made, **wrong)
    with pytest.raises(Conflict, match="新版执行"):
        shop.quote(made, list_id=None)
    shop.quote(made, quantities={}, free_reason="保修期内")
    with pytest.raises(Conflict):
        shop.do(actions.start, made, shop.technician)
    shop.agree(made)
    with shop.place.inside():
        photo = db.session.get_one(Photo, db.session.get_one(Consent, (made, 1)).picture_id)
        assert (photo.caption, photo.subject_id) == ("客户签名：同意收费", made)


@pytest.mark.rule("E3")
def test_finished_is_tested_tidied_signed_anew_and_with_both_numbers(shop: Workshop) -> None:
    made = shop.bring_to("agreed")
    shop.do(actions.start, made, shop.technician)
    with shop.place.inside():
        used = db.session.get_one(Consent, (made, 1)).picture_id
    for wrong in ({"tested": False}, {"tidied": False}, {"result": ""}, {"replaced": True}):
        with pytest.raises(Problem):
            shop.finish(made, **wrong)
    with shop.place.inside(), pytest.raises(DBAPIError, match="not complete"):
        db.session.execute(
            text(
                "INSERT INTO repair_completions VALUES"
                " (:id, 1, '好了', true, true, true, '王', true, :photo, now(), :by, '赵强')"
            ),
            {"id": made, "photo": used, "by": shop.technician.id},
        )
    shop.do(actions.note_device, made, shop.technician, device="水表", old_number="A1", new_number="B2")
    shop.finish(made, replaced=True)
    assert shop.get(made).state == "finished"


@pytest.mark.rule("E3")
def test_care_on_site_is_on_record(shop: Workshop) -> None:
    made = shop.bring_to("arrived")
    shop.do(actions.note_move, made, shop.technician, what="橱柜", agreed_by="王晓梅")
    with pytest.raises(Problem, match="致歉"):
        shop.do(actions.note_damage, made, shop.technician, what="瓷砖", price="20", apologised=False)
    shop.do(actions.note_damage, made, shop.technician, what="瓷砖", price="20", apologised=True)
    shop.do(actions.compensate, made, shop.technician, nth=1, how="按价赔偿现金")
    with pytest.raises(Conflict, match="已经赔偿"):
        shop.do(actions.compensate, made, shop.technician, nth=1, how="再赔")
    other = shop.place.staff("别的人", "technician")
    with pytest.raises(Forbidden, match="派到的维修工"):
        shop.do(actions.note_move, made, other, what="橱柜", agreed_by="王晓梅")


@pytest.mark.rule("E6")
def test_money_goes_to_finance_but_never_from_hand_to_the_same_hand(shop: Workshop) -> None:
    made, again = shop.bring_to("finished"), shop.bring_to("finished")
    shop.do(actions.pay, made, shop.technician, receipt="NO.001")
    with pytest.raises(Problem, match="已经用过"):
        shop.do(actions.pay, again, shop.technician, receipt="NO.001")
    with pytest.raises(Forbidden):
        shop.do(actions.hand_over, made, shop.technician)
    both = shop.place.staff("两岗的", "technician", "finance")
    shop.do(actions.hand_over, made, shop.finance)
    with shop.place.inside():
        assert db.session.get_one(CashHandover, made).received_by == shop.finance.id
        with pytest.raises(DBAPIError):
            db.session.execute(
                text("INSERT INTO repair_handovers VALUES (:id, :by, now(), :by, '自己')"),
                {"id": again, "by": both.id},
            )
    free = shop.bring_to("arrived")
    shop.quote(free, quantities={}, free_reason="保修期内")
    shop.agree(free)
    shop.do(actions.start, free, shop.technician)
    shop.finish(free)
    with pytest.raises(Conflict, match="不收费"):
        shop.do(actions.pay, free, shop.technician, receipt="NO.002")


@pytest.mark.rule("E6")
def test_others_are_sent_only_with_the_managers_consent(shop: Workshop) -> None:
    made = shop.order()
    shop.do(actions.ask_for_help, made, shop.supervisor, helper="顺达安装", reason="维修工都在抢修")
    with shop.place.inside():
        asked = db.session.get_one(Outsourcing, (made, 1))
        with pytest.raises(DBAPIError, match="nobody agreed"):
            db.session.execute(
                text(
                    "INSERT INTO repair_assignments VALUES (:id, 1, NULL, 1, '顺达安装', true, '', now(), :by, '吴涛')"
                ),
                {"id": made, "by": shop.supervisor.id},
            )
    decided = {"nth": 1, "verdict": "approved", "reason": "", "hashed": asked.content_hash}
    with shop.place.inside(), pytest.raises(Forbidden):
        actions.decide_help(made, by=shop.supervisor.actor, **decided)
    with shop.place.inside():
        actions.decide_help(made, by=shop.manager.actor, **decided)
        db.session.commit()
    assert (shop.get(made).outside, shop.get(made).state) == ("顺达安装", "assigned")
    shop.do(actions.arrive, made, shop.supervisor)


@pytest.mark.rule("E5")
def test_a_callback_says_whether_it_passed(shop: Workshop) -> None:
    made = shop.bring_to("finished")
    called = {"channel": "phone", "satisfaction": 5, "opinion": ""}
    for wrong in ({"passed": None}, {"passed": False}, {"passed": True, "satisfaction": 9}):
        with pytest.raises(Problem):
            shop.do(actions.call_back, made, shop.steward, **(called | wrong))
    with pytest.raises(Forbidden, match="管家"):
        shop.do(actions.call_back, made, shop.technician, passed=True, **called)
    shop.do(actions.call_back, made, shop.steward, passed=False, **(called | {"opinion": "又滴水"}))
    again = shop.order(rework_of=made)
    assert shop.get(again).rework_of == made


@pytest.mark.rule("E4")
def test_the_month_is_registered_at_its_end_and_again_only_after_a_change(shop: Workshop) -> None:
    shop.bring_to("finished", MORNING)
    day = MORNING.date()
    with clock.at(moment("2026-11-26T10:00")), shop.place.inside(), pytest.raises(Problem, match="2026-11-27 起"):
        actions.register(day, note="", by=shop.supervisor.actor)
    for at, more in (("2026-11-28T10:00", False), ("2026-11-29T10:00", True)):
        if more:
            shop.bring_to("finished", moment("2026-11-28T11:00"))
        with clock.at(moment(at)), shop.place.inside():
            made = actions.register(day, note="", by=shop.supervisor.actor)
            db.session.commit()
            with pytest.raises(Conflict, match="没有变化"):
                actions.register(day, note="", by=shop.supervisor.actor)
    assert (made.nth, made.repairs, made.total_fen, made.on_time, made.arrivals) == (2, 2, 7000, 2, 2)


@pytest.mark.rule("E2")
def test_a_signature_is_a_drawing_and_nothing_else() -> None:
    for wrong in (
        "",
        "data:image/png;base64,",
        "data:image/png;base64,AAAA",
        stroke()[:200],
        "data:image/svg+xml,<svg/>",
    ):
        with pytest.raises(Problem, match="没有传完整"):
            drawing(wrong)
    with pytest.raises(Problem, match="在框内签名"):
        drawing(stroke(drawn=False))
    assert drawing(stroke()).data.startswith(b"\x89PNG")
