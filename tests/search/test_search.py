"""The box at the top: finds what the person may see, by everything a person would type."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from saas import clock
from saas.db import db
from saas.policy.here import pack_on
from tenants.articles import actions as articles
from tenants.articles.models import Article, Version
from tenants.complaints import actions as complaints
from tenants.customers import actions as customers
from tenants.receptions import actions as receptions
from tenants.receptions.actions.receiving import Matter
from tenants.releases import actions as releases
from tenants.repairs import actions as repairs
from tenants.repairs.actions import NewRepair
from tests.world import Person, World

KINDS = ("客户档案", "投诉", "报修", "沟通记录", "信息发布", "服务资料")
GROUP = re.compile(r'<h2 id="found-\d+-h"[^>]*>([^<]+)</h2>(.*?)</section>', re.DOTALL)


@pytest.fixture
def steward(world: World) -> Person:
    """林晓燕 of a project with one of each kind: 王晓梅 of 3-2-1502 speaks of the lift, 李四 of a tap."""
    person = world.project(world.company()).staff("林晓燕", "steward")
    manager = person.place.staff("陈志远", "project_manager")
    by = person.actor
    with person.place.inside():
        unit = customers.register_unit(label="3-2-1502", by=by)
        who = customers.register_customer(unit_id=unit.id, name="王晓梅", phones=("13812345521",), by=by)
        new = complaints.NewComplaint(
            subject="电梯停运困人", body="刚才电梯又停了，老人受惊", category="facilities", source="walk_in",
            channel="in_person", unit_id=unit.id, customer_id=who.id,
        )  # fmt: skip
        case = complaints.register(new, by=by)
        repairs.order(NewRepair("厨房龙头滴水", room="大堂", reporter="李四", phone="0571-88007777"), by=by)
        said = Matter("phone", "help", "电梯广告费归谁，请查一下", unit.id, who.id)
        receptions.receive(said, by=by)
        releases.draft_reply(
            subject_type="complaints", subject_id=case.id, title="电梯检修的答复", body="十二月一日起检修，请走楼梯。",
            recipient_customer_id=who.id, recipient_name="王晓梅", recipient_email="wang@example.com", by=by,
        )  # fmt: skip
        review = (clock.now() + timedelta(days=90)).date()
        article = articles.write(
            kind="phrase", title="电梯困人怎么说", body="请您不要扒门，救援已在路上。", review_on=review, by=by
        )
        articles.submit(article.id, version=1, pack=pack_on(clock.now()), by=by)
        seen = db.session.get_one(Version, (article.id, 1)).content_hash
        articles.decide(article.id, nth=1, verdict="approved", reason="", hashed=seen, by=manager.actor)
        db.session.commit()
    return person


def found(person: Person, words: str) -> dict[str, str]:
    """Each kind that the page shows, with the text of its panel."""
    answer = person.get("search", query_string={"q": words})
    assert answer.status_code == 200
    return dict(GROUP.findall(answer.text))


@pytest.mark.rule("C1")
@pytest.mark.rule("D1")
@pytest.mark.rule("E1")
def test_everything_is_found_by_whatever_is_at_hand(steward: Person) -> None:
    everything = set(KINDS)
    for words, kinds in {
        "电梯": everything - {"客户档案", "报修"},  # two characters, in any text
        "3-2-1502": everything - {"报修", "信息发布", "服务资料"},
        "3栋2单元1502": everything - {"报修", "信息发布", "服务资料"},
        "王晓": everything - {"报修", "服务资料"},
        "wxm": everything - {"报修", "服务资料"},
        "5521": everything - {"报修", "服务资料"},
        "王晓梅 电梯": {"投诉", "沟通记录", "信息发布"},  # every word must fit
        "3-2-1502 王晓梅": {"客户档案", "投诉", "沟通记录"},
        "受惊": {"投诉"},
        "走楼梯": {"信息发布"},
        "扒门": {"服务资料"},
        "dtkr": {"服务资料"},
        "ls": {"报修", "沟通记录"},
        "88007777": {"报修"},
        "龙头滴水": {"报修", "沟通记录"},
        "TS-": {"投诉"},
        "WX-": {"报修"},
        "ZS-0001": {"服务资料"},
        "梯": everything - {"客户档案", "报修"},
        "飞机": set(),
    }.items():
        assert set(found(steward, words)) == kinds, words


@pytest.mark.rule("B10")
def test_each_kind_says_how_many_and_leads_to_all_of_them(steward: Person) -> None:
    with steward.place.inside():
        for _ in range(9):
            repairs.order(NewRepair("走廊灯不亮", room="走廊", reporter="李 13900001111"), by=steward.actor)
        db.session.commit()
    groups = found(steward, "走廊")
    assert "9 件" in groups["报修"]
    assert groups["报修"].count("<tr>") == 1 + 8
    link = re.search(r'class="more" href="([^"]+)">全部结果', groups["报修"])
    assert link
    assert "共 9 条" in steward.get(link[1].replace("&amp;", "&")).text
    page = steward.get("search?q=5521 电梯").text + steward.get("search?q=走廊").text + steward.get("search?q=wxm").text
    assert "138 **** 5521" in page
    assert "13812345521" not in page
    assert "13900001111" not in page
    assert "待处理" in found(steward, "广告费")["沟通记录"]  # it opens at the desk, where it stands
    assert "receptions/" in found(steward, "广告费")["沟通记录"]


def test_nobody_finds_what_their_roles_do_not_show(steward: Person, world: World) -> None:
    lawyer, technician = steward.place.staff("罗一鸣", "legal"), steward.place.staff("赵强", "technician")
    assert not {"客户档案", "沟通记录"} & set(found(lawyer, "王晓梅"))
    assert not {"客户档案", "沟通记录"} & set(found(technician, "王晓梅"))
    assert "服务资料" in found(technician, "电梯")
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    assert not found(other, "电梯")
    assert other.get(steward.at("search?q=电梯")).status_code == 404


def test_a_draft_and_a_retired_article_are_not_found(steward: Person) -> None:
    with steward.place.inside():
        key = db.session.query(Article.id).scalar()
        day = clock.now().date() + timedelta(days=90)
        draft = articles.write(kind="question", title="外墙清洗", body="还没定", review_on=day, by=steward.actor)
        articles.retire(key, reason="过时", version=1, by=steward.place.staff("周敏", "service_supervisor").actor)
        db.session.commit()
        assert draft
    assert "服务资料" not in found(steward, "外墙") | found(steward, "扒门")


def sent(person: Person, words: str) -> list[str]:
    """The statements of a search."""
    seen: list[str] = []
    with person.world.app.app_context():
        engine = db.engine
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert person.get("search", query_string={"q": words}).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return [query for query in seen if "set_config" not in query]


def test_all_kinds_cost_few_queries(steward: Person) -> None:
    # two or three of each kind, and what every page asks; no more words, no more queries
    assert len(sent(steward, "王晓梅 电梯 5521")) <= 20


def test_a_word_that_stands_in_most_is_not_looked_for_in_the_index(steward: Person) -> None:
    with steward.place.inside():
        for nth in range(20):
            said = Matter("phone", "help", f"门禁失灵，第 {nth} 次", room="大堂", reporter="李四")
            receptions.receive(said, by=steward.actor)
        db.session.commit()
    for words, indexed in (("门禁", False), ("广告费", True)):
        asked = [query for query in sent(steward, words) if "contacts.haystack" in query]
        assert any("bigrams(contacts.haystack)" in query for query in asked) is indexed, words
    assert "20 条" in found(steward, "门禁")["沟通记录"]


INDEXED = {
    "complaints": "haystack", "repairs": "haystack", "contacts": "haystack", "release_versions": "haystack",
    "article_versions": "haystack", "recipients": "lower(name)", "customers": "lower(name)",
}  # fmt: skip


def test_words_have_an_index(steward: Person) -> None:
    with steward.place.inside():
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        for table, words in INDEXED.items():
            query = f"EXPLAIN SELECT 1 FROM {table} WHERE bigrams({words}) @> bigrams('电梯')"
            assert f"{table}_words" in "".join(db.session.scalars(text(query))), table


def test_foolish_words_find_nothing_and_break_nothing(steward: Person) -> None:
    for words in ("", "%", "_", "'; --", "<script>", "x" * 300, "\x00", "a b c d e f g h", "电" * 99):
        answer = steward.get("search", query_string={"q": words})
        assert answer.status_code == 200, words
        assert "<script>" not in answer.text
        assert not GROUP.findall(answer.text), words
