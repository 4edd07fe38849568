"""The project's own calendar: entered by a page, each change one event, open limits computed again (R2)."""

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.events import Event
from saas.tenancy.staff import CalendarDay
from tenants.complaints.models import Complaint, Stage
from tests.complaints.conftest import Yard, moment
from tests.complaints.conftest import yard as yard
from workers import doors

pytestmark = pytest.mark.rule("R2")
THURSDAY = moment("2026-11-19 09:12")
REST = {"day": "2026-11-20", "working": "no", "note": "台风停工"}


def settle(yard: Yard, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the jobs that the page asked for, by the worker's own door."""
    monkeypatch.setattr(doors, "_app", yard.place.world.app)
    rows = admin.execute("SELECT id, args FROM platform.outbox WHERE job = 'complaints.settle' ORDER BY created_at")
    for key, args in rows.fetchall():
        doors.run("complaints.settle", yard.place.schema, str(key), *args)


def test_a_rest_day_moves_open_limits_and_removing_it_moves_them_back(
    yard: Yard, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = yard.register(THURSDAY)

    def solution() -> str:
        with yard.place.inside():
            query = select(Stage).where(Stage.complaint_id == complaint, Stage.stage == "solution")
            return f"{clock.local(db.session.scalars(query).one().due_at):%m-%d %H:%M}"

    assert solution() == "11-20 09:12"
    with clock.at(moment("2026-11-19 10:00")):
        answer = yard.manager.post("calendar", REST)
        assert (answer.status_code, answer.location) == (303, yard.manager.at("calendar?month=2026-11"))
        page = yard.manager.get("calendar").text
        for words in ("台风停工", "公司安排休息", "陈志远把 2026-11-20 设为休息", "工作日历"):
            assert words in page, words
        settle(yard, admin, monkeypatch)
        assert solution() == "11-23 09:12"
        with yard.place.inside():
            assert db.session.get_one(Complaint, complaint).next_due_at == moment("2026-11-19 11:12")
        assert yard.manager.post("calendar/2026-11-20/removal").status_code == 303
        settle(yard, admin, monkeypatch)
        assert solution() == "11-20 09:12"
        assert "陈志远移除了 2026-11-20" in yard.manager.get("calendar").text
        assert yard.manager.post("calendar/2026-11-20/removal").status_code == 422
    with yard.place.inside():
        names = db.session.scalars(select(Event.name).where(Event.subject_type == "calendar_days")).all()
        assert sorted(names) == ["calendar_day.entered", "calendar_day.removed"]


def test_what_is_missed_stays_missed(yard: Yard, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = yard.register(THURSDAY)
    with clock.at(moment("2026-11-20 10:00")):
        assert yard.manager.post("calendar", REST).status_code == 303
        settle(yard, admin, monkeypatch)
    with yard.place.inside():
        query = select(Stage).where(Stage.complaint_id == complaint, Stage.stage == "solution")
        assert db.session.scalars(query).one().due_at == moment("2026-11-20 09:12")


def test_a_day_entered_again_is_changed_and_a_form_acts_once(yard: Yard) -> None:
    key = {"key": str(uuid4())}
    for fields in (REST | key, REST | key, REST | {"working": "yes", "note": ""}):
        assert yard.manager.post("calendar", fields).status_code == 303
    with yard.place.inside():
        assert db.session.scalars(select(CalendarDay)).one().working is True
        events = db.session.scalars(select(Event).where(Event.name == "calendar_day.entered")).all()
        assert len(events) == 2


def test_refusals(yard: Yard) -> None:
    for wrong, says in (
        ({"day": "yesterday"}, "格式填写日期"), ({"day": "2036-11-23"}, "两年以内"), ({"working": "maybe"}, "请"),
        ({"note": "长" * 61}, "最多 60 个字"), ({"day": ""}, "请选择日期"),
    ):  # fmt: skip
        answer = yard.manager.post("calendar", REST | wrong)
        assert (answer.status_code, says in answer.text) == (422, True), wrong
    assert yard.steward.get("calendar").status_code == 403
    assert yard.steward.post("calendar", REST).status_code == 403
    for month in ("2026-13", "x", "9999-12", "0001-01", "2026-12"):
        assert yard.manager.get(f"calendar?month={month}").status_code == 200
    assert yard.manager.post("calendar/never/removal").status_code == 404
