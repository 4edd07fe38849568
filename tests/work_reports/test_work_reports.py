"""A day's contacts are told to the head of the department: once, drawn from the records, read, counted (C4)."""

from datetime import timedelta

import pytest

from saas import clock
from saas.db import db
from saas.policy.evidence import Question, counted
from saas.policy.loader import pack
from saas.policy.periods import Every, period
from saas.policy.standing import State, state, tally
from tenants.work_reports.evidence import EVIDENCE
from tests.complaints.conftest import moment
from tests.receptions.conftest import Lobby, estate, lobby
from tests.world import World

__all__ = ["estate", "lobby"]
MONDAY = moment("2026-11-23 10:00")


@pytest.mark.rule("C4")
def test_drawn_from_the_day_filed_once_read_by_the_head(lobby: Lobby) -> None:
    lobby.received(MONDAY, summary="询问停车费 13912345678", request_kind="question", answer="settled")
    lobby.received(MONDAY, summary="老人求助")
    lobby.received(MONDAY + timedelta(days=1), summary="第二天的事")
    with clock.at(MONDAY):
        assert "工作报表" in lobby.front.get("").text  # the workbench asks for it
        draft = lobby.front.get("work-reports/new").text
        assert "询问停车费 139 **** 5678" in draft
        assert "第二天的事" not in draft
        made = lobby.front.post("work-reports", {"day": "2026-11-23", "remarks": "需要协调保洁"})
    path = made.headers["Location"]
    for who in (lobby.front, lobby.supervisor):
        shown = who.get(path).text
        for words in ("老人求助", "待处理", "已办结", "需要协调保洁", "待批阅", "客服主管"):
            assert words in shown
    with clock.at(MONDAY):
        again = lobby.front.post("work-reports", {"day": "2026-11-23", "remarks": "又一份"})
    assert again.status_code == 409
    assert "又一份" in again.text
    assert lobby.front.get("work-reports/new?day=2026-11-23").status_code == 303
    assert lobby.estate.steward.get(path).status_code == 403  # somebody else's
    assert lobby.front.post(f"{path}/reading", {"words": "自己批"}).status_code == 403
    assert lobby.supervisor.post(f"{path}/reading", {"words": "已协调"}).status_code == 303
    assert lobby.supervisor.post(f"{path}/reading", {"words": "再批"}).status_code == 409
    assert "已协调" in lobby.front.get(path).text
    assert "孙雨薇" in lobby.supervisor.get("work-reports").text
    assert "孙雨薇" not in lobby.estate.steward.part("work-reports").text


@pytest.mark.rule("C4")
def test_the_share_of_days_with_contacts(lobby: Lobby) -> None:
    lobby.received(MONDAY)
    lobby.received(MONDAY + timedelta(days=1))
    lobby.received(MONDAY, by=lobby.estate.manager)  # who does not report is no part of the base
    rules = pack("property")
    clause, month = rules.clauses["work-reports"], period(Every.MONTH, MONDAY.date())
    later = moment("2026-12-02 09:00")

    def stands() -> tuple[int, int | None, State]:
        with lobby.estate.place.inside():
            rows = EVIDENCE["work_reports.filed"].query(Question(clause, rules, month.begin, month.end))
            found = counted(rows)
            db.session.rollback()
        return found.met, found.whole, state(tally(clause, month, found), later)

    assert stands() == (0, 2, State.LATE)
    for day in ("2026-11-23", "2026-11-24"):
        with clock.at(later):
            assert lobby.front.post("work-reports", {"day": day, "remarks": ""}).status_code == 303
    assert stands() == (2, 2, State.MET)


@pytest.mark.parametrize(
    ("day", "remarks", "words"),
    [
        ("2026-11-25", "", "还没有到这一天"),
        ("2026-11-22", "", "这一天您没有沟通记录"),
        ("2026-11-23", "长" * 4001, "最多 4000 个字"),
        ("昨天", "写了一段", "这一天您没有沟通记录"),
    ],
)
def test_a_wrong_report_is_not_filed(lobby: Lobby, day: str, remarks: str, words: str) -> None:
    lobby.received(MONDAY)
    with clock.at(MONDAY + timedelta(days=1)):
        answer = lobby.front.post("work-reports", {"day": day, "remarks": remarks})
        assert answer.status_code == 422
        assert words in answer.text
        assert remarks in answer.text
        assert "还没有工作报表" in lobby.front.get("work-reports").text


def test_of_another_company_there_is_none(lobby: Lobby, world: World) -> None:
    lobby.received(MONDAY)
    with clock.at(MONDAY):
        path = lobby.front.post("work-reports", {"day": "2026-11-23", "remarks": ""}).headers["Location"]
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff(
        "赵敏", "service_supervisor"
    )
    assert other.get(path).status_code == 404
    assert "孙雨薇" not in other.get("work-reports").text
