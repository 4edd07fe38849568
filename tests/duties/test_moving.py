"""A duty is moved by the project manager with the division leader's approval; the planned day stays (R2, A3)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.approvals.models import Approval
from saas.db import db
from saas.problem import Problem
from tenants.duties import actions
from tenants.duties.models import Duty, Move
from tests.duties.conftest import KNOWN, Site, awake, on
from tests.world import Person, TestResponse

Found = Callable[..., Site]
Run = Callable[[datetime], None]
WHY = "业委会换届，会议推迟一周"
NOW = "2026-12-01"


@pytest.fixture
def site(found: Found) -> Site:
    """The fourth quarter of 2026, due on 10 January 2027."""
    made = found("2026-09-01")
    made.plan(on(NOW))
    return made


def ask(who: Person, duty: Duty, at: str = NOW, **fields: str) -> TestResponse:
    """Send the form of a move."""
    data = {"to": "2027-01-20", "reason": WHY, "version": str(duty.version), **fields}
    with clock.at(on(at)):
        return awake(who).post(f"duties/{duty.id}/moves", data)


def decide(who: Person, duty: Duty, at: str = NOW, nth: int = 1, **fields: str) -> TestResponse:
    """Decide as the page offers it."""
    with who.place.inside():
        move = db.session.get(Move, (duty.id, nth))
        hashed = db.session.get_one(Approval, move.approval_id).content_hash if move else ""
    with clock.at(on(at)):
        data = {"verdict": "approved", "reason": "", "hashed": hashed, **fields}
        return awake(who).post(f"duties/{duty.id}/moves/{nth}/decision", data)


@pytest.mark.rule("R2")
@pytest.mark.rule("A3")
def test_asked_approved_moved_and_told_by_the_new_day(site: Site, run_until: Run) -> None:
    assert ask(site.manager, site.one()).status_code == 303
    duty = site.one()
    assert (duty.moved_to, duty.version) == (None, 1)
    assert decide(site.leader, duty).status_code == 303
    duty = site.one()
    assert (duty.due_on, duty.moved_to, duty.moved_reason) == (date(2027, 1, 10), date(2027, 1, 20), WHY)
    assert (duty.moved_by, duty.version) == (site.manager.id, 2)
    (event,) = site.events("duty.move_decided")
    assert (event.actor_name, event.data["before"], event.data["after"]) == ("高岚", "2027-01-10", "2027-01-20")
    with clock.at(on(NOW)):
        html = awake(site.steward).get(f"duties/{duty.id}").text
    assert all(words in html for words in ("2027-01-10", "2027-01-20", WHY, "原定", "改期同意"))
    run_until(on("2027-01-12"))
    assert site.told() == []
    run_until(on("2027-01-13"))
    run_until(on("2027-01-21"))
    assert site.told() == [
        ("warn", "01-13 10", "周敏"), ("escalation", "01-21 10", "陈志远"), ("late", "01-21 10", "周敏")
    ]  # fmt: skip


@pytest.mark.rule("R2")
def test_a_moved_day_does_not_rewrite_the_planned_one(site: Site) -> None:
    ask(site.manager, site.one())
    decide(site.leader, site.one())
    pages = {}
    for day in ("2027-01-09", "2027-01-12", "2027-01-22"):
        with clock.at(on(day)):
            pages[day] = awake(site.steward).get(f"duties/{site.one().id}").text
    assert "即将到期" not in pages["2027-01-09"]
    assert "进行中" in pages["2027-01-09"]
    assert "已改期" in pages["2027-01-12"]
    assert "逾期 2 天" in pages["2027-01-22"]
    site.hold(site.one(), on("2027-01-18"))
    with clock.at(on("2027-01-22")):
        done = awake(site.steward).get(f"duties/{site.one().id}").text
    assert "改期内完成" in done
    assert "按原定" in done


def test_returned_nothing_moves_and_it_can_be_asked_again(site: Site) -> None:
    ask(site.manager, site.one())
    assert decide(site.leader, site.one(), verdict="returned").status_code == 422  # without saying why
    assert decide(site.leader, site.one(), verdict="returned", reason="可以按时完成").status_code == 303
    assert site.one().moved_to is None
    assert ask(site.manager, site.one(), to="2027-01-15").status_code == 303
    assert decide(site.leader, site.one(), nth=2).status_code == 303
    assert site.one().moved_to == date(2027, 1, 15)


@pytest.mark.rule("A3")
def test_who_may_not(site: Site, found: Found) -> None:
    duty = site.one()
    for person in (site.steward, site.supervisor, site.leader):
        assert ask(person, duty).status_code == 403
    ask(site.manager, duty)
    for person in (site.manager, site.steward, site.supervisor):
        assert decide(person, duty).status_code == 403
    assert site.one().moved_to is None
    other = found("2026-09-01", slug="feicui")
    stranger = other.manager
    assert ask(stranger, duty).status_code == 404
    with clock.at(on(NOW)):
        assert stranger.get(f"duties/{duty.id}").status_code == 404
        assert stranger.get(f"/xiangrui/yunqi/duties/{duty.id}").status_code == 404


CANNOT = (
    ({"to": ""}, "请选择改到哪一天"),
    ({"to": "2026-02-30"}, "请按 2026-11-20 的格式填写日期"),
    ({"to": "2026-12-01"}, "请选择今天以后的日期"),
    ({"to": "2026-11-30"}, "请选择今天以后的日期"),
    ({"to": "2027-04-11"}, "最晚改到 2027-04-10"),
    ({"to": "9999-12-31"}, "最晚改到 2027-04-10"),
    ({"to": "2027-01-10"}, "请选择另一天"),
    ({"reason": " \n"}, "请写明为什么改期"),
    ({"reason": "长" * 2001}, "原因最多 2000 个字"),
)


def test_what_cannot_be_is_said_and_kept(site: Site) -> None:
    for fields, says in CANNOT:
        answer = ask(site.manager, site.one(), **fields)
        assert answer.status_code == 422, fields
        assert says in answer.text
        assert "reason" in fields or WHY in answer.text
    assert site.events("duty.move_asked") == []


def test_the_first_and_the_last_day_that_can_be(site: Site) -> None:
    assert ask(site.manager, site.one(), to="2026-12-02").status_code == 303
    decide(site.leader, site.one(), verdict="returned", reason="太早")
    assert ask(site.manager, site.one(), to="2027-04-10").status_code == 303


def test_conflicts_are_said(site: Site) -> None:
    duty = site.one()
    assert ask(site.manager, duty, version="7").status_code == 409
    assert ask(site.manager, duty).status_code == 303
    assert ask(site.manager, duty).status_code == 409  # one waits already
    assert decide(site.leader, duty, hashed="0" * 64).status_code == 409
    assert decide(site.leader, duty, nth=2).status_code == 404
    late = decide(site.leader, duty, at="2026-12-01", verdict="maybe")
    assert late.status_code == 422
    passed = decide(site.leader, duty, at="2027-01-20")
    assert (passed.status_code, "已经到了，请退回" in passed.text) == (409, True)
    assert decide(site.leader, duty, at="2027-01-20", verdict="returned", reason="已过").status_code == 303


def test_what_is_done_is_not_moved(site: Site, regulation: Callable[..., None]) -> None:
    site.hold(site.one(), on(NOW))
    answer = ask(site.manager, site.one())
    assert (answer.status_code, "不需要改期" in answer.text) == (409, True)
    with clock.at(on(NOW)):
        assert "申请改期" not in awake(site.manager).get(f"duties/{site.one().id}").text


def test_the_same_form_acts_once_and_twenty_at_once_ask_once(site: Site) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert ask(site.manager, site.one(), key=key).status_code == 303
    assert len(site.events("duty.move_asked")) == 1
    decide(site.leader, site.one(), verdict="returned", reason="再想想")

    def once_more(_: int) -> str:
        with clock.at(on(NOW)), site.place.inside():
            try:
                actions.ask_move(
                    site_duty, to=date(2027, 1, 20), reason=WHY, version=1, known=KNOWN, by=site.manager.actor
                )
                db.session.commit()
            except Problem as problem:
                return type(problem).__name__
        return "asked"

    site_duty = site.one().id
    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(once_more, range(20)))
    assert sorted(said) == ["Conflict"] * 19 + ["asked"]


def test_the_database_moves_nothing_without_approval(site: Site) -> None:
    ask(site.manager, site.one())
    change = text("UPDATE duties SET moved_to = '2027-01-20', moved_reason = :why, moved_by = :who")
    with site.place.inside(), pytest.raises(DBAPIError, match="has no approved move"):
        db.session.execute(change, {"why": WHY, "who": site.manager.id})
    decide(site.leader, site.one())
    change = text("UPDATE duties SET moved_to = '2027-01-30'")
    with site.place.inside(), pytest.raises(DBAPIError, match="has no approved move"):
        db.session.execute(change)
    with site.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("UPDATE duty_moves SET reason = 'x'"))


@pytest.mark.rule("R2")
def test_the_decider_finds_it_on_the_workbench(site: Site) -> None:
    ask(site.manager, site.one())
    with clock.at(on(NOW)):
        html = awake(site.leader).get("").text
        page = site.leader.get(f"duties/{site.one().id}").text
    assert "改期" in html
    assert f"/xiangrui/yunqi/duties/{site.one().id}" in html
    assert "同意改期" in page
    assert "改期待审批" in page
    with clock.at(on(NOW)):
        assert "同意改期" not in awake(site.manager).get(f"duties/{site.one().id}").text
