"""Knowledge: drafted, approved, in force; edited without gap; found by two letters; put into a text (C8)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from saas import clock
from saas.db import db
from saas.policy.evidence import Question, told
from saas.policy.loader import pack
from tenants.articles import queries
from tenants.articles.evidence import EVIDENCE
from tenants.articles.models import Article, Version
from tests.complaints.conftest import moment
from tests.world import Person, Place, World

NOW = moment("2026-11-23 10:00")
FACTS = {"kind": "phrase", "title": "停车费缴纳", "body": "您好，停车费可在前台或线上缴纳。", "review_on": "2027-06-30"}


@dataclass
class Shelf:
    """云栖花园 with an author and a manager."""

    place: Place
    author: Person
    manager: Person

    def write(self, **changes: Any) -> UUID:
        with clock.at(NOW):
            made = self.author.post("articles", {**FACTS, **changes})
        assert made.status_code == 303, made.text
        return UUID(made.headers["Location"].rsplit("/", 1)[1])

    def submit(self, key: UUID, version: int = 1) -> Any:
        with clock.at(NOW):
            return self.author.post(f"articles/{key}/submission", {"version": version})

    def decide(self, key: UUID, nth: int = 1, by: Person | None = None, **changes: Any) -> Any:
        with self.place.inside():
            hashed = db.session.get_one(Version, (key, nth)).content_hash
        said = {"nth": nth, "hashed": hashed, "verdict": "approved", "reason": "", **changes}
        with clock.at(NOW):
            return (by or self.manager).post(f"articles/{key}/decision", said)

    def approved(self, **changes: Any) -> UUID:
        key = self.write(**changes)
        assert self.submit(key).status_code == 303
        assert self.decide(key).status_code == 303
        return key


@pytest.fixture
def shelf(world: World) -> Shelf:
    place = world.project(world.company())
    return Shelf(place, place.staff("林晓燕", "steward"), place.staff("陈志远", "project_manager"))


@pytest.mark.rule("C8")
@pytest.mark.rule("A3")
def test_in_force_once_approved_and_until_the_next_version_is(shelf: Shelf) -> None:
    key = shelf.write()
    for page in (shelf.author.get("articles").text, shelf.author.part("articles/pick?q=停车").text):
        assert "可在前台或线上缴纳" not in page  # a draft is told to nobody
    assert shelf.submit(key).status_code == 303
    assert "待您决定" in shelf.manager.get("reminders").text or "停车费缴纳" in shelf.manager.get("").text
    assert shelf.decide(key, by=shelf.author).status_code == 403
    returned = shelf.decide(key, verdict="returned")
    assert returned.status_code == 422
    assert "退回时请写明" in returned.text
    assert shelf.decide(key).status_code == 303
    for q in ("停车", "tcf", "线上缴", "ZS-0001"):
        assert "可在前台或线上缴纳" in shelf.author.part(f"articles/pick?q={q}").text, q
    changed = {**FACTS, "body": "也可以请管家上门。", "version": 1}
    with clock.at(NOW):
        assert shelf.author.post(f"articles/{key}", changed).status_code == 303
        stale = shelf.author.post(f"articles/{key}", {**changed, "body": "第三个人写的"})
    assert stale.status_code == 409
    assert "第三个人写的" in stale.text
    assert "可在前台或线上缴纳" in shelf.author.part("articles/pick?q=停车").text
    assert shelf.submit(key, 2).status_code == 303
    assert shelf.decide(key, 2).status_code == 303
    picked = shelf.author.part("articles/pick?q=停车").text
    assert "请管家上门" in picked
    assert "可在前台或线上缴纳" not in picked
    assert "第 1 版" in shelf.author.get(f"articles/{key}").text


@pytest.mark.rule("C8")
def test_the_database_lets_nothing_come_into_force_unapproved(shelf: Shelf) -> None:
    key = shelf.write()
    shelf.submit(key)
    with shelf.place.inside(), pytest.raises(IntegrityError, match="is not approved"):
        db.session.execute(
            text("UPDATE article_versions SET in_force_at = now() WHERE article_id = :key"), {"key": key}
        )


@pytest.mark.rule("H3")
def test_an_edit_voids_what_waits(shelf: Shelf) -> None:
    key = shelf.write()
    shelf.submit(key)
    with clock.at(NOW):
        assert shelf.author.post(f"articles/{key}", {**FACTS, "body": "改了", "version": 1}).status_code == 303
    assert shelf.decide(key).status_code == 409
    with shelf.place.inside():
        found = queries.find(key)
        assert found
        assert found.in_force is None


@pytest.mark.rule("C8")
@pytest.mark.rule("A3")
def test_the_author_takes_a_submission_back(shelf: Shelf) -> None:
    key, address = shelf.write(), "撤回提交"

    def withdraw(by: Person = shelf.author, **changes: Any) -> Any:
        with clock.at(NOW):
            return by.post(f"articles/{key}/withdrawal", {"version": 1, **changes})

    assert withdraw().status_code == 409  # a draft waits for nobody
    shelf.submit(key)
    assert address in shelf.author.get(f"articles/{key}").text
    colleague, technician = shelf.place.staff("孙雨薇", "front_desk"), shelf.place.staff("赵强", "technician")
    assert address not in colleague.get(f"articles/{key}").text
    assert withdraw(colleague).status_code == withdraw(technician).status_code == 403
    assert withdraw(version=2).status_code == 409
    same = str(UUID(int=7))
    assert withdraw(key=same).status_code == withdraw(key=same).status_code == 303
    refused = withdraw()
    assert refused.status_code == 409
    assert "不能撤回" in refused.text
    assert shelf.decide(key).status_code == 409  # nobody decides what was taken back
    page = shelf.author.get(f"articles/{key}").text
    assert "已撤回" in page
    assert "提交审批" in page
    assert shelf.submit(key).status_code == 303  # the same version again
    assert shelf.decide(key).status_code == 303
    assert withdraw().status_code == 409  # decided meanwhile
    with shelf.place.inside():
        said = db.session.scalars(text("SELECT name FROM events WHERE name LIKE 'article.%'")).all()
        assert said.count("article.withdrawn") == 1


@pytest.mark.rule("C8")
def test_current_until_the_day_of_its_review(shelf: Shelf) -> None:
    key = shelf.approved(review_on="2026-12-15")
    rules = pack("property")
    clause = rules.clauses["knowledge-base"]

    def stands(begin: str, end: str, at: str) -> tuple[int, int, int]:
        with clock.at(moment(at)), shelf.place.inside():
            asked = Question(clause, rules, moment(begin), moment(end))
            found = told(EVIDENCE[clause.evidence].query(asked))
            return found.met, found.open, found.missed

    november, december = ("2026-11-01 00:00", "2026-12-01 00:00"), ("2026-12-01 00:00", "2027-01-01 00:00")
    assert stands(*november, "2027-01-05 00:00") == (1, 0, 0)
    assert stands(*december, "2026-12-15 23:00") == (0, 1, 0)
    assert stands(*december, "2026-12-16 01:00") == (0, 0, 1)
    with clock.at(moment("2026-12-20 10:00")):
        supervisor = shelf.place.staff("周敏", "service_supervisor")
        assert "复核：停车费缴纳" in supervisor.get("").text
        assert "应复核" in supervisor.get("articles").text
        answer = supervisor.post(f"articles/{key}/retirement", {"reason": "收费已取消", "version": 1})
        assert answer.status_code == 303
        assert "复核：停车费缴纳" not in supervisor.get("").text
    assert stands(*december, "2027-01-05 00:00") == (0, 0, 0)
    assert "已停用" in shelf.author.get(f"articles/{key}").text
    assert shelf.submit(key).status_code == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "请填写标题"),
        ({"title": "长" * 81}, "标题最多 80 个字"),
        ({"body": ""}, "请填写内容"),
        ({"kind": "poem"}, "请从列表里选择一项"),
        ({"review_on": "2026-11-23"}, "复核日期应在今天之后"),
        ({"review_on": "明年"}, "请按 2026-11-20 的格式"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(shelf: Shelf, changes: dict[str, str], words: str) -> None:
    with clock.at(NOW):
        answer = shelf.author.post("articles", {**FACTS, "body": "写了很久的内容", **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert "body" in changes or "写了很久的内容" in answer.text
    with shelf.place.inside():
        assert not db.session.query(Article).count()


def test_who_reads_and_who_writes(shelf: Shelf, world: World) -> None:
    key = shelf.approved()
    technician = shelf.place.staff("赵强", "technician")
    assert "可在前台或线上缴纳" in technician.get(f"articles/{key}").text
    assert technician.get("articles/new").status_code == technician.get(f"articles/{key}/edit").status_code == 403
    assert technician.post(f"articles/{key}/retirement", {"reason": "x", "version": 1}).status_code == 403
    assert "插入标准用语" in shelf.author.get("contacts/new").text
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    assert other.get(f"articles/{key}").status_code == 404
    assert "缴纳" not in other.part("articles/pick?q=停车").text
