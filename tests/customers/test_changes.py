"""Filing, changing, moving out, looking at a number, taking the roster away: what is kept of it, and who may."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from saas.db import db
from saas.events import Event, timeline
from saas.sheets import read
from tenants.customers.models import Customer, Unit
from tests.customers.conftest import Estate
from tests.world import World

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
UNIT = {"label": "5-1-301", "occupancy": "vacant", "handed_over_on": "", "steward_id": "", "area": "", "note": ""}
PERSON = {
    "name": "刘建国",
    "relation": "owner",
    "phones": "139 0000 9999、0571-88005678",
    "email": "",
    "preferred_channel": "phone",
    "note": "",
}


def events(estate: Estate, model: type, key: UUID) -> list[Event]:
    with estate.place.inside():
        return timeline(db.session.get(model, key))


@pytest.mark.rule("B1")
def test_a_household_and_a_person_are_filed(estate: Estate) -> None:
    answer = estate.steward.post("customers", UNIT | {"area": "89.5㎡"})
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert estate.steward.post(f"{where}/people", PERSON).status_code == 303
    page = estate.steward.get(where).text
    assert "刘建国" in page
    assert "139 **** 9999、0571-****5678" in page
    assert "89.5 ㎡" in page


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("customers", UNIT | {"label": " "}, "请写上房号"),
        ("customers", UNIT | {"label": "---"}, "请写上房号"),
        ("customers", UNIT | {"label": "3栋2单元1502"}, "3-2-1502 已经建档"),
        ("customers", UNIT | {"label": "x" * 41}, "最多 40 个字"),
        ("customers", UNIT | {"handed_over_on": "2026-02-30"}, "请按 2026-11-20 的格式填写日期"),
        ("customers", UNIT | {"steward_id": "x"}, "请从列表里选择一项"),
        ("customers", UNIT | {"area": "很大"}, "应为平方米数"),
        ("customers", {}, "请写上房号"),
        ("customers/{unit}/people", PERSON | {"name": "\x00"}, "请写上姓名"),
        ("customers/{unit}/people", PERSON | {"phones": "12345"}, "应为 11 位手机号"),
        ("customers/{unit}/people", PERSON | {"email": "wang"}, "应为邮箱"),
        ("customers/{unit}/people", PERSON | {"relation": "king"}, "请从列表里选择一项"),
        ("customers/{unit}/people", PERSON | {"name": "王晓梅", "phones": ""}, "已有同名的住户"),
        ("customers/{unit}/people/{wang}", PERSON | {"name": "", "version": "1"}, "请写上姓名"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_writes_nothing(estate: Estate, path: str, data: Any, words: str) -> None:
    path = path.format(unit=estate.unit, wang=estate.wang)
    whole, part = estate.steward.post(path, data), estate.steward.post(path, data, headers=FRAGMENT)
    assert whole.status_code == part.status_code == 422
    assert words in whole.text
    assert words in part.text
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert 'role="alert"' in part.text
    if note := data.get("note"):
        assert note in whole.text
    with estate.place.inside():
        assert len(db.session.scalars(select(Unit)).all()) == 3
        assert len(db.session.scalars(select(Customer)).all()) == 3


@pytest.mark.rule("B5")
def test_a_change_keeps_the_old_value_who_and_when(estate: Estate) -> None:
    data = UNIT | {"label": "3-2-1502", "occupancy": "renovating", "handed_over_on": "2024-06-01", "version": "1"}
    assert estate.manager.post(f"customers/{estate.unit}", data).status_code == 303
    newest = events(estate, Unit, estate.unit)[0]
    assert (newest.name, newest.actor_name) == ("unit.changed", "陈志远")
    assert newest.data["changes"]["occupancy"] == ["occupied", "renovating"]
    assert newest.data["changes"]["handed_over_on"] == ["2024-05-31", "2024-06-01"]
    page = estate.steward.get(f"customers/{estate.unit}").text
    assert "居住状态：入住 → 装修" in page
    assert "管家：林晓燕 → 空" in page


@pytest.mark.rule("B5")
@pytest.mark.rule("B10")
def test_a_changed_number_is_kept_in_full_and_shown_masked(estate: Estate) -> None:
    data = PERSON | {"name": "王晓梅", "phones": "13500001234", "relation": "tenant", "version": "1"}
    assert estate.steward.post(estate.people(), data).status_code == 303
    changes = events(estate, Customer, estate.wang)[0].data["changes"]
    assert changes["phone"] == ["13800005521", "13500001234"]
    assert changes["relation"] == ["owner", "tenant"]
    page = estate.steward.get(f"customers/{estate.unit}").text
    assert "138 **** 5521 → 135 **** 1234" in page
    assert "13500001234" not in page


def test_empty_phone_and_mail_mean_as_before(estate: Estate) -> None:
    data = PERSON | {"name": "王晓梅", "phones": "", "version": "1", "note": "晚上 7 点后"}
    assert estate.steward.post(estate.people(), data).status_code == 303
    with estate.place.inside():
        who = db.session.get(Customer, estate.wang)
        assert (who.phones, who.email, who.note) == (
            ("13800005521", "0571-88001234"),
            "wang@example.com",
            "晚上 7 点后",
        )
    assert estate.steward.post(estate.people(), data | {"no_phone": "y", "version": "2"}).status_code == 303
    with estate.place.inside():
        assert db.session.get(Customer, estate.wang).phones == ()


def test_who_comes_second_is_told_who_was_first_and_keeps_what_was_typed(estate: Estate) -> None:
    first = UNIT | {"label": "3-2-1502", "note": "钥匙在前台", "version": "1"}
    second = first | {"note": "狗很凶"}
    assert estate.manager.post(f"customers/{estate.unit}", first).status_code == 303
    answer = estate.steward.post(f"customers/{estate.unit}", second)
    assert answer.status_code == 409
    assert "陈志远" in answer.text
    assert "狗很凶" in answer.text
    assert 'name="overwrite" value="2"' in answer.text
    assert estate.steward.post(f"customers/{estate.unit}", second | {"overwrite": "2"}).status_code == 303
    assert events(estate, Unit, estate.unit)[0].data["changes"]["note"] == ["钥匙在前台", "狗很凶"]
    person = PERSON | {"name": "王晓梅", "version": "7"}
    assert estate.steward.post(estate.people(), person, headers=FRAGMENT).status_code == 409


def test_parallel_changes_have_one_winner(estate: Estate) -> None:
    estate.steward.get("customers"), estate.manager.get("customers")
    data = UNIT | {"label": "3-2-1502", "version": "1"}
    people = [estate.place.staff(f"管家{n}", "steward") for n in range(6)]
    for person in people:
        person.post("customers/none")  # each fetches its token beforehand
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda p: p[1].post(f"customers/{estate.unit}", data | {"note": str(p[0])}), enumerate(people))
        )
    assert sorted(a.status_code for a in answers) == [303] + [409] * 5


def test_moving_out_ends_the_residency_and_keeps_the_person(estate: Estate) -> None:
    assert estate.steward.post(estate.people("/departure")).status_code == 303
    page = estate.steward.get(f"customers/{estate.unit}").text
    assert "已搬离" in page
    assert events(estate, Customer, estate.wang)[0].name == "customer.moved_out"
    assert estate.steward.post(estate.people("/departure")).status_code == 404
    assert "王晓梅" not in estate.steward.part("customers").text


@pytest.mark.rule("B10")
def test_a_full_number_costs_a_reason_and_is_logged(estate: Estate) -> None:
    assert estate.technician.post(estate.people("/reveals"), {"reason": "好奇"}).status_code == 403
    nothing = estate.steward.post(estate.people("/reveals"), {"reason": " "}, headers=FRAGMENT)
    assert nothing.status_code == 422
    assert "请写下查看原因" in nothing.text
    assert "13800005521" not in nothing.text
    shown = estate.steward.post(estate.people("/reveals"), {"reason": "回访电梯投诉"}, headers=FRAGMENT)
    assert "13800005521" in shown.text
    assert "<html" not in shown.text
    assert "13800005521" in estate.steward.post(estate.people("/reveals"), {"reason": "再看一次"}).text
    logged = events(estate, Customer, estate.wang)
    assert [(e.name, e.actor_name, e.data["reason"]) for e in logged[:2]] == [
        ("customer.revealed", "林晓燕", "再看一次"),
        ("customer.revealed", "林晓燕", "回访电梯投诉"),
    ]
    page = estate.steward.get(f"customers/{estate.unit}").text
    assert "原因：回访电梯投诉" in page
    assert "13800005521" not in page


@pytest.mark.rule("B10")
@pytest.mark.rule("B13")
def test_the_exported_roster_is_masked_marked_and_logged(estate: Estate) -> None:
    answer = estate.steward.post("customers/exports?q=3-2", {"reason": "编制访谈计划"})
    assert answer.mimetype.endswith("sheet")
    rows = [row.values for row in read(BytesIO(answer.data))]
    assert "林晓燕" in str(rows[0][0])
    assert "编制访谈计划" in str(rows[0][0])
    assert [row[3] for row in rows[2:]] == [None, "王晓梅", "单雄"]
    assert "138 **** 5521、0571-****1234" in rows[3]
    assert b"13800005521" not in answer.data
    assert estate.steward.post("customers/exports", {"reason": "x", "full": "1"}).status_code == 403
    assert estate.steward.post("customers/exports", {"reason": ""}).status_code == 422
    assert estate.technician.post("customers/exports", {"reason": "x"}).status_code == 403
    full = estate.manager.post("customers/exports", {"reason": "交接", "full": "1"})
    assert any("13800005521" in str(row.values) for row in read(BytesIO(full.data)))
    with estate.place.inside():
        logged = db.session.scalars(
            select(Event).where(Event.name == "roster.exported").order_by(Event.occurred_at)
        ).all()
        assert [(e.actor_name, e.data["full"], e.data["rows"]) for e in logged] == [
            ("林晓燕", False, 3),
            ("陈志远", True, 4),
        ]


def test_only_writers_write(estate: Estate, world: World) -> None:
    leader = estate.place.staff("韩立群", "division_leader")
    assert leader.get(f"customers/{estate.unit}").status_code == 200
    assert "显示完整号码" not in leader.get(f"customers/{estate.unit}").text
    for path in ("customers", f"customers/{estate.unit}", estate.people(), estate.people("/departure")):
        assert leader.post(path, UNIT).status_code == 403
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    for path in (f"customers/{estate.unit}", estate.people(), estate.people("/departure")):
        assert other.post(path, UNIT | PERSON | {"version": "1"}).status_code == 404


def test_the_same_form_twice_files_one_household(estate: Estate) -> None:
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    places = {estate.steward.post("customers", UNIT | {"key": key}).headers["Location"] for _ in range(3)}
    assert len(places) == 1
