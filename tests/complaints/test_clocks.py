"""The clocks of a complaint (D7, D10): when they start, what meets them, what stays for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.tenancy.staff import CalendarDay
from tenants.complaints import actions, duties, sheet
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint, Stage
from tests.complaints.conftest import Yard, moment

RECEIVED = moment("2026-11-19 09:12")  # a Thursday


def stage(yard: Yard, complaint: UUID, name: str) -> Stage:
    with yard.place.inside():
        query = select(Stage).where(Stage.complaint_id == complaint, Stage.stage == name).order_by(Stage.round.desc())
        return db.session.scalars(query).first() or pytest.fail(f"no clock {name}")


def told(yard: Yard, of: Stage, what: str, at: datetime) -> actions.Reminder | None:
    with clock.at(at), yard.place.inside():
        return actions.stage_due(of.id, what)


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("name", "due", "warn"),
    [
        ("first_response", "2026-11-19 11:12", "2026-11-19 10:42"),
        ("contact", "2026-11-20 09:12", "2026-11-19 16:42"),
        ("solution", "2026-11-20 09:12", "2026-11-19 16:42"),
        ("closed", "2026-11-26 09:12", "2026-11-25 09:12"),
    ],
)
def test_every_clock_starts_at_receipt(yard: Yard, name: str, due: str, warn: str) -> None:
    with clock.at(moment("2026-11-19 15:00")):
        complaint = yard.register(moment("2026-11-19 15:00"), received_at=RECEIVED)
    found = stage(yard, complaint, name)
    assert (found.started_at, found.due_at, found.warn_at) == (RECEIVED, moment(due), moment(warn))


@pytest.mark.rule("D7")
def test_warnings_and_escalations_are_queued_in_the_same_transaction(yard: Yard, admin: psycopg.Connection) -> None:
    complaint = yard.register(RECEIVED)
    found = stage(yard, complaint, "solution")
    rows = admin.execute(
        "SELECT args[2], run_at FROM platform.outbox WHERE job = 'complaints.stage_due' AND args[1] = %s"
        " ORDER BY run_at, 1",
        [str(found.id)],
    ).fetchall()
    due = moment("2026-11-20 09:12")
    assert [(what, at.astimezone(clock.CN)) for what, at in rows] == [
        ("warn", moment("2026-11-19 16:42")),
        ("escalation-1", due),
        ("late", due),
        ("escalation-2", due + timedelta(hours=4)),
        ("escalation-3", due + timedelta(days=1)),
    ]


@pytest.mark.rule("D7")
def test_facts_meet_their_clocks(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    said = {"kind": "first", "channel": "sms", "text": "已收到"}
    assert yard.post(yard.steward, complaint, "responses", moment("2026-11-19 09:38"), **said).status_code == 303
    assert stage(yard, complaint, "first_response").met_at == moment("2026-11-19 09:38")
    assert stage(yard, complaint, "contact").met_at is None  # a text message is not reaching the person
    reached = {"kind": "contact", "channel": "phone", "text": "电话沟通"}
    assert yard.post(yard.steward, complaint, "responses", moment("2026-11-19 10:00"), **reached).status_code == 303
    assert stage(yard, complaint, "contact").met_at == moment("2026-11-19 10:00")


@pytest.mark.rule("D7")
def test_late_is_shown_and_a_missed_clock_stays_missed(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    with clock.at(moment("2026-11-19 12:00")):
        assert "首次回应逾期" in yard.steward.get(f"complaints/{complaint}").text
        assert "逾期 48 分钟" in yard.steward.get("complaints/?view=late").text
    said = {"kind": "first", "channel": "phone", "text": "抱歉来迟"}
    yard.post(yard.steward, complaint, "responses", moment("2026-11-19 12:12"), **said)
    with clock.at(moment("2026-11-19 12:13")):
        assert "首次回应 逾期 1 小时" in yard.steward.get(f"complaints/{complaint}").text


@pytest.mark.rule("D7")
@pytest.mark.parametrize("change", ["met_at = now()", "due_at = due_at + interval '1 day'", "dropped_at = now()"])
def test_the_database_refuses_to_rewrite_a_clock_that_ended(yard: Yard, change: str) -> None:
    complaint = yard.register(RECEIVED)
    said = {"kind": "first", "channel": "phone", "text": "已致电"}
    yard.post(yard.steward, complaint, "responses", moment("2026-11-19 09:38"), **said)
    with yard.place.inside(), pytest.raises(DBAPIError, match="has ended"):
        db.session.execute(text(f"UPDATE complaint_stages SET {change} WHERE stage = 'first_response'"))


@pytest.mark.rule("D10")
def test_the_callback_clock_starts_when_the_work_is_finished(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.accept(complaint, at=moment("2026-11-19 09:38"))
    yard.post(yard.steward, complaint, "solutions", moment("2026-11-19 10:00"), text="更换皮带")
    yard.decide(yard.manager, complaint, 1, at=moment("2026-11-19 11:00"))
    done = {"result": "已更换", "handled_at": "2026-11-19T16:30"}
    assert yard.post(yard.steward, complaint, "handling", moment("2026-11-19 17:00"), **done).status_code == 303
    assert stage(yard, complaint, "callback").due_at == moment("2026-11-22 16:30")
    assert stage(yard, complaint, "solution").met_at == moment("2026-11-19 10:00")


@pytest.mark.rule("D7")
def test_reminders_go_to_the_handler_then_up_the_ladder_and_never_to_the_accused(yard: Yard) -> None:
    complaint = yard.register(RECEIVED, complained_about=yard.manager.id)
    solution = stage(yard, complaint, "solution")
    assert told(yard, solution, "warn", moment("2026-11-19 16:41")) is None  # not yet
    warned = told(yard, solution, "warn", moment("2026-11-19 16:42"))
    assert warned is not None
    assert (warned.person, warned.role) == (yard.steward.id, None)
    assert warned.words == "提出方案还剩 16 小时 30 分（应于 11-20 09:12 前，1 个工作日）"
    raised = told(yard, solution, "escalation-2", moment("2026-11-20 13:12"))
    assert raised is not None
    assert (raised.person, raised.role, raised.spare) == (None, "project_manager", yard.manager.id)
    assert told(yard, solution, "escalation-9", moment("2026-11-30 13:12")) is None
    yard.accept(complaint, at=moment("2026-11-19 17:00"))
    yard.post(yard.steward, complaint, "solutions", moment("2026-11-19 17:30"), text="更换皮带")
    assert told(yard, solution, "late", moment("2026-11-20 09:12")) is None  # met


@pytest.mark.rule("D7")
def test_a_pause_needs_a_reason_and_an_approval_and_gives_back_what_was_left(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.accept(complaint, at=moment("2026-11-19 09:30"))
    assert yard.post(yard.steward, complaint, "pauses", reason=" ").status_code == 422
    asked = yard.post(yard.steward, complaint, "pauses", moment("2026-11-19 10:00"), reason="等待检测机构报告")
    assert asked.status_code == 303
    closed = stage(yard, complaint, "closed")
    path = f"complaints/{complaint}/pauses/1/decision"
    with clock.at(moment("2026-11-20 09:12")):
        page = yard.manager.get(path).text
        hashed = page.split('name="hashed" value="')[1][:64]
        assert yard.steward.post(path, {"verdict": "approved", "hashed": hashed}).status_code == 403
        assert yard.manager.post(path, {"verdict": "approved", "hashed": hashed}).status_code == 303
        assert "计时暂停" in yard.steward.get(f"complaints/{complaint}").text
    assert told(yard, closed, "warn", moment("2026-11-25 09:12")) is None
    with clock.at(moment("2026-11-22 09:12")):
        version = {"version": str(yard.version(complaint))}
        assert yard.steward.post(f"complaints/{complaint}/pauses/end", version).status_code == 303
    assert stage(yard, complaint, "closed").due_at == moment("2026-11-28 09:12")
    assert told(yard, closed, "late", moment("2026-11-26 09:12")) is None  # its old moment
    assert told(yard, closed, "late", moment("2026-11-28 09:12")) is not None


@pytest.mark.rule("D7")
def test_a_pause_does_not_excuse_what_was_missed_before(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.post(yard.steward, complaint, "pauses", moment("2026-11-19 10:00"), reason="等待检测机构报告")
    path = f"complaints/{complaint}/pauses/1/decision"
    with clock.at(moment("2026-11-19 12:00")):
        hashed = yard.manager.get(path).text.split('name="hashed" value="')[1][:64]
        assert yard.manager.post(path, {"verdict": "approved", "hashed": hashed}).status_code == 303
    with clock.at(moment("2026-11-20 12:00")):
        yard.steward.post(f"complaints/{complaint}/pauses/end", {"version": str(yard.version(complaint))})
    assert stage(yard, complaint, "first_response").due_at == moment("2026-11-19 11:12")


@pytest.mark.rule("D7")
def test_a_limit_in_a_year_not_announced_is_settled_later(yard: Yard) -> None:
    complaint = yard.register(moment("2026-12-31 10:00"))
    before = stage(yard, complaint, "solution")
    assert before.provisional
    with clock.at(moment("2026-12-31 11:00")), yard.place.inside():
        announce()
        assert actions.settle_provisional() == 2
        assert actions.settle_provisional() == 0
        db.session.commit()
        assert db.session.get_one(Complaint, complaint).next_stage == "first_response"
    after = stage(yard, complaint, "solution")
    assert (after.provisional, after.due_at) == (False, moment("2027-01-03 10:00"))


def queued(admin: psycopg.Connection, of: Stage, since: datetime) -> set[str]:
    """What is to be told about a stage from a moment on."""
    rows = admin.execute(
        "SELECT args[2] FROM platform.outbox WHERE job = 'complaints.stage_due' AND args[1] = %s AND run_at >= %s",
        [str(of.id), since],
    )
    return {what for (what,) in rows}


@pytest.mark.rule("D7")
def test_what_is_done_during_a_pause_is_in_time(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.pause(complaint, moment("2026-11-19 10:00"))
    with clock.at(moment("2026-11-19 15:00")):
        card = yard.steward.get(f"complaints/{complaint}").text
        assert "首次回应逾期" not in card
        assert "计时暂停" in card
        assert "电梯" not in yard.steward.get("complaints/?view=late").text
        assert "逾期" not in yard.steward.get("complaints/").text.split('id="results"')[1]
        with yard.place.inside():
            assert duties.kept(RECEIVED, moment("2026-12-01 00:00")) == {}
    said = {"kind": "first", "channel": "sms", "text": "已收到"}
    assert yard.post(yard.steward, complaint, "responses", moment("2026-11-19 15:00"), **said).status_code == 303
    yard.resume(complaint, moment("2026-11-19 18:00"))
    first = stage(yard, complaint, "first_response")
    assert (first.met_at, first.due_at) == (moment("2026-11-19 15:00"), moment("2026-11-19 16:12"))
    with yard.place.inside():
        assert duties.kept(RECEIVED, moment("2026-12-01 00:00"))["first_response"] == (1, 1)
        contact, _, _ = sheet.fill(db.session.get_one(Complaint, complaint), printed_by="").stages[1:]
        assert contact.note == "11-19 10:00 起暂停，11-19 18:00 恢复：等待检测机构报告"


@pytest.mark.rule("D7")
def test_a_case_closed_during_a_pause_is_closed_in_time_and_the_pause_is_over(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.accept(complaint, at=moment("2026-11-19 09:30"))
    yard.post(yard.steward, complaint, "solutions", moment("2026-11-19 10:00"), text="更换皮带")
    yard.decide(yard.manager, complaint, 1, at=moment("2026-11-19 11:00"))
    yard.post(yard.steward, complaint, "handling", moment("2026-11-20 11:00"), result="已更换")
    yard.pause(complaint, moment("2026-11-25 09:12"))
    with clock.at(moment("2026-11-27 09:00")), yard.place.inside():
        shown = sheet.fill(db.session.get_one(Complaint, complaint), printed_by="")
        by_name = {each.name: each.outcome(shown.printed_at) for each in shown.stages}
        assert set(by_name.values()) == {
            "按时",
            "计时暂停",
            "逾期 1 天 22 小时，未完成",
        }
    ended = {"conclusion": "已修复", "no_reply": "spoken", "no_reply_note": "管家当面告知"}
    assert yard.post(yard.supervisor, complaint, "closure", moment("2026-11-28 09:12"), **ended).status_code == 303
    closed = stage(yard, complaint, "closed")
    assert (closed.met_at, closed.due_at) == (moment("2026-11-28 09:12"), moment("2026-11-29 09:12"))
    with yard.place.inside():
        (pause,) = db.session.scalars(select(Pause))
        assert pause.resumed_at == moment("2026-11-28 09:12")


@pytest.mark.rule("D7")
def test_an_escalation_that_fell_into_a_pause_is_told_when_the_clocks_run_again(
    yard: Yard, admin: psycopg.Connection
) -> None:
    complaint = yard.register(RECEIVED)
    yard.pause(complaint, moment("2026-11-19 12:00"))
    first = stage(yard, complaint, "first_response")
    assert told(yard, first, "escalation-2", moment("2026-11-19 13:12")) is None
    yard.resume(complaint, moment("2026-11-19 15:00"))
    assert queued(admin, first, moment("2026-11-19 15:00")) == {"escalation-2"}
    assert told(yard, first, "escalation-2", moment("2026-11-19 15:00")) is not None


@pytest.mark.rule("D7")
def test_a_refused_pause_can_be_asked_for_again(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    asked = {"reason": "等待检测机构报告"}
    assert yard.post(yard.steward, complaint, "pauses", moment("2026-11-19 10:00"), **asked).status_code == 303
    assert yard.steward.get(f"complaints/{complaint}/pauses").status_code == 303
    path = f"complaints/{complaint}/pauses/1/decision"
    with clock.at(moment("2026-11-19 10:05")):
        hashed = yard.manager.get(path).text.split('name="hashed" value="')[1][:64]
        refused = {"verdict": "returned", "hashed": hashed, "reason": "不必等待"}
        assert yard.manager.post(path, refused).status_code == 303
    assert yard.steward.get(f"complaints/{complaint}/pauses").status_code == 200


@pytest.mark.rule("D7")
def test_a_clock_missed_before_a_pause_still_says_so(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.pause(complaint, moment("2026-11-19 12:00"))
    with clock.at(moment("2026-11-20 12:00")):
        card = yard.steward.get(f"complaints/{complaint}").text
    assert "首次回应逾期" in card
    assert "首次回应 逾期 48 分钟" in card


@pytest.mark.rule("D7")
def test_a_provisional_limit_is_settled_with_the_pauses_that_were(yard: Yard) -> None:
    complaint = yard.register(moment("2026-12-31 10:00"))
    yard.pause(complaint, moment("2026-12-31 11:00"))
    yard.resume(complaint, moment("2026-12-31 13:00"))
    with clock.at(moment("2026-12-31 14:00")), yard.place.inside():
        announce()
        assert actions.settle_provisional() == 2
        db.session.commit()
    after = stage(yard, complaint, "solution")
    assert (after.provisional, after.due_at) == (False, moment("2027-01-03 12:00"))


def test_settling_waits_for_whoever_holds_the_complaint_and_never_in_a_circle(
    yard: Yard, admin: psycopg.Connection
) -> None:
    complaint = yard.register(moment("2026-12-31 10:00"))

    def settle() -> int:
        with clock.at(moment("2026-12-31 11:00")), yard.place.inside():
            announce()
            moved = actions.settle_provisional()
            db.session.commit()
            return moved

    with ThreadPoolExecutor(1) as pool, yard.place.inside():
        db.session.execute(select(Complaint.id).where(Complaint.id == complaint).with_for_update())
        settling = pool.submit(settle)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not settling.done() and admin.execute(waits).fetchone() == (0,):
            pass
        db.session.execute(text("UPDATE complaint_stages SET dropped_at = now() WHERE stage = 'contact'"))
        db.session.commit()
        assert settling.result(60) == 1


def announce() -> None:
    """The holidays at the turn of the year."""
    for day, working in (("2026-12-31", True), ("2027-01-01", False), ("2027-01-02", False), ("2027-01-03", True)):
        db.session.add(CalendarDay(day=datetime.fromisoformat(day).date(), working=working))
    db.session.flush()


def test_closing_meets_its_clock_and_drops_the_rest(yard: Yard) -> None:
    complaint = yard.register(RECEIVED)
    yard.accept(complaint, at=moment("2026-11-19 09:30"))
    yard.post(yard.steward, complaint, "solutions", moment("2026-11-19 10:00"), text="更换皮带")
    yard.decide(yard.manager, complaint, 1, at=moment("2026-11-19 11:00"))
    yard.post(yard.steward, complaint, "handling", moment("2026-11-20 11:00"), result="已更换")
    ended = {"conclusion": "已修复", "no_reply": "spoken", "no_reply_note": "管家当面告知"}
    assert yard.post(yard.supervisor, complaint, "closure", moment("2026-11-21 09:00"), **ended).status_code == 303
    assert stage(yard, complaint, "closed").met_at == moment("2026-11-21 09:00")
    assert stage(yard, complaint, "callback").dropped_at == moment("2026-11-21 09:00")
    with yard.place.inside():
        assert db.session.get_one(Complaint, complaint).next_due_at is None
