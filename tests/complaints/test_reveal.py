"""Numbers in running text are masked for everybody; a look at them needs the right and a reason (B10)."""

from uuid import UUID

import pytest
from sqlalchemy import select

from saas.approvals.models import Approval
from saas.db import db
from saas.events import Event
from tenants.complaints import actions, sheet
from tenants.complaints.facts import Solution
from tenants.complaints.models import Complaint
from tests.complaints.conftest import Yard

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
PHONE, OTHER, ID, DESK = "13912345678", "138-0000-5521", "330102198001011234", "0571-88881234"
SAID = {
    "body": f"回电 {PHONE}，身份证 {ID}", "demand": f"请打{DESK}", "room": f"3 栋 {PHONE}", "customer_id": None,
    "unit_id": None, "reporter": "访客", "email": "guest@example.com",
}  # fmt: skip


def secret(yard: Yard) -> UUID:
    """A case in which people wrote numbers everywhere."""
    complaint = yard.register(**SAID)
    ruled = {"accepted": "yes", "established": "yes", "category": "facilities", "severity": "general"}
    given = {"department": "customer_service", "handler_id": str(yard.steward.id)}
    for verb, who, fields in (
        ("responses", yard.steward, {"kind": "first", "channel": "sms", "text": f"已发短信到 {PHONE}"}),
        ("judgement", yard.supervisor, {**ruled, "reason": f"电话 {PHONE} 核实"}),
        ("assignment", yard.supervisor, {**given, "note": f"先联系 {PHONE}"}),
        ("solutions", yard.steward, {"text": f"由 {OTHER} 师傅上门"}),
    ):
        assert yard.post(who, complaint, verb, **fields).status_code == 303
    assert yard.decide(yard.manager, complaint, 1, reason=f"同意，师傅 {OTHER}").status_code == 303
    assert yard.post(yard.steward, complaint, "handling", result=f"已由 {OTHER} 修复").status_code == 303
    return complaint


def leaks(text: str) -> list[str]:
    return [number for number in (PHONE, OTHER, ID, DESK) if number in text or number.replace("-", "") in text]


@pytest.mark.rule("B10")
def test_no_page_of_a_case_shows_a_number_in_full(yard: Yard) -> None:
    complaint = secret(yard)
    for path in ("", "/solutions/1/decision", "/reply", "/closure"):
        page = yard.supervisor.get(f"complaints/{complaint}{path}")
        assert page.status_code == 200, path
        assert "****" in page.text, path
        assert leaks(page.text) == [], path
    assert leaks(yard.manager.get("complaints/?view=all").text) == []
    with yard.place.inside():
        form = sheet.fill(db.session.get_one(Complaint, complaint), printed_by="周敏")
        assert leaks(repr(form)) == []
        assert db.session.get_one(Solution, (complaint, 1)).text == f"由 {OTHER} 师傅上门"  # kept as written


@pytest.mark.rule("B10")
def test_a_letter_begins_with_masked_words(yard: Yard) -> None:
    """What was noted in the house does not slip into a letter; its author decides."""
    assert "138 **** 5521 修复" in yard.steward.get(f"complaints/{secret(yard)}/reply").text


@pytest.mark.rule("B10")
def test_a_reason_is_cut_short_after_it_is_masked(yard: Yard) -> None:
    complaint, version = yard.register(), 1
    reason = "等" * 24 + PHONE + "回复" * 20  # cut within the number, the half of it would pass for something else
    with yard.place.inside():
        pause = actions.ask_pause(complaint, reason=reason, version=version, by=yard.steward.actor)
        hashed = db.session.get_one(Approval, pause.approval_id).content_hash
        said = {"verdict": "approved", "reason": "", "hashed": hashed}
        actions.decide_pause(complaint, pause_id=pause.id, by=yard.manager.actor, **said)
        db.session.commit()
    for path in (f"complaints/{complaint}", ""):
        shown = yard.manager.get(path).text
        assert "等等等" in shown, path
        assert "13912" not in shown, path


@pytest.mark.rule("B10")
def test_a_look_costs_a_reason_and_is_logged(yard: Yard) -> None:
    complaint = secret(yard)
    path = f"complaints/{complaint}/reveals"
    assert "显示完整号码" in yard.steward.get(f"complaints/{complaint}").text
    for reason in ("", "  ", "长" * 201):
        refused = yard.steward.post(path, {"reason": reason}, headers=FRAGMENT)
        assert (refused.status_code, leaks(refused.text)) == (422, [])
        assert "原因" in refused.text
    shown = yard.steward.post(path, {"reason": "回电核实"}, headers=FRAGMENT)
    assert shown.status_code == 200
    assert "<html" not in shown.text
    assert set(leaks(shown.text)) == {PHONE, OTHER, ID, DESK}
    assert "<html" in yard.steward.post(path, {"reason": "没有脚本"}).text
    with yard.place.inside():
        found = select(Event).where(Event.name == "complaint.revealed").order_by(Event.occurred_at)
        logged = [(e.actor_name, e.data["reason"]) for e in db.session.scalars(found)]
        assert logged == [("林晓燕", "回电核实"), ("林晓燕", "没有脚本")]
    page = yard.manager.get(f"complaints/{complaint}").text
    assert "查看完整号码" in page
    assert "原因：回电核实" in page


@pytest.mark.rule("B10")
def test_the_number_of_the_dossier_is_shown_by_the_same_look(yard: Yard) -> None:
    complaint = yard.register()
    page = yard.steward.get(f"complaints/{complaint}").text
    assert "138 **** 5521" in page
    assert "13800005521" not in page
    shown = yard.steward.post(f"complaints/{complaint}/reveals", {"reason": "回电"}).text
    assert "13800005521" in shown
    assert "wang@example.com" in shown


@pytest.mark.rule("B10")
@pytest.mark.rule("D4")
def test_who_may_not_look_is_refused_and_offered_nothing(yard: Yard) -> None:
    complaint = yard.register(complained_about=yard.colleague.id, **SAID)
    for who in (yard.leader, yard.engineer, yard.colleague):
        assert "显示完整号码" not in who.get(f"complaints/{complaint}").text
        refused = who.post(f"complaints/{complaint}/reveals", {"reason": "好奇"})
        assert (refused.status_code, leaks(refused.text)) == (403, [])
    with yard.place.inside():
        assert db.session.scalars(select(Event).where(Event.name == "complaint.revealed")).all() == []


def test_where_nothing_is_masked_nothing_is_offered(yard: Yard) -> None:
    complaint = yard.register(customer_id=None, reporter="访客")
    assert "显示完整号码" not in yard.steward.get(f"complaints/{complaint}").text


@pytest.mark.rule("B10")
def test_the_search_finds_what_is_stored(yard: Yard) -> None:
    yard.register(**SAID)
    found = yard.steward.get(f"complaints/?view=all&q={PHONE}").text
    assert "共 1 件" in found
    assert "电梯一周内三次停运困人" in found
    assert "共 0 件" in yard.steward.get("complaints/?view=all&q=13912345670").text


@pytest.mark.rule("B10")
def test_evidence_of_a_clause_shows_contacts_masked(yard: Yard) -> None:
    contact = {"channel": "phone", "request_kind": "question", "summary": f"回电 {PHONE} 咨询车位", "reporter": ""}
    assert yard.steward.post("contacts", contact).status_code == 303
    page = yard.manager.get("clauses/contact-record").text
    assert "咨询车位" in page
    assert leaks(page) == []
