"""Compensation: decided by amount (A5), promised only once approved (D13), given and noted."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.approvals import queries as approvals
from saas.db import db
from saas.problem import Problem
from tenants.complaints.compensations.money import amount, promised
from tenants.releases import actions as releases
from tenants.releases import queries as letters
from tests.complaints.conftest import Yard
from tests.complaints.test_course import CALLED, CLOSED
from tests.complaints.test_evidence import ask, counts

ASKED = {"kind": "damages", "amount": "300", "reason": "误工半天，按日工资折算"}


def chain(yard: Yard, complaint: UUID) -> list[str]:
    """Who decides the application that came last."""
    with yard.place.inside():
        return [step.role for step in approvals.of_subject("complaints", complaint, ["compensation"])[0].steps]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("300", "300"), ("1,200.50", "1200.50"), ("¥ 80", "80"), ("80 元", "80"), ("0", None), ("-5", None),
        ("1e9", None), ("NaN", None), ("Infinity", None), ("3.005", None), ("１２", None),
        ("999999999", None), ("", None),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(typed: str, value: str | None) -> None:
    assert amount(typed) == (Decimal(value) if value else None)


def test_money_is_promised_in_a_sentence_with_a_word_for_it() -> None:
    words = ("赔偿", "减免")
    assert promised("物业费每月 300 元。将赔偿您 500 元；减免 0.2万元", words) == [Decimal(500), Decimal(2000)]
    assert promised("不予赔偿。上月缴费 300 元", words) == []


@pytest.mark.rule("A5")
def test_who_decides_follows_from_the_amount(yard: Yard) -> None:
    complaint = yard.register()
    assert yard.post(yard.steward, complaint, "compensations", **ASKED).status_code == 409, "not accepted yet"
    yard.accept(complaint)
    for wrong in ({"amount": "很多"}, {"amount": "0"}, {"kind": "gold"}, {"reason": " "}):
        assert yard.post(yard.steward, complaint, "compensations", **{**ASKED, **wrong}).status_code == 422
    assert yard.post(yard.leader, complaint, "compensations", **ASKED).status_code == 403
    manager, leader, general = "project_manager", "division_leader", "general_manager"
    deciders = {manager: yard.manager, leader: yard.leader, general: yard.general}
    expected = {"1000": [manager], "1000.01": [manager, leader], "5000": [manager, leader],
                "5000.01": [manager, leader, general]}  # fmt: skip
    for nth, (yuan, roles) in enumerate(expected.items(), start=1):
        assert yard.post(yard.steward, complaint, "compensations", **{**ASKED, "amount": yuan}).status_code == 303
        assert chain(yard, complaint) == roles
        assert yard.post(yard.steward, complaint, "compensations", **ASKED).status_code == 409, "one at a time"
        yard.decided("compensations", complaint, nth, *(deciders[role] for role in roles))
    assert yard.post(yard.manager, complaint, "compensations", **ASKED).status_code == 303
    assert chain(yard, complaint) == [leader], "nobody decides their own application"
    assert counts(ask(yard, "authority-matrix", around=True)) == (4, 0, 1)
    assert counts(ask(yard, "compensation", around=True)) == (4, 0, 1)


@pytest.mark.rule("D13")
def test_a_letter_promises_only_what_was_approved(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.solve(complaint)
    letter: dict[str, Any] = {"title": "关于电梯的答复", "body": "我们将赔偿您 300 元。"}
    assert "没有经过批准" in yard.post(yard.colleague, complaint, "reply", **letter).text
    assert yard.post(yard.steward, complaint, "compensations", **ASKED).status_code == 303
    form = yard.colleague.get(f"complaints/{complaint}/reply").text
    assert "还在审批" in form
    assert "写入已批准的赔偿" not in form
    refused = yard.post(yard.colleague, complaint, "reply", **letter)
    assert refused.status_code == 422
    assert "还在审批" in refused.text
    assert "我们将赔偿您 300 元" in refused.text, "what was typed stays"
    assert yard.post(yard.supervisor, complaint, "closure", **CLOSED).status_code == 422
    assert yard.post(yard.colleague, complaint, "reply", title="答复", body="已修好。").status_code == 303
    with yard.place.inside():
        early = letters.of_subject("complaints", complaint)[0]
        releases.edit(
            early.id, title="答复", body="将赔偿您 300 元。", to=[releases.To("public_page", "公开页")], version=1,
            by=yard.colleague.actor,
        )  # fmt: skip
        with pytest.raises(Problem, match="还在审批"):
            releases.submit(early.id, version=2, by=yard.colleague.actor)
    yard.decided("compensations", complaint, 1, yard.manager)
    assert "第 1 笔 赔偿 300 元" in yard.colleague.get(f"complaints/{complaint}/reply").text
    assert yard.post(yard.colleague, complaint, "reply", **{**letter, "body": "将赔偿您 301 元。"}).status_code == 422
    sent = yard.post(yard.colleague, complaint, "reply", title="答复", body="已修好。", compensations="1")
    assert sent.status_code == 303
    assert "我们将给予您赔偿 300 元" in yard.colleague.get(sent.headers["Location"]).text
    assert "已写入答复" in yard.steward.get(f"complaints/{complaint}").text


@pytest.mark.rule("D13")
def test_refused_or_given_and_noted_before_it_is_closed(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.solve(complaint)
    assert yard.post(yard.steward, complaint, "callbacks", **CALLED).status_code == 303
    assert yard.post(yard.steward, complaint, "compensations", **ASKED).status_code == 303
    paid = {"nth": "1", "paid_on": f"{clock.local(clock.now()):%Y-%m-%d}", "how": "转账，回单在案卷照片里"}
    assert yard.post(yard.steward, complaint, "payments", **paid).status_code in (409, 422), "not approved"
    with yard.place.inside():
        hashed = approvals.of_subject("complaints", complaint, ["compensation"])[0].content_hash
    no = {"verdict": "returned", "reason": "没有损失凭据", "hashed": hashed}
    assert yard.manager.post(f"complaints/{complaint}/compensations/1/decision", no).status_code == 303
    assert yard.post(yard.steward, complaint, "compensations", **ASKED).status_code == 303
    assert "赔偿申请的审批结果" in yard.post(yard.supervisor, complaint, "closure", **CLOSED).text
    assert "赔偿申请的审批结果" in yard.supervisor.get(f"complaints/{complaint}/closure").text
    yard.decided("compensations", complaint, 2, yard.manager)
    assert "已批准的赔偿的兑现" in yard.post(yard.supervisor, complaint, "closure", **CLOSED).text
    early = f"{clock.local(clock.now()) - timedelta(days=1):%Y-%m-%d}"
    assert yard.post(yard.steward, complaint, "payments", **{**paid, "nth": "2", "paid_on": early}).status_code == 422
    assert yard.post(yard.steward, complaint, "payments", **{**paid, "nth": "2"}).status_code == 303
    assert yard.post(yard.steward, complaint, "payments", **{**paid, "nth": "2"}).status_code in (409, 422), "once"
    with yard.place.inside(), pytest.raises(DBAPIError, match="foreign key"):
        db.session.execute(
            text(
                "INSERT INTO compensation_payments SELECT complaint_id, nth, approval_id, 'approved', current_date,"
                " 'x', now(), asked_by, 'x' FROM complaint_compensations WHERE nth = 1"
            )
        )
    assert yard.post(yard.supervisor, complaint, "closure", **CLOSED).status_code == 303
    shown = yard.steward.get(f"complaints/{complaint}").text
    for words in ("没有损失凭据", "已兑现赔偿 300 元", "按权限核决表由项目经理批准"):
        assert words in shown
