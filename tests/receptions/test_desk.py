"""The desk: a household is found by whatever one types, a sentence and its kind are enough (C1, C2, D1)."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from saas.db import db
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.receptions.models import Reception
from tenants.repairs.models import Repair
from tests.receptions.conftest import SAID, Lobby
from tests.world import World


def count(lobby: Lobby, model: Any) -> int:
    with lobby.estate.place.inside():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.rule("C2")
def test_the_household_appears_with_its_history_and_open_matters(lobby: Lobby) -> None:
    lobby.received(summary="询问停车费", request_kind="question", answer="settled")
    lobby.received(summary="路灯坏了，求助", request_kind="help")
    case = lobby.receive(summary="楼上夜间施工", request_kind="complaint").headers["Location"]
    for q in ("3-2-1502", "3幢2单元1502", "wxm", "5521", "王晓"):
        for answer in (lobby.front.get(f"receptions/new?q={q}"), lobby.front.part(f"receptions/new?q={q}")):
            assert answer.status_code == 200
            for words in ("3-2-1502", "王晓梅", "路灯坏了", "楼上夜间施工", "询问停车费", "未办结 2 件", case):
                assert words in answer.text, (q, words)
            assert "13800005521" not in answer.text
    several = lobby.front.part("receptions/new?q=3-2").text
    assert several.count("unit=") >= 2  # without script a link each
    assert "未办结" not in several
    one = re.findall(r'href="([^"]+unit=[^"]+)"', several)[0].replace("&amp;", "&")
    assert "其他人" in lobby.front.get(one).text or "这一户" in lobby.front.get(one).text
    assert "没有找到" in lobby.front.part("receptions/new?q=9-9-9999").text
    assert lobby.front.part("receptions/new?q=%00&unit=x&who=nonsense").status_code == 200


@pytest.mark.rule("C1")
@pytest.mark.rule("D1")
def test_one_sentence_makes_the_record_and_for_a_complaint_the_case_with_its_clocks(lobby: Lobby) -> None:
    answer = lobby.receive(summary="电梯又停了，回电 13912345678", request_kind="complaint", category="facilities")
    page = lobby.front.get(answer.headers["Location"]).text
    assert "首次回应" in page
    assert "还剩 " in page
    with lobby.estate.place.inside():
        case, contact, row = (db.session.scalars(select(m)).one() for m in (Complaint, Contact, Reception))
        assert (case.customer_id, case.category, case.channel, case.source) == (
            lobby.estate.wang, "facilities", "phone", "project_phone",
        )  # fmt: skip
        assert "13912345678" in case.body
        assert "13912345678" not in case.subject
        assert (contact.subject_id, row.id, row.state, row.due_at) == (case.id, contact.id, "passed", None)
        assert case.next_due_at is not None


@pytest.mark.rule("C1")
@pytest.mark.rule("E1")
def test_a_repair_becomes_a_work_order_and_the_reception_is_done_with_it(lobby: Lobby) -> None:
    answer = lobby.receive(summary="厨房龙头滴水，来电 13912345678", request_kind="repair")
    page = lobby.front.get(answer.headers["Location"]).text
    assert "已登记报修 WX-" in page
    assert "厨房龙头滴水" in lobby.front.part("receptions/new?q=3-2-1502").text, "open matters of the household"
    with lobby.estate.place.inside():
        order, contact, row = (db.session.scalars(select(m)).one() for m in (Repair, Contact, Reception))
        assert (order.source, order.customer_id, order.contact_id) == ("reception", lobby.estate.wang, contact.id)
        assert "13912345678" in order.detail
        assert "13912345678" not in order.fault
        assert (contact.subject_id, row.id, row.state) == (order.id, contact.id, "passed")
    shown = lobby.front.get(f"receptions/{row.id}").text
    assert "转为报修" in shown
    assert order.number in shown
    stranger = {"who": "", "q": "", "reporter": "保安小刘", "request_kind": "repair", "summary": "路灯不亮"}
    assert "房号、地点" in lobby.receive(**stranger).text
    assert lobby.receive(**stranger, room="3 栋门口").status_code == 303


@pytest.mark.rule("C1")
def test_a_room_typed_without_the_net_is_taken_when_it_is_the_only_one(lobby: Lobby) -> None:
    key = lobby.received(q="10-1-101", who="")
    contact = lobby.look(key).contact
    assert (contact.unit.label, contact.customer.name) == ("10-1-101", "好味餐厅")
    stranger = lobby.receive(who="", q="", reporter="访客张先生", phone="13912345678", request_kind="complaint")
    assert stranger.status_code == 303
    with lobby.estate.place.inside():
        case = db.session.scalars(select(Complaint)).one()
        assert (case.reporter, case.phone, case.anonymous) == ("访客张先生", "13912345678", False)
    unknown = {"who": "", "q": "9-9-999", "room": "9-9-999", "reporter": "李姐", "request_kind": "repair"}
    assert lobby.receive(**unknown).status_code == 303  # the place written below counts, nothing need be cleared
    assert lobby.receive(**unknown | {"q": "3-2"}).status_code == 422  # but where some fit, one is chosen


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"summary": " "}, "一句话也可以"),
        ({"summary": "长" * 20001}, "最多 20000 个字"),
        ({"request_kind": ""}, "请选择是咨询"),
        ({"request_kind": "x"}, "请从列表里选择一项"),
        ({"channel": "pigeon"}, "请从列表里选择一项"),
        ({"answer": "99"}, "请从列表里选择一项"),
        ({"phone": "打我手机"}, "电话应是"),
        ({"who": "", "q": "3-2"}, "查到的住户里选一位"),
        ({"who": "", "q": "没有这家"}, "请清空查找框"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_writes_nothing(lobby: Lobby, changes: dict[str, Any], words: str) -> None:
    answer = lobby.receive(reporter="访客张先生", **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert "访客张先生" in answer.text
    assert count(lobby, Contact) == count(lobby, Reception) == 0


@pytest.mark.rule("C2")
def test_twenty_at_once_register_one(lobby: Lobby) -> None:
    lobby.front.post("receptions/new", {})  # fetches the token
    data = {**SAID, "who": str(lobby.estate.unit), "key": str(uuid4()), "csrf_token": lobby.front.csrf}
    cookie = lobby.front.client.get_cookie("sid")
    assert cookie

    def send(_: int) -> str:
        client = lobby.estate.place.world.app.test_client()
        client.set_cookie("sid", cookie.value)
        kept = lobby.front.client.get_cookie("session")
        if kept:
            client.set_cookie("session", kept.value)
        return str(client.post(lobby.front.at("receptions/new"), data=data).headers.get("Location"))

    with ThreadPoolExecutor(8) as together:
        assert len(set(together.map(send, range(20)))) == 1
    assert count(lobby, Contact) == count(lobby, Reception) == 1


def test_who_may_and_who_may_not(lobby: Lobby, world: World) -> None:
    place = lobby.estate.place
    engineer, finance = place.staff("吴涛", "engineering_supervisor"), place.staff("钱会计", "finance")
    assert 'value="complaint"' not in engineer.get("receptions/new").text  # registers none
    assert lobby.receive(by=engineer, request_kind="complaint").status_code == 422
    assert lobby.receive(by=engineer).status_code == 303
    assert finance.get("receptions").status_code == finance.get("receptions/new").status_code == 403
    assert lobby.receive(by=finance).status_code == 403
    key = lobby.received()
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    assert other.get(f"receptions/{key}").status_code == 404
    assert other.post(f"receptions/{key}/notes", {"words": "x", "version": 1}).status_code == 404
    assert "没有找到“3-2-1502”" in other.part("receptions/new?q=3-2-1502").text
