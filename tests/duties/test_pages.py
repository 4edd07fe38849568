"""规程日历 on screen: the month, what is late, what comes next, a duty's page, and the workbench with them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.calendar import Calendar
from tenants.complaints.models import Complaint
from tenants.duties.models import Duty
from tenants.duties.month import month
from tests.architecture.test_statements import statements
from tests.duties.conftest import MONTHLY, QUARTERLY, YEARLY, Site, awake, days, on, version
from tests.world import Person

Found = Callable[..., Site]
Enact = Callable[..., None]


def look(who: Person, path: str, at: str) -> str:
    """A page at a moment."""
    with clock.at(on(at)):
        answer = awake(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def section(html: str, name: str) -> str:
    """One panel of the page, or nothing."""
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', html, re.S)
    return found[0] if found else ""


@pytest.fixture
def site(found: Found, regulation: Enact) -> Site:
    """Half a year of monthly and quarterly duties."""
    by_manager = replace(MONTHLY, roles=("project_manager",))
    regulation(version(QUARTERLY, by_manager, YEARLY))
    made = found("2026-06-15")
    for moment in days("2026-06-20", "2026-12-01", 40):
        made.plan(moment)
    made.plan(on("2026-12-01"))
    return made


def kept(site: Site, *but: str) -> None:
    """Everything due before December was done a day early, but for these planned days."""
    for duty in site.duties():
        if duty.due_on < date(2026, 12, 1) and duty.due_on.isoformat() not in but:
            site.hold(duty, on((duty.due_on - timedelta(days=1)).isoformat()))


@pytest.mark.rule("R2")
def test_the_month_the_late_the_next_and_the_share(site: Site) -> None:
    kept(site, "2026-10-31", "2026-11-30")
    site.measure(on("2026-12-01"))
    html = look(site.steward, "duties", "2026-12-01")
    late = section(html, "late")
    assert "月度报告" in late
    assert "逾期 31 天" in late
    assert "逾期 1 天" in late
    assert "项目经理" in late
    coming = section(html, "next")
    assert [coming.count(word) for word in ("即将到期", "进行中", "未开始")] == [0, 2, 3]
    shown = section(html, "month")
    assert "2026 年 12 月" in shown
    assert "十月廿三" in shown
    assert shown.count('aria-current="date"') == 1
    assert "66%" in html
    assert "6 项中 4 项按时" in html
    assert "6 项中 4 项按时" in look(site.steward, "duties?month=2025-01", "2026-12-01")


@pytest.mark.rule("R2")
def test_every_state_has_its_word(site: Site) -> None:
    kept(site, "2026-10-31")
    html = look(site.steward, "duties?month=2026-10", "2026-12-01")
    assert "按时完成" in section(html, "month")
    assert "已逾期" in section(html, "month")
    (missed,) = [duty for duty in site.duties() if duty.due_on == date(2026, 10, 31)]
    site.hold(missed, on("2026-12-01"))
    html = look(site.steward, "duties?month=2026-10", "2026-12-01")
    assert "逾期完成" in section(html, "month")
    assert section(html, "late") == ""
    assert "即将到期" in look(site.steward, "duties", "2026-12-22")


@pytest.mark.rule("R2")
def test_months_before_the_first_round_show_what_there_was_and_its_outcome(found: Found, regulation: Enact) -> None:
    regulation(version(MONTHLY))
    site = found("2026-06-15")
    site.plan(on("2026-12-01"))  # nothing was generated for the months before
    assert min(duty.due_on for duty in site.duties()) == date(2026, 12, 31)
    july, august = (Duty(id=uuid4(), clause="月度", begins=date(2026, nth, 1)) for nth in (7, 8))
    site.hold(july, on("2026-07-30"))
    site.hold(august, on("2026-09-02"))
    for asked, word in (("2026-07", "按时完成"), ("2026-08", "逾期完成"), ("2026-09", "已逾期")):
        shown = section(look(site.steward, f"duties?month={asked}", "2026-12-01"), "month")
        assert f"<b>{word}</b> 月度报告" in shown, asked
        assert "按当时的规程和记录判断" in shown
    nothing = section(look(site.steward, "duties?month=2026-05", "2026-12-01"), "month")
    assert nothing.count("<b>") == 0  # the project was not there
    june = section(look(site.steward, "duties?month=2026-06", "2026-12-01"), "month")
    assert june.count("月度报告") == 0  # it began in the middle of the period
    assert "月度报告" not in section(look(site.steward, "duties?month=2026-07&who=mine", "2026-12-01"), "month")
    assert "月度报告" in section(look(site.supervisor, "duties?month=2026-07&who=mine", "2026-12-01"), "month")
    december = section(look(site.steward, "duties?month=2026-12", "2026-12-01"), "month")
    assert december.count("月度报告") == 2  # its own, and November's of the day before it
    assert site.duties()[0].due_on == date(2026, 12, 31)  # looking writes nothing


@pytest.mark.rule("R2")
def test_a_year_not_announced_yet_is_provisional(site: Site) -> None:
    assert "2027 年的放假安排还没有公布" in look(site.steward, "duties?month=2027-01", "2026-12-01")
    assert "放假安排还没有公布" not in look(site.steward, "duties?month=2026-12", "2026-12-01")
    (duty,) = [duty for duty in site.duties() if duty.due_on == date(2027, 1, 10)]
    html = look(site.steward, f"duties/{duty.id}", "2026-12-01")
    assert "2027-01-10 星期日" in html
    assert "暂定" in html


def test_the_work_calendar_names_holidays_and_make_up_days() -> None:
    october = month(date(2026, 10, 1), [], Calendar({date(2026, 10, 15): False}))
    squares = {each.day: each for week in october.weeks for each in week}
    assert squares[date(2026, 10, 1)].kind == "国庆节"
    assert (squares[date(2026, 10, 10)].kind, squares[date(2026, 10, 10)].rest) == ("调休上班", False)
    assert squares[date(2026, 10, 15)].kind == "公司安排休息"
    assert squares[date(2026, 10, 17)].rest
    assert squares[date(2026, 10, 17)].bare
    assert not squares[date(2026, 9, 28)].inside
    leap = month(date(2028, 2, 1), [], Calendar())
    assert date(2028, 2, 29) in [each.day for week in leap.weeks for each in week if each.inside]


def test_only_mine(site: Site) -> None:
    mine = look(site.manager, "duties?who=mine", "2026-12-01")
    assert "月度报告" in mine
    assert "季度报告" not in mine
    assert "季度报告" in look(site.manager, "duties", "2026-12-01")
    assert "who=mine" in mine
    assert "没有逾期的" in look(site.steward, "duties?who=mine", "2026-12-01")


@pytest.mark.rule("R2")
def test_the_share_of_a_year_reaches_back_before_the_first_duty(found: Found, regulation: Enact) -> None:
    regulation(version(MONTHLY))
    young = found("2025-12-15")
    for nth in (1, 2, 4, 5, 6, 7, 8, 9, 10):  # not in March
        with clock.at(on(f"2026-{nth:02}-20")), young.place.inside():
            day = f"2026-{nth:02}-01"
            record("drill.held", Complaint(id=uuid4()), Actor.system(), clause=MONTHLY.id, begins=day)
            db.session.commit()
    young.plan(on("2026-11-20"))
    young.measure(on("2026-11-20"))
    html = look(young.steward, "duties", "2026-11-20")
    assert "90%" in html
    assert "10 项中 9 项按时" in html
    assert "还没有到期的" in look(young.steward, "duties?who=mine", "2026-11-20")


@pytest.mark.rule("R2", "A2")
def test_what_is_late_counts_on_the_workbench_and_in_the_picker(found: Found, regulation: Enact) -> None:
    regulation(version(QUARTERLY))
    site = found("2026-09-01")
    site.plan(on("2026-12-01"))
    site.measure(on("2026-12-01"))

    def waits(who: Person, at: str) -> tuple[str, str]:
        badge = re.search(r'今日工作台<span class="n[^"]*">(\d+)<', look(who, "", at))
        tile = re.search(r"<span>云栖花园</span>\s*<b>(\d+)</b>", look(who, "/projects", at))
        return badge[1] if badge else "", tile[1] if tile else ""

    assert waits(site.supervisor, "2027-01-09") == ("", "0")
    assert waits(site.supervisor, "2027-01-10") == ("", "1")
    assert waits(site.supervisor, "2027-01-11") == ("1", "1")
    assert waits(site.steward, "2027-01-11") == ("", "0")  # not on the steward's roles
    site.hold(site.one(), on("2027-01-11"))
    site.measure(on("2027-01-11"))
    assert waits(site.supervisor, "2027-01-11") == ("", "0")


def test_foolish_months_show_this_one(site: Site) -> None:
    for query in ("month=2026-13", "month=0001-01", "month=9999-12", "month=%00", "who=x&month=%E4"):
        assert "2026 年 12 月" in look(site.steward, f"duties?{query}", "2026-12-01"), query


def test_a_project_without_duties_says_what_will_be_here(found: Found) -> None:
    empty = found("2026-12-01")
    html = look(empty.steward, "duties", "2026-12-01")
    assert "100 天内没有到期的" in html
    assert ">--<" in html


@pytest.mark.rule("R2")
def test_a_duty_says_who_owes_what_by_when_and_shows_its_records(site: Site) -> None:
    (duty,) = [duty for duty in site.duties() if duty.due_on == date(2026, 11, 30)]
    before = look(site.manager, f"duties/{duty.id}", "2026-12-01")
    for words in ("按规程的日期完成并存档", "000 §5.3.3 B", "陈志远", "逾期 1 天", "还没有记录", "列入日历"):
        assert words in before
    site.hold(duty, on("2026-12-01"))
    after = look(site.manager, f"duties/{duty.id}", "2026-12-01")
    assert "演练记录" in after
    assert "逾期完成" in after


def test_a_duty_that_the_regulation_dropped_is_not_owed(site: Site, regulation: Enact) -> None:
    duty = site.duties()[0]
    regulation(version(YEARLY))
    html = look(site.manager, f"duties/{duty.id}", "2026-12-01")
    assert "不适用" in html
    assert "不用办理" in html
    assert "申请改期" not in html
    assert "不适用" in look(site.manager, f"duties?month={duty.due_on:%Y-%m}", "2026-12-01")


@pytest.mark.rule("R2")
def test_the_workbench_shows_what_is_late_and_due_to_whose_roles_it_is(site: Site) -> None:
    kept(site, "2026-10-31")
    manager = look(site.manager, "", "2026-12-01")
    assert "月度报告" in section(manager, "late")
    assert "逾期 31 天" in section(manager, "late")
    assert "月度报告" not in look(site.steward, "", "2026-12-01")
    due = look(site.manager, "", "2026-12-31")
    assert "今天到期" in section(due, "today")
    assert "00:00" not in due
    week = look(site.manager, "", "2026-12-29")
    assert "还剩 2 天" in section(week, "week")
    supervisor = look(site.supervisor, "", "2026-12-01")
    assert "季度报告到期" in section(supervisor, "dates")
    site.hold(next(duty for duty in site.duties() if duty.due_on == date(2026, 12, 31)), on("2026-12-30"))
    assert section(look(site.manager, "", "2026-12-31"), "today") == ""


@pytest.mark.rule("R2")
def test_the_head_office_sees_its_own_on_its_workbench(found: Found, regulation: Enact) -> None:
    regulation(version(replace(MONTHLY, id="抽查", title="回访抽查", office=True, roles=("quality",))))
    office = found("2026-09-01", office=True)
    office.plan(on("2026-10-05"))
    quality = office.people["quality"]
    html = look(quality, "", "2026-10-30")
    assert "回访抽查" in section(html, "work")
    assert "还剩 1 天" in section(html, "work")
    assert "回访抽查" in look(quality, "duties", "2026-10-30")


@pytest.mark.rule("R2")
def test_many_duties_take_as_many_queries_as_few(found: Found, regulation: Enact) -> None:
    many = [replace(MONTHLY, id=f"月度{n}", title=f"月度{n}") for n in range(8)]
    regulation(version(many[0]))
    few, full = found("2026-05-01"), found("2026-05-01", slug="feicui")
    for moment in days("2026-05-05", "2026-12-01", 70):
        few.plan(moment)
    regulation(version(*many))
    for moment in days("2026-05-05", "2026-12-01", 70):
        full.plan(moment)
    counts = {}
    for name, site in (("few", few), ("full", full)):
        with clock.at(on("2026-12-01")):
            reader = awake(site.supervisor)
            counts[name] = [statements(site.place.world, reader, path) for path in ("duties", "")]
    assert len(few.duties()) < 12
    assert len(full.duties()) > 60
    assert counts["full"][0] <= counts["few"][0] + 2  # one more query for every fifty duties
    assert counts["full"][1] <= counts["few"][1] + 2
    assert counts["few"][0] <= 12
