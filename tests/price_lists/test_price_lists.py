"""A price list: written, approved by the manager, in force from its day, kept, displayed to everybody (C8)."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.policy.evidence import Evidence, Question, told
from saas.policy.loader import pack
from tenants.price_lists.evidence import EVIDENCE
from tenants.price_lists.models import PriceList
from tenants.price_lists.queries import in_force
from tests.repairs.workshop import Workshop, hire, moment
from tests.world import World

ROWS = {
    "charge": ["paid", "service", "paid"], "item": ["更换龙头", "物业服务费", ""], "unit": ["个", "㎡·月", ""],
    "price": ["35", "2.8", ""], "note": ["不含材料", "", ""],
}  # fmt: skip


@pytest.fixture
def shop(world: World) -> Workshop:
    return hire(world.project(world.company()))


def begin(shop: Workshop) -> str:
    answer = shop.supervisor.post("price_lists")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def write(shop: Workshop, where: str, version: int = 1, **changes: Any) -> Any:
    fields = {"title": "收费标准", "note": "", "valid_from": clock.local(clock.now()).date().isoformat(), **ROWS}
    return shop.supervisor.post(f"{where}/lines", {"version": version, **fields, **changes})


def approve(shop: Workshop, where: str, verdict: str = "approved", **changes: Any) -> Any:
    shown = shop.manager.get(where).text
    hashed, version = (
        re.search(r'name="hashed" value="(\w+)"', shown),
        re.search(r'name="version" value="(\d+)"', shown),
    )
    assert hashed
    assert version
    said = {"verdict": verdict, "reason": "", "hashed": hashed[1], "version": version[1], **changes}
    return shop.manager.post(f"{where}/decision", said)


def now_in_force(shop: Workshop, on: date | None = None) -> int | None:
    with shop.place.inside():
        found = in_force(on)
        return found.nth if found else None


@pytest.mark.rule("C8")
def test_from_the_draft_to_the_page_for_everybody(shop: Workshop) -> None:
    where = begin(shop)
    assert shop.supervisor.post("price_lists").status_code == 409, "one at a time"
    assert write(shop, where, submit="1").status_code == 303
    assert now_in_force(shop) is None
    assert shop.supervisor.get(where).text.count('name="verdict"') == 0, "nobody approves what they wrote"
    assert "收费标准" in shop.manager.get("").text, "it waits on the manager's workbench"
    assert approve(shop, where).status_code == 303
    assert now_in_force(shop) == 1
    made = shop.desk.post("price_lists/displays", {"label": "前台"})
    poster = shop.desk.get(made.headers["Location"]).text
    address = re.search(r"http://localhost(/f/[\w-]+)", poster)
    assert address
    stranger = shop.place.world.app.test_client()
    shown = stranger.get(address[1])
    assert shown.status_code == 200
    assert "更换龙头" in shown.text
    assert "35.00" in shown.text
    closing = re.search(r"price_lists/displays/[0-9a-f-]+/closure", shop.desk.get("price_lists").text)
    assert closing
    assert shop.desk.post(closing[0]).status_code == 303
    assert stranger.get(address[1]).status_code == 410
    assert stranger.get("/f/none").status_code == 404


@pytest.mark.rule("C8")
def test_each_version_is_kept_and_the_latest_day_decides(shop: Workshop) -> None:
    first = begin(shop)
    write(shop, first, submit="1")
    approve(shop, first)
    second = begin(shop)
    assert "更换龙头" in shop.supervisor.get(second).text, "begun from the one in force"
    write(shop, second, price=["40", "2.8", ""], valid_from="2027-01-01", submit="1")
    approve(shop, second)
    assert now_in_force(shop) == 1
    assert now_in_force(shop, date(2027, 1, 1)) == 2
    key = UUID(first.rsplit("/", 1)[1])
    assert write(shop, first, version=2).status_code == 409
    for statement in (
        "UPDATE price_lists SET title = 'x' WHERE id = :id", "DELETE FROM price_lines WHERE list_id = :id",
        "INSERT INTO price_lines VALUES (:id, 9, 'paid', 'x', 'x', 1)",
    ):  # fmt: skip
        with shop.place.inside(), pytest.raises(DBAPIError):
            db.session.execute(text(statement), {"id": key})


@pytest.mark.rule("C8")
def test_without_its_approval_nothing_comes_into_force(shop: Workshop) -> None:
    where = begin(shop)
    write(shop, where, submit="1")
    assert approve(shop, where, "returned").status_code == 422, "a reason is needed"
    assert approve(shop, where, hashed="0" * 64).status_code == 409
    assert approve(shop, where, "returned", reason="龙头太贵").status_code == 303
    key = UUID(where.rsplit("/", 1)[1])
    with shop.place.inside(), pytest.raises(DBAPIError, match="no approval"):
        db.session.execute(
            text("UPDATE price_lists SET state = 'approved', approved_at = now(), in_force_from = '2027-01-01'")
        )
    with shop.place.inside():
        assert db.session.get_one(PriceList, key).state == "returned"


@pytest.mark.rule("C8")
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(shop: Workshop) -> None:
    where = begin(shop)
    for changes, words in (
        ({"price": ["十元", "2.8", ""]}, "第 1 项「更换龙头」：单价请写成"),
        ({"price": ["1.234", "2", ""]}, "最多两位小数"),
        ({"price": ["NaN", "2", ""]}, "单价应在"), ({"unit": ["", "月", ""]}, "第 1 项「更换龙头」请填写单位"),
        ({"charge": ["magic", "service", ""]}, "第 1 项请选择分组"), ({"valid_from": "2020-01-01"}, "今天以后"),
        ({"item": ["同", "同", ""], "unit": ["个", "个", ""], "charge": ["paid", "paid", ""]}, "请合并"),
    ):  # fmt: skip
        answer = write(shop, where, **changes)
        assert answer.status_code == 422, changes
        assert words in answer.text, changes
        assert "不含材料" in answer.text
    assert write(shop, where, item="", unit="", price="", note="", submit="1").status_code == 422, "an empty one"
    assert shop.technician.post("price_lists").status_code == 403


@pytest.mark.rule("C8")
def test_in_force_is_displayed_or_missed(shop: Workshop) -> None:
    with clock.at(moment("2026-11-10T09:00")), shop.place.inside():
        shop.list_prices()
        db.session.commit()

    def ask(at: str) -> Evidence:
        rules = pack("property")
        asked = Question(rules.clauses["price-lists"], rules, moment("2026-11-01T00:00"), moment("2026-12-01T00:00"))
        with clock.at(moment(at)), shop.place.inside():
            return told(EVIDENCE["price_lists.displayed"].query(asked))

    assert (ask("2026-11-10T12:00").open, ask("2026-11-12T12:00").missed) == (1, 1)
    with clock.at(moment("2026-11-13T09:00")):
        assert shop.desk.post("price_lists/displays", {"label": "前台"}).status_code == 303
    assert ask("2026-11-14T12:00").met == 1
