"""今日工作台: who sees which duty, in which words, and where the next step leads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from saas import clock
from saas.approvals import actions as approvals
from saas.db import Model, db
from saas.policy.calendar import Calendar
from saas.policy.loader import pack
from saas.policy.pack import Step, StepName
from tenants.complaints import actions as complaints
from tenants.complaints.models import Complaint
from tenants.obligations import measures, rounds, today
from tests.obligations.conftest import FRIDAY, Staffed, minutes, staffed
from tests.world import Person, World

TEN = FRIDAY + timedelta(minutes=10)


@contextmanager
def counted(app: Any) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    said: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def at(moment: datetime, person: Person, path: str = "") -> str:
    with clock.at(moment):
        answer = person.get(path)
    assert answer.status_code == 200
    return answer.text


def section(html: str, name: str) -> str:
    """One panel of the page, or nothing."""
    found = re.search(rf'<section[^>]*id="{name}".*?</section>', html, re.S)
    return found[0] if found else ""


def test_the_head_greets_and_names_the_day(yunqi: Staffed) -> None:
    html = at(FRIDAY, yunqi.steward)
    assert "上午好，周敏" in html
    assert "2026-11-20 星期五（工作日）" in html
    assert "农历十月十二" in html
    assert "第 4 季度还剩 41 天" in html


@pytest.mark.rule("R2")
def test_a_make_up_workday_and_a_holiday_are_named(yunqi: Staffed) -> None:
    assert "星期六（调休上班）" in at(datetime(2026, 10, 10, 9, tzinfo=clock.CN), yunqi.steward)
    assert "星期四（国庆节）" in at(datetime(2026, 10, 1, 9, tzinfo=clock.CN), yunqi.steward)


def test_the_day_is_shanghais_not_the_servers(yunqi: Staffed) -> None:
    """Half past midnight in Shanghai is still yesterday in UTC."""
    night = datetime(2026, 11, 21, 0, 30, tzinfo=clock.CN)
    yunqi.register(night - minutes(60))
    html = at(night, yunqi.steward)
    assert "2026-11-21 星期六" in html
    assert "今天 01:30 首次回应" in section(html, "today")


def test_nothing_to_do_teaches_what_will_appear(yunqi: Staffed) -> None:
    html = at(FRIDAY, yunqi.steward)
    assert "今天没有待办" in html
    assert "并发邮件提醒" in html
    assert 'href="/xiangrui/yunqi/complaints/new"' in html
    assert 'id="late"' not in html


@pytest.mark.rule("D7")
def test_a_duty_moves_from_today_to_late_and_leads_to_its_form(yunqi: Staffed) -> None:
    complaint_id = yunqi.register()
    form = f'href="/xiangrui/yunqi/complaints/{complaint_id}/responses"'
    soon = section(at(FRIDAY + minutes(95), yunqi.steward), "today")
    assert "还剩 25 分钟" in soon
    assert "今天 12:00 首次回应" in soon
    assert form in soon
    late = section(at(FRIDAY + minutes(168), yunqi.steward), "late")
    assert "逾期 48 分钟" in late
    assert "应于 今天 12:00" in late
    assert "004 §2.2" in late
    assert form in late


@pytest.mark.rule("D7")
def test_each_state_offers_the_step_that_this_person_can_take(yunqi: Staffed) -> None:
    complaint_id = yunqi.register()
    yunqi.respond(complaint_id, TEN)
    assert "查看进展" in at(TEN, yunqi.steward, "?show=week")
    assert "判定受理" in at(TEN, yunqi.supervisor, "?show=week")
    act(yunqi, complaint_id, "judge", yunqi.supervisor, accepted=True, established=True, category="facilities",
        severity="general", reason="属实")  # fmt: skip
    assert "指派经办人" in at(TEN, yunqi.supervisor, "?show=week")
    act(yunqi, complaint_id, "assign", yunqi.supervisor, department="engineering", handler_id=yunqi.steward.id, note="")
    assert f"/complaints/{complaint_id}/solutions" in at(TEN, yunqi.steward, "?show=week")
    act(yunqi, complaint_id, "propose", yunqi.steward, text="更换门机")
    html = at(TEN, yunqi.manager, "?show=review")
    assert "待我审批" in html
    assert f'href="/xiangrui/yunqi/complaints/{complaint_id}/solutions/1/decision"' in html
    assert "更换门机" not in section(at(TEN, yunqi.steward), "review")


def test_a_steward_sees_their_own_and_what_nobody_has_and_a_manager_all(yunqi: Staffed) -> None:
    other = yunqi.place.staff("林晓燕", "steward")
    mine, free = yunqi.register(subject="电梯停运"), yunqi.register(subject="路灯不亮")
    give(yunqi, mine, yunqi.steward)
    assert "电梯停运" in at(TEN, yunqi.steward)
    assert "路灯不亮" in at(TEN, yunqi.steward)
    assert "电梯停运" not in at(TEN, other)
    assert "路灯不亮" in at(TEN, other)
    assert "电梯停运" in at(TEN, yunqi.manager)
    assert "路灯不亮" in at(TEN, yunqi.manager)
    assert free != mine


def test_whoever_is_complained_about_does_not_see_it(yunqi: Staffed) -> None:
    yunqi.register(subject="客服主管态度生硬", complained_about=yunqi.supervisor.id)
    assert "客服主管态度生硬" not in at(TEN, yunqi.supervisor)
    assert "客服主管态度生硬" in at(TEN, yunqi.manager)


def test_a_paused_clock_is_shown_grey_and_not_late(yunqi: Staffed) -> None:
    complaint_id = yunqi.register()
    with clock.at(TEN), yunqi.place.inside():
        version = db.session.get_one(Complaint, complaint_id).version
        pause = complaints.ask_pause(complaint_id, reason="等待鉴定", version=version, by=yunqi.steward.actor)
        from saas.approvals.models import Approval

        hashed = db.session.get_one(Approval, pause.approval_id).content_hash
        complaints.decide_pause(
            complaint_id, pause_id=pause.id, verdict="approved", reason="", hashed=hashed, by=yunqi.manager.actor
        )
        db.session.commit()
    html = at(FRIDAY + minutes(300), yunqi.steward)
    assert section(html, "late") == ""
    assert "计时暂停" in section(html, "week")
    assert "原因：等待鉴定" in section(html, "week")


@pytest.mark.rule("R2")
def test_on_a_friday_the_tasks_reach_to_the_next_working_day(yunqi: Staffed) -> None:
    yunqi.respond(yunqi.register(), TEN)
    html = at(TEN, yunqi.steward)
    assert "11-23 10:00 提出方案" in section(html, "week")
    assert "接下来" in html
    assert "到 11-23" in html
    assert "本周其余" in at(FRIDAY - timedelta(days=2), yunqi.steward)


def test_a_tile_keeps_one_list_and_says_when_it_is_empty(yunqi: Staffed) -> None:
    yunqi.register()
    html = at(TEN, yunqi.steward, "?show=late")
    assert "没有逾期的工作" in html
    assert section(html, "today") == ""
    assert section(at(TEN, yunqi.steward, "?show=today"), "today")
    assert section(at(TEN, yunqi.steward, "?show=nonsense"), "today")


def test_a_flood_is_cut_to_the_most_urgent_and_says_so(yunqi: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "MOST", 3)
    for _ in range(4):
        yunqi.register()
    html = at(FRIDAY + minutes(130), yunqi.manager)
    assert "这里列出最紧急的" in html
    assert "3+" in section(html, "late")


def test_the_navigation_counts_what_is_late(yunqi: Staffed) -> None:
    yunqi.register()
    late = at(FRIDAY + minutes(130), yunqi.steward, "reminders")
    assert re.search(r'今日工作台<span class="n red">1<', late)
    assert not re.search(r"今日工作台<span", at(TEN, yunqi.steward, "reminders"))


@pytest.mark.rule("D7")
def test_the_measures_are_counted_from_the_records(yunqi: Staffed) -> None:
    kept, missed = yunqi.register(), yunqi.register()
    yunqi.respond(kept, FRIDAY + minutes(100))
    yunqi.respond(missed, FRIDAY + minutes(180))
    panel = section(at(FRIDAY + minutes(200), yunqi.manager), "measures")
    assert "首次回应按时率" in panel
    assert "2 件中 1 件按时，目标 100%，还差 1 件" in panel
    assert "目标 100%，本月还没有到期的" in panel


@pytest.mark.rule("D10")
def test_the_callback_share_is_held_against_the_packs_quota() -> None:
    assert measures.Measure("一般投诉回访率", 3, 5, 50, "已回访").note == "5 件中 3 件已回访，目标 50%，已达标"
    assert measures.Measure("一般投诉回访率", 1, 3, 50, "已回访").note == "3 件中 1 件已回访，目标 50%，还差 1 件"
    assert measures.Measure("一般投诉回访率", 1, 3, 50, "已回访").value == "33.3%"


@pytest.mark.rule("R2")
def test_the_calendar_of_duties_names_deadlines_and_changed_days(yunqi: Staffed) -> None:
    yunqi.register()
    yunqi.register()
    panel = section(at(TEN, yunqi.manager), "dates")
    assert "办结 2 件到期" in panel
    assert "提出方案" not in panel  # due on the next working day, so it is among the tasks
    assert "国庆节放假" in section(at(datetime(2026, 9, 20, 9, tzinfo=clock.CN), yunqi.manager), "dates")
    with clock.at(datetime(2026, 12, 20, 9, tzinfo=clock.CN)), yunqi.place.inside():
        coming = measures.coming(yunqi.leader.actor, pack("property"), Calendar(), date(2026, 12, 20))
        assert ("2026-12-31", "12-31", "第 4 季度结束", "11 天后") in coming
        assert ("2027-01-01", "01-01", "元旦放假（暂定）", "12 天后（星期五，休息日）") in coming


def test_quarters_end_where_they_end() -> None:
    assert [measures.quarter_end(date(2024, m, 1)).isoformat()[5:] for m in (1, 5, 9, 12)] == [
        "03-31", "06-30", "09-30", "12-31",
    ]  # fmt: skip


def test_an_approval_waits_for_those_who_can_decide_it_only(yunqi: Staffed) -> None:
    with clock.at(FRIDAY - timedelta(days=2)), yunqi.place.inside():
        approvals.submit(
            kind="reply_letter", subject_type="releases", subject_id=yunqi.steward.id, title="电梯复函", version=2,
            content_hash="x", steps=[Step(StepName.REVIEW, "审核", "project_manager")], pack=pack("property"),
            by=yunqi.steward.actor,
        )  # fmt: skip
        db.session.commit()
    review = section(at(FRIDAY, yunqi.manager), "review")
    assert "电梯复函" in review
    assert "等待 2 天" in review
    assert "周敏 提交" in review
    assert "000 §5.3.1 B" in review
    assert section(at(FRIDAY, yunqi.steward), "review") == ""
    assert section(at(FRIDAY, yunqi.leader), "review") == ""


def test_the_page_asks_the_database_the_same_number_of_times_however_much_there_is(yunqi: Staffed) -> None:
    yunqi.register()
    at(TEN, yunqi.manager)
    with counted(yunqi.place.world.app) as few:
        at(TEN, yunqi.manager)
    for number in range(12):
        yunqi.register(FRIDAY + minutes(number - 60))
    with counted(yunqi.place.world.app) as many:
        html = at(TEN, yunqi.manager)
    assert html.count("电梯停运") > 12
    assert len(many) == len(few) <= 16, many


def test_the_page_loads_no_more_records_than_it_shows(yunqi: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "MOST", 3)
    for _ in range(5):
        yunqi.register()
    loaded: list[Any] = []

    def note(target: Any, _context: Any) -> None:
        loaded.append(type(target).__name__)

    event.listen(Model, "load", note, propagate=True)
    try:
        html = at(FRIDAY + minutes(130), yunqi.manager)
    finally:
        event.remove(Model, "load", note)
    assert html.count("电梯停运") >= 3
    assert sorted(loaded) == ["Complaint"] * 3 + ["Profile"]


@pytest.mark.rule("D7")
def test_a_row_says_what_else_is_late_and_that_it_is_soon(yunqi: Staffed) -> None:
    complaint_id = yunqi.register()
    assert "另有" not in at(FRIDAY + minutes(130), yunqi.steward)
    assert 'class="due amber"' in section(at(FRIDAY + minutes(119), yunqi.steward), "today")
    html = at(FRIDAY + timedelta(days=4), yunqi.steward)
    with yunqi.place.inside():
        late = [s for s in db.session.get_one(Complaint, complaint_id).stages if s.due_at < FRIDAY + timedelta(days=4)]
    assert f"另有 {len(late) - 1} 项逾期" in html


def test_unseen_reminders_are_noted_with_and_without_script(yunqi: Staffed) -> None:
    first = remind(yunqi, "warn", 95)
    second = remind(yunqi, "warn", 95)
    html = at(FRIDAY + minutes(96), yunqi.steward)
    assert html.count("知道了") == 2
    assert "2 条未读" in html
    answer = yunqi.steward.post(f"reminders/{first}/seen")
    assert answer.status_code == 303
    assert answer.location == "/xiangrui/yunqi/"
    part = yunqi.steward.post(f"reminders/{second}/seen", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.status_code == 200
    assert part.text.strip().startswith('<div id="unread"')
    assert "知道了" not in part.text


def test_a_reminder_is_noted_by_its_person_only(yunqi: Staffed, world: World) -> None:
    reminder = remind(yunqi, "warn", 95)
    assert yunqi.manager.post(f"reminders/{reminder}/seen").status_code == 404
    other = staffed(world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号"))
    assert other.steward.post(f"reminders/{reminder}/seen").status_code == 404
    assert other.steward.get("/xiangrui/yunqi/").status_code == 404
    assert other.steward.get("/xiangrui/yunqi/reminders").status_code == 404
    assert "电梯停运" not in other.steward.get("reminders").text
    assert "知道了" in at(FRIDAY + minutes(96), yunqi.steward)


def test_the_list_of_reminders_is_paged_filtered_and_noted_at_once(yunqi: Staffed) -> None:
    for _ in range(21):
        remind(yunqi, "warn", 95)
    html = at(FRIDAY + minutes(96), yunqi.steward, "reminders")
    assert "共 21 条，第 1 ～ 20 条" in html
    assert html.count("知道了") == 20
    assert at(FRIDAY + minutes(96), yunqi.steward, "reminders?page=2").count("知道了") == 1
    part = yunqi.steward.part("reminders?page=2").text
    assert part.strip().startswith('<div id="results"')
    answer = yunqi.steward.post("reminders/seen", {"from": "list"})
    assert (answer.status_code, answer.location) == (303, "/xiangrui/yunqi/reminders")
    assert "没有符合条件的提醒" in at(FRIDAY + minutes(97), yunqi.steward, "reminders?show=unread")
    for nonsense in ("?page=0", "?page=x", "?page=999999999999", "?show=%00"):
        assert yunqi.steward.get(f"reminders{nonsense}").status_code == 200


def test_somebody_who_is_not_signed_in_is_sent_to_login(yunqi: Staffed) -> None:
    answer = yunqi.place.world.app.test_client().get("/xiangrui/yunqi/")
    assert answer.status_code == 302
    assert answer.location.startswith("/login")


def test_head_office_greets_and_lists_the_projects_of_this_person(world: World) -> None:
    office = world.company()
    boss = office.staff("何文", "quality")
    assert "您还没有加入项目" in at(FRIDAY, boss)
    world.project(office, "binjiang", "滨江一号")
    world.project(office)
    html = at(FRIDAY, boss)
    assert "上午好，何文" in html
    assert html.index("云栖花园") != html.index("滨江一号")
    assert 'href="/xiangrui/binjiang/"' in html


def act(yunqi: Staffed, complaint_id: Any, name: str, by: Person, **facts: Any) -> None:
    with clock.at(TEN), yunqi.place.inside():
        version = db.session.get_one(Complaint, complaint_id).version
        getattr(complaints, name)(complaint_id, version=version, by=by.actor, **facts)
        db.session.commit()


def give(yunqi: Staffed, complaint_id: Any, to: Person) -> None:
    with yunqi.place.inside():
        db.session.execute(update(Complaint).where(Complaint.id == complaint_id).values(handler_id=to.id))
        db.session.commit()


def remind(yunqi: Staffed, what: str, after: int) -> Any:
    stage = yunqi.stage(yunqi.register(), "first_response")
    with clock.at(FRIDAY + minutes(after)), yunqi.place.inside():
        (reminder_id,) = rounds.stage_came_due(stage, what)
        db.session.commit()
        return reminder_id
