"""The board on screen: who sees what, the way from a cell to the record, length costs no statements (M4, A4)."""

import gzip
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from saas import clock, demo
from saas.board import routes
from saas.board.cells import Measured, as_json, write
from saas.db import db
from saas.events import Event
from saas.identity.loader import COOKIE
from saas.identity.sessions import open_session
from saas.policy import loader
from saas.policy.loader import pack
from saas.policy.pack import OUTSIDERS, Pack
from saas.tenancy.places import Home
from saas.web.downloads import XLSX
from tests.board.conftest import NOON, Street, another_day
from tests.world import Place

pytestmark = pytest.mark.rule("M4")
OFFICE = "/xiangrui/quality/board"


@pytest.fixture(autouse=True)
def settled(street: Street, noon: datetime) -> None:
    street.settle()


@contextmanager
def sent(street: Street) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with street.world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def late_complaint(street: Street) -> str:
    """A complaint that nobody answered for a day; the board has heard of it."""
    key = street.register(ago=timedelta(days=1))
    street.work()
    return str(key)


@pytest.mark.rule("A4")
def test_the_head_office_sees_all_projects_of_its_own_company_and_of_no_other(street: Street) -> None:
    late_complaint(street)
    other = street.world.company("hengtai", "恒泰物业")
    street.world.project(other, "xuefu", "学府雅苑")
    shown = street.quality.get(OFFICE).text
    assert "云栖花园" in shown
    assert "翡翠湾" in shown
    assert "学府雅苑" not in shown
    stranger = other.staff("陆思敏", "quality")
    assert stranger.get(OFFICE).status_code == 404
    assert "云栖花园" not in stranger.get("/hengtai/quality/board").text


@pytest.mark.rule("R1")
def test_from_the_cell_to_the_record(street: Street) -> None:
    key = late_complaint(street)
    cell = street.quality.get(f"{OFFICE}/complaint-first-response/yunqi")
    assert cell.status_code == 200
    assert "投诉 2 小时内首次回应" in cell.text
    assert "/xiangrui/yunqi/board/complaint-first-response" in cell.text
    evidence = street.manager.get("board/complaint-first-response").text
    assert f"/xiangrui/yunqi/complaints/{key}" in evidence
    assert "未做到" in evidence


def test_a_cell_says_in_words_what_its_sign_means(street: Street) -> None:
    late_complaint(street)
    shown = street.quality.get(OFFICE).text
    assert "云栖花园，投诉 2 小时内首次回应，!1 逾期 1 项" in shown
    assert "未启用" in shown


def test_who_may_not_read_it_is_told(street: Street) -> None:
    assert street.steward.get("board").status_code == 403
    assert street.steward.get(OFFICE).status_code == 404
    assert street.manager.get(f"{OFFICE}/complaint-closed/yunqi").status_code == 404
    assert street.quality.get(f"{OFFICE}/no-such-clause/yunqi").status_code == 404
    assert street.quality.get(f"{OFFICE}/complaint-closed/nowhere").status_code == 404


def test_more_projects_ask_no_more_statements(street: Street) -> None:
    late_complaint(street)
    street.quality.get(OFFICE)
    with sent(street) as few:
        street.quality.get(f"{OFFICE}?q=投诉")
    for number in range(2):
        street.world.project(street.office, f"more-{number}", f"新园{number}")
    street.work()
    with sent(street) as many:
        street.quality.get(f"{OFFICE}?q=投诉")
    assert len(many) <= len(few) + 1, many


@pytest.fixture
def many(street: Street, monkeypatch: pytest.MonkeyPatch) -> list[Home]:
    """32 projects as the head office knows them: n late things in the nth, but none in the first two."""
    places = [Home(f"t_{number}", f"p-{number}", f"{number} 号园") for number in range(1, 33)]
    monkeypatch.setattr(routes, "homes", lambda *_: tuple(places))
    november = {"begins": date(2026, 11, 1), "ends": date(2026, 12, 1), "pack_version": "1.0"}
    with street.office.inside():
        for number, place in enumerate(places, start=1):
            late = Measured("complaint-first-response", missed=number if number > 2 else 0, met=1, **november)
            soon = Measured("complaint-closed", open=1, due=(NOON + timedelta(days=3),), **november)
            rows = as_json([late, soon] if number == 1 else [late])
            write(db.session(), place.schema, rows, seq=1, at=NOON)
        db.session.commit()
    return places


def heads(html: str) -> list[str]:
    """The projects in the head of the map."""
    return re.findall(r'<th scope="col" title="([^"]+ 号园)">', html)


def rows(html: str) -> list[str]:
    """The clauses of the map that have a row."""
    return re.findall(r'<tr><th scope="row">([^<]+)<', html)


def test_32_projects_the_worst_first_on_three_pages(street: Street, many: list[Home]) -> None:
    worst_first = [home.name for home in reversed(many)]
    found = [heads(street.quality.get(f"{OFFICE}?page={page}").text) for page in (1, 2, 3)]
    assert found[0] == worst_first[:12]
    assert found[1] == worst_first[12:24]
    assert set(found[2]) == set(worst_first[24:])
    assert heads(street.quality.get(f"{OFFICE}?page=99").text) == found[2]
    first = street.quality.get(OFFICE).text
    assert "涉及 30 个项目" in first
    assert re.findall(r"<b>(\d+ 项)</b>", first)[:3] == ["32 项", "31 项", "30 项"]


def test_filters(street: Street, many: list[Home]) -> None:
    response, closed = (pack("property").clauses[key].title for key in ("complaint-first-response", "complaint-closed"))

    def part(query: str) -> str:
        return street.quality.part(f"{OFFICE}?{query}").text

    assert heads(part("project=3+号")) == [f"{number} 号园" for number in (23, 13, 3)]
    assert heads(part("project=p-7")) == ["7 号园"]
    assert len(heads(part("show=unmet&page=3"))) == 6  # 30 in all
    assert rows(part("show=unmet")) == [response]
    assert (heads(part("show=soon")), rows(part("show=soon"))) == (["1 号园"], [closed])
    assert set(rows(part("show=off"))).isdisjoint({response, closed})
    assert rows(part(f"q={closed}")) == [closed]
    chapter = pack("property").clauses["complaint-closed"].chapter
    titles = {each.title for each in pack("property").clauses.values() if each.chapter == chapter}
    assert set(rows(part(f"chapter={chapter}"))) <= titles
    assert "没有" in part("project=nowhere")
    assert heads(part("period=2026-10&show=unmet")) == []
    for foolish in (
        "period=2099-99",
        "period=%00",
        "show=x",
        "page=-1",
        "page=9999999999",
        "chapter=x",
        f"q={'长' * 99}",
    ):
        assert street.quality.get(f"{OFFICE}?{foolish}").status_code == 200, foolish


def test_sixty_clauses_fit_the_budget(street: Street, many: list[Home], monkeypatch: pytest.MonkeyPatch) -> None:
    """The page as it travels, with twelve projects in as many states as in a bad year: 15 KiB less a year's trend."""
    whole, chance = pack("property"), random.Random(60)
    sixty = {key: clause for key, clause in list(whole.clauses.items())[:60] if not clause.office}
    monkeypatch.setattr(loader, "versions", lambda _: (replace(whole, clauses=MappingProxyType(sixty)),))
    monkeypatch.setattr(routes, "known", lambda: {clause.evidence for clause in sixty.values()})

    def some(clause: str) -> Measured:
        roll = chance.randrange(30)
        due = (NOON + timedelta(days=roll - 4), NOON + timedelta(days=20)) if roll % 10 == 1 else ()
        return Measured(
            clause, date(2026, 11, 1), date(2026, 12, 1), "1.0", met=chance.randrange(9),
            missed=1 + roll % 3 if roll % 5 == 0 else 0, open=len(due), due=due, need=10 if roll % 10 == 3 else None,
            applies=roll != 7,
        )  # fmt: skip

    with street.office.inside():
        for place in many:
            write(db.session(), place.schema, as_json(map(some, sixty)), seq=2, at=NOON)
        db.session.commit()
    html = street.quality.get(OFFICE).data
    assert html.count(b"<td") > 12 * 55
    assert len(gzip.compress(html, 6)) <= 14 * 1024


@pytest.mark.rule("R3")
def test_each_period_is_shown_by_the_version_that_judges_it(street: Street, reforms: Callable[..., Pack]) -> None:
    old = pack("property").clauses["complaint-first-response"]
    reforms(date(2026, 12, 1), replace(old, title="投诉 1 小时内首次回应"))
    with another_day(6):
        with street.world.app.app_context():
            token = open_session(db.session(), street.quality.id)
            db.session.commit()
        street.quality.client.set_cookie(COOKIE, token)
        now, before, both = (street.quality.get(f"{OFFICE}?period=2026-{each}").text for each in ("12", "11", "Q4"))
        assert "按期间适用的规程 1.0+ 版判定" in now
        assert "投诉 1 小时内首次回应" in rows(now)
        assert "按期间适用的规程 1.0 版判定" in before
        assert old.title in rows(before)
        assert "按期间适用的规程 1.0、1.0+ 版判定" in both
        panel = street.quality.get(f"{OFFICE}/complaint-first-response/yunqi?period=2026-11").text
        assert old.title in panel
        assert re.search(r"规程版本</dt>\s*<dd>\s*1.0 版", panel)


def test_which_roles_read_it(street: Street) -> None:
    key = late_complaint(street)
    for role in pack("property").roles:
        if role in OUTSIDERS | {"company_admin"}:
            continue
        person = street.yunqi.staff("某人", role)
        status = 200 if role in routes.READERS else 403
        for path in ("board", "board/complaint-first-response"):
            assert person.get(path).status_code == status, (role, path)
        assert person.post("board/exports").status_code == status, role
    for outsider in (street.feicui.staff("外人", "project_manager"),):
        assert outsider.get("/xiangrui/yunqi/board").status_code == 404
        assert outsider.post("/xiangrui/yunqi/board/exports").status_code == 404
        assert key not in outsider.get("board/complaint-first-response").text


@pytest.mark.rule("B10")
def test_what_is_shown_is_taken_along_and_that_is_an_event(street: Street) -> None:
    late_complaint(street)
    taken = street.quality.post(f"{OFFICE}/exports?q=首次回应&project=yunqi")
    assert taken.status_code == 200
    assert taken.headers["Content-Disposition"] == "attachment; filename=board-2026-11.xlsx"
    sheet = load_workbook(BytesIO(taken.data)).active
    assert sheet is not None
    mark, head, *clauses = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert mark == ["孟晓岚 于 2026-11-26 12:00 导出：2026 年 11 月，数据截至 2026-11-26 12:00。仅供内部使用。"]
    assert head == ["章节", "条款", "依据", "达标", "云栖花园"]
    clause = pack("property").clauses["complaint-first-response"]
    chapter = pack("property").chapters[clause.chapter]
    assert [chapter, clause.title, clause.source, "0 / 1", "逾期 1 项"] in clauses
    assert all("首次回应" in f"{title}{source}" or "首次回应" in title for _, title, source, *_ in clauses)
    assert "王晓梅" not in str(clauses)
    alone = street.manager.post("board/exports?show=unmet")
    sheet = load_workbook(BytesIO(alone.data)).active
    assert sheet is not None
    shown = [row[1].value for row in sheet.iter_rows(min_row=3)]
    assert clause.title in shown
    assert "投诉登记" not in str(shown)
    assert taken_in(street.office) == [("孟晓岚", "2026-11", True)]
    assert taken_in(street.yunqi) == [("陈志远", "2026-11", True)]


def test_the_same_form_twice_is_one_event_and_leads_back(street: Street) -> None:
    key = str(uuid4())
    assert street.quality.post(f"{OFFICE}/exports", {"key": key}).mimetype == XLSX
    again = street.quality.post(f"{OFFICE}/exports", {"key": key})
    assert (again.status_code, again.location) == (303, f"{OFFICE}?period=2026-11")
    assert street.quality.post(f"{OFFICE}/exports", {"key": ""}).status_code == 400
    assert len(taken_in(street.office)) == 1


def taken_in(place: Place) -> list[tuple[str, str, bool]]:
    """Who took the board of a place along, of which period, and whether filtered."""
    with place.inside():
        found = db.session.scalars(select(Event).where(Event.name == "board.exported"))
        return [(each.actor_name, each.data["period"], each.data["search"]) for each in found]


def test_while_the_demonstration_is_written_its_pages_say_how_far(street: Street, home: Path) -> None:
    said = "以前季度的演示数据还在写入"
    pages = [(street.quality, OFFICE), (street.quality, ""), (street.manager, "board"), (street.manager, "")]
    try:
        demo.tell(home, ["hengtai"], 1, 8, "2026 年第 3 季度，学府雅苑")
        assert all(said not in person.get(path).text for person, path in pages)
        demo.tell(home, ["xiangrui"], 3, 8, "2026 年第 2 季度，云栖花园")
        for person, path in pages:
            html = person.get(path).text
            assert said in html
            assert '<progress max="8" value="3"' in html
        with clock.at(NOON + demo.FRESH):  # its writer was killed
            assert said not in street.manager.get("board").text
    finally:
        demo.finish(home)
    assert said not in street.manager.get("board").text
