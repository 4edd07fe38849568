"""What the records say of the clauses about repairs: kept, not kept, or still open (E1–E6)."""

from dataclasses import astuple
from datetime import timedelta
from typing import Any

import pytest

from saas import clock
from saas.db import db
from saas.policy.evidence import Question, counted, told
from saas.policy.loader import pack
from tenants.repairs import actions
from tenants.repairs.evidence import EVIDENCE
from tests.repairs.workshop import Workshop, moment

MORNING = moment("2026-11-10T09:00")


def ask(shop: Workshop, clause: str, at: str = "2026-11-30T12:00", *, months: str = "11") -> Any:
    """A month, as it stands at a moment: (met, missed, open)."""
    rules = pack("property")
    bound = rules.clauses[clause]
    first = moment(f"2026-{months}-01T00:00")
    asked = Question(bound, rules, first, moment("2027-01-01T00:00") if months == "12" else moment("2026-12-01T00:00"))
    with clock.at(moment(at)), shop.place.inside():
        rows = EVIDENCE[bound.evidence].query(asked)
        return (*astuple(told(rows))[:3], counted(rows).whole)


@pytest.mark.rule("E1")
@pytest.mark.rule("E4")
def test_an_appointment_is_open_then_kept_or_missed(shop: Workshop) -> None:
    quick, slow, gone = (shop.order(MORNING) for _ in range(3))
    assert ask(shop, "repair-order", "2026-11-10T09:00")[:3] == (0, 0, 3)
    assert ask(shop, "repair-arrival", "2026-11-10T10:10")[:3] == (0, 0, 3)
    assert ask(shop, "repair-arrival", "2026-11-10T10:11")[:3] == (0, 3, 0)
    for each, minutes in ((quick, 70), (slow, 71)):
        shop.assign(each, MORNING)
        shop.do(actions.arrive, each, shop.technician, MORNING + timedelta(minutes=minutes))
    shop.do(actions.cancel, gone, shop.desk, MORNING, reason="客户自己修好了")
    assert ask(shop, "repair-arrival") == (1, 1, 0, None)
    assert ask(shop, "repair-timeliness") == (1, 1, 0, 2), "as a share of what was due"
    assert ask(shop, "repair-order")[:3] == (2, 0, 0)
    assert ask(shop, "repair-fee-consent")[:3] == (0, 0, 2)


@pytest.mark.rule("E3")
@pytest.mark.rule("E6")
def test_damage_and_money_stay_open_until_they_are_settled(shop: Workshop) -> None:
    done = MORNING + timedelta(hours=1)
    made = shop.bring_to("working", MORNING)
    shop.do(actions.note_damage, made, shop.technician, done, what="瓷砖", price="20", apologised=True)
    shop.do(actions.note_device, made, shop.technician, done, device="水表", old_number="A1", new_number="B2")
    shop.finish(made, done)
    shop.do(actions.pay, made, shop.technician, done, receipt="NO.001")
    assert ask(shop, "repair-care")[:3] == (0, 0, 1)
    assert ask(shop, "repair-signature")[:3] == (1, 0, 0)
    assert ask(shop, "replaced-devices")[:3] == (1, 0, 0)
    assert ask(shop, "repair-cash", "2026-11-11T09:00")[:3] == (0, 0, 1)
    assert ask(shop, "repair-cash", "2026-11-11T11:00")[:3] == (0, 1, 0)
    shop.do(actions.compensate, made, shop.technician, done, nth=1, how="按价赔偿现金")
    shop.do(actions.hand_over, made, shop.finance, done + timedelta(hours=2))
    assert ask(shop, "repair-care")[:3] == (1, 0, 0)
    assert ask(shop, "repair-cash")[:3] == (1, 0, 0)


@pytest.mark.rule("E4")
@pytest.mark.rule("E5")
def test_callbacks_are_owed_within_thirty_days_and_say_what_passed(shop: Workshop) -> None:
    first, second = shop.bring_to("finished", MORNING), shop.bring_to("finished", MORNING)
    called = {"channel": "phone", "satisfaction": 5, "opinion": "又滴水"}
    shop.do(actions.call_back, first, shop.steward, MORNING + timedelta(days=3), passed=False, **called)
    assert ask(shop, "repair-pass-rate") == (0, 1, 0, 1)
    assert ask(shop, "repair-callback-quota") == (0, 0, 0, 0), "these are owed in December"
    assert ask(shop, "repair-callback-quota", "2026-12-05T12:00", months="12") == (1, 0, 1, 2)
    shop.do(actions.call_back, second, shop.steward, MORNING + timedelta(days=31), passed=True, **called)
    assert ask(shop, "repair-callback-quota", "2026-12-31T12:00", months="12") == (1, 1, 0, 2), "too late"


@pytest.mark.rule("E4")
@pytest.mark.rule("E6")
def test_the_register_and_the_consent_to_send_others(shop: Workshop) -> None:
    made = shop.order(MORNING)
    with clock.at(MORNING), shop.place.inside():
        asked = actions.ask_for_help(made, helper="顺达安装", reason="都在抢修", version=1, by=shop.supervisor.actor)
        hashed = asked.content_hash
        db.session.commit()
    assert ask(shop, "repair-outsourcing")[:3] == (0, 0, 1)
    with clock.at(MORNING), shop.place.inside():
        actions.decide_help(made, nth=1, verdict="approved", reason="", hashed=hashed, by=shop.manager.actor)
        db.session.commit()
    assert ask(shop, "repair-outsourcing")[:3] == (1, 0, 0)
    assert ask(shop, "repair-register")[:3] == (0, 0, 0)
    with clock.at(moment("2026-11-30T10:00")), shop.place.inside():
        actions.register(MORNING.date(), note="", by=shop.supervisor.actor)
        db.session.commit()
    assert ask(shop, "repair-register")[:3] == (1, 0, 0)
