"""The pages of delegations: given by oneself or arranged, dated, shown on the decisions made under them (A3)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from saas import clock
from saas.approvals.models import Decision
from saas.db import db
from saas.events import Event
from tests.approvals.desk import Desk
from tests.world import Person, World

MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def fields(of: Person, to: Person, role: str = "project_manager", **change: str) -> dict[str, str]:
    """A form that is in order on MOMENT."""
    good = {"of": str(of.id), "to": str(to.id), "role": role, "starts_on": "2026-11-20", "ends_on": "2026-11-27"}
    return good | {"reason": "出差"} | change


@pytest.fixture
def helper(desk: Desk) -> Person:
    return desk.place.staff("孙丽", "service_supervisor")


@pytest.mark.rule("A3")
def test_who_is_away_hands_over_and_the_decision_says_so(desk: Desk, helper: Person) -> None:
    with clock.at(MOMENT):
        assert "项目经理" in desk.manager.get("delegations/new").text
        answer = desk.manager.post("delegations/", fields(desk.manager, helper))
        assert (answer.status_code, answer.location) == (303, "/xiangrui/yunqi/delegations/")
        page = helper.get("delegations/").text
        assert "2026-11-20 ～ 2026-11-27" in page
        assert "生效中" in page
        desk.decide(desk.submit(), helper)
    with desk.place.inside():
        decision = db.session.scalars(select(Decision)).one()
        assert (decision.decided_by_name, decision.on_behalf_of_name) == (helper.name, desk.manager.name)
        given = db.session.scalars(select(Event).where(Event.name == "delegation.given")).one()
        assert given.data["until"] == "2026-11-27"
    with clock.at(MOMENT + timedelta(days=8)):
        assert "已到期" in helper.get("delegations/").text


@pytest.mark.rule("A3")
def test_ended_delegation_gives_no_right_any_more(desk: Desk, helper: Person) -> None:
    from saas.identity.actor import Forbidden

    with clock.at(MOMENT):
        desk.manager.post("delegations/", fields(desk.manager, helper))
        found = helper.get("delegations/").text.split("/delegations/")
        path = next(part.split('"')[0] for part in found if part.split('"')[0].endswith("/end"))
        assert desk.steward.post(f"delegations/{path}").status_code == 403
        assert helper.post(f"delegations/{path}").status_code == 303
        assert helper.post(f"delegations/{path}").status_code == 409
        assert "已结束" in helper.get("delegations/").text
        with pytest.raises(Forbidden):
            desk.decide(desk.submit(), helper)


def test_refused_forms_say_what_to_do_and_keep_what_was_typed(desk: Desk, helper: Person) -> None:
    ended = {"starts_on": "2026-11-01", "ends_on": "2026-11-19"}
    with clock.at(MOMENT):
        for form, says in (
            (fields(desk.manager, helper, ends_on="2026-11-19"), "不早于开始日期"),
            (fields(desk.manager, helper, **ended), "已经过去"),
            (fields(desk.manager, helper, starts_on="gestern"), "请填写开始日期"),
            (fields(desk.manager, desk.manager), "另一位"),
            (fields(desk.manager, helper, reason=" "), "请写明"),
            (fields(desk.manager, helper) | {"to": ""}, "请选择受托人"),
            (fields(desk.manager, helper, role="division_leader"), "现有的岗位"),
        ):
            answer = desk.manager.post("delegations/", form)
            assert answer.status_code == 422, form
            assert says in answer.text, form
        assert desk.manager.post("delegations/", fields(desk.manager, helper, role="nonsense")).status_code == 422
        assert desk.manager.post("delegations/", fields(desk.manager, helper) | {"to": "nonsense"}).status_code == 422
        kept = desk.manager.post("delegations/", fields(desk.manager, helper, ends_on="2026-11-19"))
        assert 'value="2026-11-19"' in kept.text
        assert "还没有委托" in helper.get("delegations/").text


def test_only_managers_and_admins_arrange_for_others(desk: Desk, helper: Person) -> None:
    with clock.at(MOMENT):
        own = desk.leader.post("delegations/", fields(desk.manager, helper))
        assert own.status_code == 422, "a leader may give away their own right only"
        admin = desk.place.staff("周敏", "company_admin")
        assert admin.post("delegations/", fields(desk.leader, helper, "division_leader")).status_code == 303
        assert (
            desk.manager.post("delegations/", fields(desk.leader, desk.manager, "division_leader")).status_code == 303
        )
        assert "没有可委托的权限" in desk.steward.get("delegations/new").text


def test_same_form_twice_has_one_effect(desk: Desk, helper: Person) -> None:
    from uuid import uuid4

    form = fields(desk.manager, helper) | {"key": str(uuid4())}
    with clock.at(MOMENT):
        assert {desk.manager.post("delegations/", form).status_code for _ in range(3)} == {303}
        assert helper.get("delegations/").text.count("出差") == 1


def test_other_companies_find_nothing_here(desk: Desk, world: World) -> None:
    rival = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "project_manager")
    for path in ("/xiangrui/yunqi/delegations/", "/xiangrui/yunqi/delegations/new"):
        assert rival.get(path).status_code == 404
    assert rival.post("/xiangrui/yunqi/delegations/", fields(rival, rival)).status_code == 404
    assert desk.manager.client.post("/xiangrui/yunqi/delegations/", data={}).status_code == 400
