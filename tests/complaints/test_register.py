"""Intake: the card, its number, the contact record, the form in all its forms."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.events import Event
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tests.complaints.conftest import Yard, moment
from tests.world import World


def fields(yard: Yard, **changes: Any) -> dict[str, Any]:
    """What the form sends for 王晓梅."""
    return {
        "party": f"{yard.unit}:{yard.customer}", "subject": "电梯停运", "body": "停了三次", "demand": "检修",
        "category": "facilities", "source": "project_phone", "channel": "phone",
        "received_at": "2026-11-19T09:12", **changes,
    }  # fmt: skip


@pytest.mark.rule("D1")
@pytest.mark.rule("D2")
def test_the_card_is_complete_and_numbered(yard: Yard) -> None:
    with clock.at(moment("2026-11-19 09:20")):
        answer = yard.steward.post("complaints/", fields(yard))
        shown = yard.steward.get(answer.headers["Location"]).text
    assert answer.status_code == 303
    for each in (
        "TS-20261119-001",
        "电梯停运",
        "停了三次",
        "检修",
        "王*梅",
        "3-2-1502",
        "设施设备",
        "项目电话",
        "林晓燕 登记",
    ):
        assert each in shown
    assert "13800005521" not in shown
    with yard.place.inside():
        contact = db.session.scalars(select(Contact)).one()
        assert (contact.request_kind, contact.channel, contact.subject_type) == ("complaint", "phone", "complaints")
        assert db.session.scalars(select(Event.name).where(Event.subject_id == contact.subject_id)).all() == [
            "complaint.registered"
        ]


@pytest.mark.rule("D1")
@pytest.mark.parametrize("source", ["company_hotline", "qr_code", "walk_in", "letter", "online", "department"])
def test_every_source_enters_the_same_register(yard: Yard, source: str) -> None:
    assert yard.colleague.post("complaints/", fields(yard, source=source)).status_code == 303
    assert "TS-" in yard.manager.get("complaints/").text


@pytest.mark.rule("D1")
def test_anonymous_is_allowed_and_has_nobody_to_call_back(yard: Yard) -> None:
    answer = yard.steward.post("complaints/", fields(yard, party="", anonymous="y", reporter="不会保存"))
    shown = yard.steward.get(answer.headers["Location"]).text
    assert "匿名" in shown
    assert "不会保存" not in shown
    assert "不用回访" in shown
    assert "联系投诉人</b>" not in shown


def test_numbers_run_by_day(yard: Yard) -> None:
    for at in ("2026-11-19 23:59", "2026-11-19 23:59", "2026-11-20 00:00"):
        yard.register(moment(at))
    with yard.place.inside():
        numbers = db.session.scalars(select(Complaint.number).order_by(Complaint.number)).all()
    assert numbers == ["TS-20261119-001", "TS-20261119-002", "TS-20261120-001"]


def test_twenty_posts_of_one_form_register_once(yard: Yard) -> None:
    data, key = fields(yard), str(uuid4())
    yard.steward.post("complaints/", {**data, "subject": ""})  # fetches the CSRF token once

    def send(_: int) -> int:
        return yard.steward.post("complaints/", {**data, "key": key}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(20))) == {303}
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Complaint)) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"subject": " "}, "请用一句话写明投诉什么"),
        ({"subject": "长" * 121}, "最多 120 字"),
        ({"body": ""}, "请写下投诉的经过"),
        ({"body": "长" * 20_001}, "最多 20000 字"),
        ({"category": "nonsense"}, "请从列表里选择一项"),
        ({"source": ""}, "请选择来源"),
        ({"received_at": "not a time"}, "的格式填写时间"),
        ({"received_at": "2999-01-01T00:00"}, "收到时间不能晚于现在"),
        ({"received_at": "0001-01-01T00:00"}, "收到时间不能早于 1990 年"),
        ({"received_at": "1989-12-31T23:59"}, "收到时间不能早于 1990 年"),
        ({"party": ""}, "请选择客户或写下投诉人姓名"),
        ({"party": "", "reporter": "张三", "phone": "打这个"}, "电话应是 5 到 20 位数字"),
        ({"party": "x' OR 1=1"}, "请选择客户或写下投诉人姓名"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(yard: Yard, changes: dict[str, str], says: str) -> None:
    answer = yard.steward.post("complaints/", fields(yard, demand="保留这句话", **changes))
    assert answer.status_code == 422
    assert says in answer.text
    assert "保留这句话" in answer.text
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_nul_bytes_are_dropped(yard: Yard) -> None:
    assert yard.steward.post("complaints/", fields(yard, subject="电\x00梯")).status_code == 303


def test_people_are_found_while_typing_and_without_script(yard: Yard) -> None:
    part = yard.steward.part("complaints/people?q=1502").text
    assert "王晓梅" in part
    assert "<html" not in part
    answer = yard.steward.post("complaints/", {"q": "王晓", "find": "1", "subject": "留着"})
    assert answer.status_code == 200
    assert f"{yard.unit}:{yard.customer}" in answer.text
    assert "留着" in answer.text


def test_only_those_who_receive_complaints_register(yard: Yard, world: World) -> None:
    assert yard.leader.post("complaints/", fields(yard)).status_code == 403
    assert yard.leader.get("complaints/new").status_code == 403
    assert yard.steward.get("complaints/new").status_code == 200


def test_another_project_sees_nothing(yard: Yard, world: World) -> None:
    complaint = yard.register()
    office = world.company("jialin", "嘉邻物业")
    stranger = world.project(office, "feicui", "翡翠湾").staff("外人", "steward", "service_supervisor")
    for path in ("", "/judgement", "/responses", "/solutions/1/decision"):
        assert stranger.get(f"complaints/{complaint}{path}").status_code == 404
    assert stranger.post(f"complaints/{complaint}/closure", {"version": "1"}).status_code == 404
    assert stranger.post(f"complaints/{complaint}/phone").status_code == 404
    assert "电梯" not in stranger.get("complaints/?view=all").text


def test_the_database_refuses_a_date_that_cannot_be_read_back(yard: Yard) -> None:
    complaint = yard.register()
    early = "(date '0001-01-01')"
    for statement in (
        "INSERT INTO complaints (id, number, subject, body, category, severity, source, channel, received_at,"
        " registered_at, registered_by_name) SELECT gen_random_uuid(), 'TS-00010101-001', subject, body, category,"
        f" severity, source, channel, {early}, registered_at, '' FROM complaints",
        "INSERT INTO contacts (id, number, channel, request_kind, summary, occurred_at, recorded_at, recorded_by_name)"
        f" SELECT gen_random_uuid(), 'x', channel, request_kind, summary, {early}, recorded_at, '' FROM contacts",
        "INSERT INTO complaint_handlings (complaint_id, nth, result, handled_at, recorded_at, recorded_by,"
        f" recorded_by_name) SELECT id, 1, 'x', {early}, registered_at, registered_by, '' FROM complaints",
    ):
        with yard.place.inside(), pytest.raises(DBAPIError, match="_at_check"):
            db.session.execute(text(statement))
    assert yard.steward.get(f"complaints/{complaint}").status_code == 200
