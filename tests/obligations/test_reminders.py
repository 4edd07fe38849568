"""What comes due reaches the right person's workbench and mailbox without anybody opening a page."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.models import ApprovalStep
from saas.db import db
from saas.events import Event
from saas.policy.loader import pack
from saas.policy.pack import Step, StepName
from saas.tenancy.staff import CalendarDay, Staff
from tenants.complaints import actions as complaints
from tenants.complaints.models import Complaint
from tenants.obligations import mailing, rounds
from tenants.obligations.models import Reminder, ReminderMail
from tenants.releases import actions as releases
from tests.obligations.conftest import FRIDAY, Post, Staffed, minutes, staffed
from tests.world import World
from workers import reminding

Run = Callable[[datetime], None]


@pytest.mark.rule("R2")
@pytest.mark.rule("D7")
def test_a_first_response_warns_is_late_and_climbs(yunqi: Staffed, post: Post, run_until: Run) -> None:
    yunqi.register()
    run_until(FRIDAY + minutes(89))
    assert yunqi.told() == []
    run_until(FRIDAY + minutes(91))
    assert yunqi.told() == [("warn", "first_response", "周敏")]
    run_until(FRIDAY + minutes(121))
    assert yunqi.told()[1:] == [("escalation", "first_response", "吴涛"), ("late", "first_response", "周敏")]
    run_until(FRIDAY + minutes(241))
    assert yunqi.told()[3:] == [("escalation", "first_response", "陈志远")]
    to = [mail["To"].addresses[0].display_name for mail in post.mails]
    assert sorted(to) == sorted(["周敏", "周敏", "吴涛", "陈志远"])


@pytest.mark.rule("R2")
def test_the_mail_says_what_by_which_clause_and_leads_to_the_record(yunqi: Staffed, post: Post, run_until: Run) -> None:
    complaint_id = yunqi.register()
    run_until(FRIDAY + minutes(91))
    (mail,) = post.mails
    assert mail["Subject"].startswith("【即将到期】TS-20261120-001")
    body = mail.get_content()
    assert f"https://linsheng.example/xiangrui/yunqi/complaints/{complaint_id}" in body
    assert "首次回应还剩 29 分钟" in body
    assert "依据：004 §2.2 投诉 2 小时内首次回应" in body
    assert "13900001111" not in body


@pytest.mark.rule("D7")
def test_what_was_met_reminds_nobody(yunqi: Staffed, post: Post, run_until: Run) -> None:
    complaint_id = yunqi.register()
    yunqi.respond(complaint_id, FRIDAY + minutes(60))
    run_until(FRIDAY + minutes(300))
    assert yunqi.told() == []
    assert post.mails == []


def test_running_the_same_door_twice_tells_once(yunqi: Staffed, post: Post) -> None:
    stage = yunqi.stage(yunqi.register(), "first_response")
    for _ in range(2):
        with clock.at(FRIDAY + minutes(95)), yunqi.place.inside():
            reminding.stage_due(str(stage), "warn")
            db.session.commit()
    assert yunqi.told() == [("warn", "first_response", "周敏")]
    with yunqi.place.inside():
        reminder_id = db.session.scalars(select(Reminder.id)).one()
    for _ in range(3):
        with yunqi.place.inside():
            reminding.mail_reminder(str(reminder_id))
    assert len(post.mails) == 1


def test_an_interrupted_mail_is_unknown_and_never_sent_again(yunqi: Staffed, post: Post) -> None:
    reminder_id = one_reminder(yunqi)
    with yunqi.place.inside():
        db.session.add(ReminderMail(reminder_id=reminder_id, nth=1, message_id="<x@y.cn>", started_at=clock.now()))
        db.session.commit()
    for _ in range(2):
        with yunqi.place.inside():
            mailing.mail(reminder_id)
    assert post.mails == []
    assert attempts(yunqi) == ["unknown"]


def test_a_server_that_refuses_for_now_is_asked_again_and_a_final_no_is_kept(yunqi: Staffed, post: Post) -> None:
    reminder_id = one_reminder(yunqi)
    post.answer = "451 4.7.1 Greylisted"
    with yunqi.place.inside(), pytest.raises(mailing.NotTaken):
        mailing.mail(reminder_id)
    post.answer = "550 5.1.1 No such user"
    for _ in range(2):
        with yunqi.place.inside():
            mailing.mail(reminder_id)
    assert attempts(yunqi) == ["refused", "rejected"]


def test_the_database_itself_refuses_a_second_mail(yunqi: Staffed, post: Post) -> None:
    reminder_id = one_reminder(yunqi)
    with yunqi.place.inside():
        mailing.mail(reminder_id)
        db.session.add(ReminderMail(reminder_id=reminder_id, nth=2, message_id="<x@y.cn>", started_at=clock.now()))
        with pytest.raises(IntegrityError, match="mailed_once"):
            db.session.flush()


def test_a_reminder_cannot_be_rewritten(yunqi: Staffed) -> None:
    one_reminder(yunqi)
    with yunqi.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("UPDATE reminders SET words = '没有提醒过'"))
    with yunqi.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("DELETE FROM reminders"))


@pytest.mark.rule("R2")
def test_a_vacant_role_passes_the_word_up(yunqi: Staffed) -> None:
    stage = yunqi.stage(yunqi.register(), "first_response")
    with yunqi.place.inside():
        db.session.execute(update(Staff).where(Staff.id == yunqi.supervisor.id).values(ended_at=clock.now()))
        db.session.execute(update(Staff).where(Staff.id == yunqi.steward.id).values(ended_at=clock.now()))
        db.session.commit()
    with clock.at(FRIDAY + minutes(121)), yunqi.place.inside():
        reminding.stage_due(str(stage), "late")
        reminding.stage_due(str(stage), "escalation-1")
        db.session.commit()
    assert yunqi.told() == [("escalation", "first_response", "陈志远"), ("late", "first_response", "陈志远")]


def test_whoever_is_complained_about_is_not_told(yunqi: Staffed) -> None:
    complaint_id = yunqi.register(complained_about=yunqi.supervisor.id)
    stage = yunqi.stage(complaint_id, "first_response")
    with clock.at(FRIDAY + minutes(121)), yunqi.place.inside():
        reminding.stage_due(str(stage), "escalation-1")
        db.session.commit()
    assert yunqi.told() == [("escalation", "first_response", "陈志远")]


def test_the_record_keeps_who_was_told(yunqi: Staffed) -> None:
    one_reminder(yunqi)
    with yunqi.place.inside():
        complaint_id = db.session.scalars(select(Complaint.id)).one()
    assert "已提醒周敏" in yunqi.manager.get(f"complaints/{complaint_id}").text
    with yunqi.place.inside():
        event = db.session.scalars(select(Event).where(Event.name == "reminder.raised")).one()
        assert (event.subject_type, event.data["told"], event.data["kind"]) == ("complaints", ["周敏"], "warn")


@pytest.mark.rule("R2")
def test_a_working_day_clock_warns_on_a_make_up_workday(yunqi: Staffed, post: Post, run_until: Run) -> None:
    """Received on Friday 2026-10-09, 16:00; Saturday the 10th is worked by decree, so one working day ends there."""
    friday = datetime(2026, 10, 9, 16, 0, tzinfo=clock.CN)
    complaint_id = yunqi.register(friday)
    yunqi.respond(complaint_id, friday + minutes(10))
    run_until(datetime(2026, 10, 10, 13, 59, tzinfo=clock.CN))
    assert yunqi.told() == []
    run_until(datetime(2026, 10, 10, 14, 1, tzinfo=clock.CN))
    assert yunqi.told() == [("warn", "solution", "周敏")]


@pytest.mark.rule("R2")
def test_the_round_of_the_day_repeats_what_is_late_from_opening_time_on_working_days(
    yunqi: Staffed, post: Post, run_until: Run
) -> None:
    yunqi.register()
    yunqi.register()
    run_until(FRIDAY + minutes(300))
    before = len(yunqi.told())
    saturday, monday = date(2026, 11, 21), date(2026, 11, 23)
    make_round(yunqi, saturday, 9)
    assert len(yunqi.told()) == before
    make_round(yunqi, monday, 0)  # the scheduler asks at midnight; nobody is woken
    assert len(yunqi.told()) == before
    run_until(datetime(2026, 11, 23, 8, 31, tzinfo=clock.CN))
    again = [each for each in yunqi.told()[before:] if each[1] == "round"]
    assert again == [("late", "round", "周敏")]
    make_round(yunqi, monday, 10)
    assert [each for each in yunqi.told()[before:] if each[1] == "round"] == again
    mail = next(m for m in post.mails if "请尽快办理" in m["Subject"])
    assert "有 2 项工作已逾期" in mail["Subject"]


def test_a_paused_clock_reminds_nobody(yunqi: Staffed) -> None:
    complaint_id = yunqi.register()
    stage = yunqi.stage(complaint_id, "first_response")
    with clock.at(FRIDAY + minutes(5)), yunqi.place.inside():
        version = db.session.get_one(Complaint, complaint_id).version
        pause = complaints.ask_pause(complaint_id, reason="等待鉴定", version=version, by=yunqi.steward.actor)
        hashed = db.session.scalar(text("SELECT content_hash FROM approvals"))
        complaints.decide_pause(
            complaint_id, pause_id=pause.id, verdict="approved", reason="", hashed=hashed, by=yunqi.manager.actor
        )
        db.session.commit()
    with clock.at(FRIDAY + minutes(125)), yunqi.place.inside():
        reminding.stage_due(str(stage), "late")
        db.session.commit()
    assert yunqi.told() == []


@pytest.mark.rule("R2")
@pytest.mark.rule("A3")
def test_submitting_and_each_decision_tell_those_who_decide_next(yunqi: Staffed, post: Post, run_until: Run) -> None:
    steps = [Step(StepName.REVIEW, "审核", "project_manager"), Step(StepName.APPROVE, "审批", "division_leader")]
    with clock.at(FRIDAY), yunqi.place.inside():
        approval = approvals.submit(
            kind="reply_letter", subject_type="releases", subject_id=yunqi.steward.id, title="复函", version=1,
            content_hash="x", steps=steps, pack=pack("property"), by=yunqi.steward.actor,
        )  # fmt: skip
        approval_id = approval.id
        db.session.commit()
    run_until(FRIDAY)
    assert yunqi.told() == [("approval_waiting", "review", "陈志远")]
    with clock.at(FRIDAY + minutes(5)), yunqi.place.inside():
        approvals.decide(
            approval_id, verdict="approved", reason="", version=1, content_hash="x", by=yunqi.manager.actor
        )
        db.session.commit()
    run_until(FRIDAY + minutes(5))
    assert yunqi.told()[1:] == [("approval_waiting", "approve", "高岚")]
    assert [mail["Subject"] for mail in post.mails] == ["【待您决定】复函"] * 2


@pytest.mark.rule("R2")
@pytest.mark.rule("A3")
def test_an_approval_tells_those_who_can_decide_it_and_again_each_working_day(yunqi: Staffed) -> None:
    rival = yunqi.place.staff("林晓燕", "steward", "project_manager")
    with clock.at(FRIDAY), yunqi.place.inside():
        approval = approvals.submit(
            kind="reply_letter", subject_type="releases", subject_id=yunqi.steward.id, title="复函", version=1,
            content_hash="x", pack=pack("property"), by=rival.actor,
            steps=[Step(StepName.REVIEW, "审核", "project_manager")],
        )  # fmt: skip
        reminding.remind_waiting(str(approval.id))
        reminding.remind_waiting(str(approval.id))
        db.session.commit()
    assert yunqi.told() == [("approval_waiting", "review", "陈志远")]
    make_round(yunqi, date(2026, 11, 23), 9)
    assert yunqi.told()[1:] == [("approval_waiting", "round", "陈志远")]


@pytest.mark.rule("R2")
def test_the_companys_own_calendar_stops_the_round(yunqi: Staffed) -> None:
    yunqi.register()
    with yunqi.place.inside():
        db.session.add(CalendarDay(day=date(2026, 11, 23), working=False, note="公司放假"))
        db.session.commit()
    make_round(yunqi, date(2026, 11, 23), 9)
    assert yunqi.told() == []


def test_reminders_stay_in_their_tenant(yunqi: Staffed, world: World, post: Post, run_until: Run) -> None:
    other = staffed(world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号"))
    yunqi.register()
    run_until(FRIDAY + minutes(91))
    assert other.told() == []
    assert len(yunqi.told()) == 1


@pytest.mark.rule("R2")
def test_many_late_things_are_one_mail_a_day(yunqi: Staffed) -> None:
    for _ in range(8):
        yunqi.register()
    make_round(yunqi, date(2026, 11, 23), 10)
    with yunqi.place.inside():
        row = db.session.scalars(select(Reminder).where(Reminder.stage == "round")).one()
        assert row.title == "有 8 项工作已逾期，请尽快办理"
        assert row.words.count("TS-") == rounds.LISTED
        assert row.words.endswith("……另有 3 项")
        assert row.path == "?show=late"


def make_round(yunqi: Staffed, day: date, hour: int) -> None:
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=clock.CN)), yunqi.place.inside():
        reminding.daily(day.isoformat())
        db.session.commit()


def one_reminder(yunqi: Staffed):
    stage = yunqi.stage(yunqi.register(), "first_response")
    with clock.at(FRIDAY + minutes(95)), yunqi.place.inside():
        (reminder_id,) = rounds.stage_came_due(stage, "warn")
        db.session.commit()
        return reminder_id


def attempts(yunqi: Staffed) -> list[str]:
    with yunqi.place.inside():
        return list(db.session.scalars(select(ReminderMail.outcome).order_by(ReminderMail.nth)))


@pytest.mark.rule("R2")
@pytest.mark.rule("A3")
def test_transfers_urgings_and_copies_tell_the_person(yunqi: Staffed, post: Post, run_until: Run) -> None:
    other = yunqi.place.staff("赵敏", "project_manager")
    with clock.at(FRIDAY), yunqi.place.inside():
        author = yunqi.steward.actor
        release = releases.draft(kind="notice", title="停水通知", body="明日停水。" * 9, to=[], by=author).id
        releases.submit(release, version=1, by=author, copies=[yunqi.leader.id])
        db.session.commit()
    run_until(FRIDAY)
    first = {("approval_waiting", yunqi.manager.id): 1, ("approval_waiting", other.id): 1}
    assert reminders(yunqi) == {("copied", yunqi.leader.id): 1, **first}
    there_and_back = ((yunqi.manager, other), (other, yunqi.manager))
    for n, (giver, receiver) in enumerate(there_and_back, start=1):
        moment = FRIDAY + minutes(n)
        with clock.at(moment), yunqi.place.inside():
            releases.transfer(release, to=receiver.id, by=giver.actor)
            db.session.commit()
        run_until(moment)
        assert reminders(yunqi)["approval_waiting", receiver.id] == 2
    with clock.at(FRIDAY + minutes(9)), yunqi.place.inside():
        (step,) = db.session.scalars(select(ApprovalStep)).all()
        assert step.waiting_since == FRIDAY  # a transfer does not make the wait any shorter
        releases.urge(release, by=author)
        releases.copy(release, to=[yunqi.leader.id, yunqi.supervisor.id], by=author)
        db.session.commit()
    run_until(FRIDAY + minutes(9))
    assert reminders(yunqi) == {
        ("copied", yunqi.leader.id): 1, ("copied", yunqi.supervisor.id): 1, ("urged", yunqi.manager.id): 1,
        ("approval_waiting", yunqi.manager.id): 2, ("approval_waiting", other.id): 2,
    }  # fmt: skip
    subjects = Counter(mail["Subject"] for mail in post.mails)
    assert subjects == {"【待您决定】停水通知": 4, "【催办】停水通知": 1, "【抄送】停水通知": 2}


def reminders(yunqi: Staffed) -> Counter[tuple[str, UUID]]:
    """How many reminders of each kind each person has."""
    with yunqi.place.inside():
        return Counter((r.kind, r.staff_id) for r in db.session.scalars(select(Reminder)))
