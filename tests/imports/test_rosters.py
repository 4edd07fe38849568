"""A roster comes in: read, looked at, written once; what is wrong is told row by row (B13)."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from saas.db import db
from saas.events import Event, timeline
from saas.identity.actor import Actor
from saas.sheets import read
from tenants.customers import roster
from tenants.customers.models import Customer, Residency, Unit
from tenants.imports import actions
from tenants.imports.models import Import, ImportRow
from tests.imports.conftest import Desk, households
from tests.world import World

pytestmark = pytest.mark.rule("B13")

WANG = ["3", "2", "1502", "王晓梅", "13800005521、0571-88001234", "业主", date(2024, 5, 31), "入住", "林晓燕"]
SON = ["3", "2", "1502", "单雄", "", "家属", "", "", ""]
SHOP = ["商铺", "", "12", "好味餐厅", "13700002222", "商户", "", "装修", "李静"]
BAD = ["3", "2", "1503", "李四", "1380000", "房东", "去年", "住", ""]


def test_rows_are_read_and_nothing_is_written_before_a_person_has_looked(desk: Desk) -> None:
    key = desk.take(households(WANG, SON, SHOP, BAD))
    found = desk.found(key)
    assert (found.state, found.counts["rows"], found.counts["errors"]) == ("staged", 4, 1)
    page = desk.steward.get(f"imports/{key}").text
    for words in ("手机：应为 11 位", "身份：应为", "交付日期：应为", "写入 3 行"):
        assert words in page
    with desk.place.inside():
        assert not db.session.scalar(select(func.count()).select_from(Unit))
    good = desk.steward.part(f"imports/{key}?shown=good").text
    assert "王晓梅" in good
    assert "13800005521" not in good
    assert "李静”不在本项目" in desk.steward.part(f"imports/{key}?shown=warning").text


@pytest.mark.rule("B1")
def test_publishing_writes_households_people_and_their_history(desk: Desk) -> None:
    counts = desk.publish(desk.take(households(WANG, SON, SHOP, BAD)))
    assert (counts["new"], counts["changed"], counts["duplicate"], counts["errors"]) == (3, 0, 0, 1)
    with desk.place.inside():
        unit = db.session.scalars(select(Unit).where(Unit.label == "3-2-1502")).one()
        assert (unit.building, unit.unit, unit.room, unit.occupancy) == ("3", "2", "1502", "occupied")
        assert (unit.handed_over_on, unit.steward_id) == (date(2024, 5, 31), desk.steward.id)
        assert [e.name for e in timeline(unit)] == ["unit.registered"]
        key = unit.id
        wang = db.session.scalars(select(Customer).where(Customer.name == "王晓梅")).one()
        assert wang.phones == ("13800005521", "0571-88001234")
        assert wang.name_initials == "wxm"
    page = desk.steward.get(f"customers/{key}").text
    assert "由文件“名册.xlsx”导入" in page
    assert "林晓燕" in page


def test_the_same_file_again_brings_only_duplicates(desk: Desk) -> None:
    data = households(WANG, SON, SHOP)
    desk.publish(desk.take(data))
    key = desk.take(data)
    assert "已由 林晓燕 写入过" in desk.steward.get(f"imports/{key}").text
    counts = desk.publish(key)
    assert (counts["new"], counts["changed"], counts["duplicate"]) == (0, 0, 3)
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Residency)) == 3


@pytest.mark.rule("B5")
def test_who_is_there_is_changed_and_the_old_value_kept(desk: Desk) -> None:
    desk.publish(desk.take(households(WANG, SON)))
    wang = [*WANG[:4], "13900009999", "租户", "", "空置", ""]
    counts = desk.publish(desk.take(households(wang, SON)))
    assert (counts["new"], counts["changed"], counts["duplicate"]) == (0, 1, 1)
    with desk.place.inside():
        who = db.session.scalars(select(Customer).where(Customer.name == "王晓梅")).one()
        assert who.phones == ("13900009999", "13800005521", "0571-88001234")
        changes = timeline(who)[0].data["changes"]
        assert changes["phone"] == ["13800005521", "13900009999"]
        assert changes["relation"] == ["owner", "tenant"]
        unit = db.session.scalars(select(Unit)).one()
        assert unit.handed_over_on == date(2024, 5, 31)  # a blank changes nothing
        assert timeline(unit)[0].data["changes"] == {"occupancy": ["occupied", "vacant"]}


def test_one_person_with_two_rooms_is_one_person(desk: Desk) -> None:
    desk.publish(desk.take(households(WANG, ["3", "2", "1601", *WANG[3:]])))
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Customer)) == 1
        assert db.session.scalar(select(func.count()).select_from(Unit)) == 2


def test_both_doors_are_safe_to_run_twice(desk: Desk) -> None:
    key = desk.take(households(WANG, SON))
    desk.stage(key)
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 2
    desk.publish(key)
    with desk.place.inside():
        actions.publish(str(key))
        actions.stage(str(key))
        actions.stage(str(uuid4()))
        actions.publish(str(uuid4()))
    assert desk.found(key).state == "published"
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Residency)) == 2
        published = db.session.scalars(select(Event).where(Event.name == "import.published")).all()
        assert len(published) == 1


def test_a_killed_reader_is_followed_by_one_that_starts_afresh(desk: Desk) -> None:
    key = desk.take(households(WANG, SON))
    with desk.place.inside():  # as a worker leaves it that was killed after its first chunk
        found = db.session.get(Import, key)
        found.state, found.run, found.counts = "staging", uuid4(), {"rows": 1}
        db.session.delete(db.session.get(ImportRow, (key, 3)))
        db.session.commit()
    desk.stage(key)
    assert (desk.found(key).state, desk.found(key).counts["rows"]) == ("staged", 2)


def test_a_publication_killed_in_the_middle_is_taken_up_where_it_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = desk.take(households(WANG, SON, SHOP, BAD))
    version = desk.found(key).version
    assert desk.steward.post(f"imports/{key}/publication", {"version": version}).status_code == 303
    monkeypatch.setattr(actions, "CHUNK", 1)
    write, written = actions._write, []

    def killed_at_the_third(key: UUID, kind: str, file: str, numbers: Sequence[int], by: Actor) -> dict[int, str]:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.extend(numbers)
        return write(key, kind, file, numbers, by)

    with monkeypatch.context() as patch, desk.place.inside():
        patch.setattr(actions, "_write", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            actions.publish(str(key))
    found = desk.found(key)
    assert (found.state, found.written) == ("publishing", 2)
    assert "已写入 2 行，共 3 行" in desk.steward.part(f"imports/{key}/progress").text
    with desk.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Residency)) == 2
        actions.publish(str(key))
        actions.publish(str(key))
        assert db.session.scalar(select(func.count()).select_from(Residency)) == 3
        assert len(db.session.scalars(select(Event).where(Event.name == "import.published")).all()) == 1
    counts = desk.found(key).counts
    assert (desk.found(key).state, counts["new"], counts["changed"], counts["duplicate"]) == ("published", 3, 0, 0)


def test_who_presses_second_is_told(desk: Desk) -> None:
    key = desk.take(households(WANG))
    version = desk.found(key).version
    assert desk.steward.post(f"imports/{key}/publication", {"version": version}).status_code == 303
    for verb in ("publication", "withdrawal", "mapping"):
        assert desk.steward.post(f"imports/{key}/{verb}", {"version": version}).status_code == 409, verb
    assert "正在写入" in desk.steward.get(f"imports/{key}").text
    assert desk.steward.post(f"imports/{key}/retries", {"version": version + 1}).status_code == 303


def test_an_import_can_be_given_up(desk: Desk) -> None:
    key = desk.take(households(WANG))
    assert desk.steward.post(f"imports/{key}/withdrawal", {"version": desk.found(key).version}).status_code == 303
    assert desk.found(key).state == "discarded"
    assert "已放弃" in desk.steward.get(f"imports/{key}").text
    assert desk.steward.post(f"imports/{key}/publication", {"version": desk.found(key).version}).status_code == 409


def test_only_errors_cannot_be_published(desk: Desk) -> None:
    key = desk.take(households(BAD))
    answer = desk.steward.post(f"imports/{key}/publication", {"version": desk.found(key).version})
    assert answer.status_code == 422
    assert "没有一行可以写入" in answer.text


def test_the_refused_rows_come_back_as_a_workbook_and_that_is_logged(desk: Desk) -> None:
    key = desk.take(households(WANG, BAD))
    sheet = desk.steward.post(f"imports/{key}/errors")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    mark, *rows = [row.values for row in read(BytesIO(sheet.data))]
    assert str(mark[0]).startswith("林晓燕 于 ")
    assert rows[0][:2] == ("行号", "需要修改")
    assert rows[1][0] == 3
    assert "李四" in rows[1]
    assert len(rows) == 2
    assert desk.steward.get(f"imports/{key}/errors").status_code == 405, "reading writes nothing, so it gives no file"
    with desk.place.inside():
        assert db.session.scalars(select(Event).where(Event.name == "import.errors_taken")).one().actor_name == "林晓燕"
    again = desk.take(sheet.data)
    assert desk.found(again).count("rows") == 1, "corrected, it comes in again"


def test_progress_is_polled_until_it_is_done(desk: Desk) -> None:
    answer = desk.upload(households(WANG))
    where = answer.headers["Location"]
    waiting = desk.steward.part(f"{where}/progress")
    assert "hx-get" in waiting.text
    assert "HX-Redirect" not in waiting.headers
    assert "排队等待查错" in desk.steward.get(where).text
    desk.stage(where.rsplit("/", 1)[1])
    done = desk.steward.part(f"{where}/progress")
    assert done.headers["HX-Redirect"].endswith(where)
    assert "hx-get" not in done.text


def test_templates_are_read_by_our_own_reader(desk: Desk) -> None:
    data = desk.steward.get("imports/templates/roster.xlsx").data
    assert data[:2] == b"PK"
    key = desk.take(data)
    assert "模板里的示例行" in desk.steward.get(f"imports/{key}").text
    assert desk.steward.get("imports/templates/ledger.xlsx").data[:2] == b"PK"
    assert desk.steward.get("imports/templates/other.xlsx").status_code == 404


def test_our_own_export_comes_in_again(desk: Desk) -> None:
    desk.publish(desk.take(households(WANG, SON, SHOP)))
    manager = desk.place.staff("陈志远", "project_manager")
    data = manager.post("customers/exports", {"reason": "核对", "full": "1"}).data
    counts = desk.publish(desk.take(data))
    assert (counts["duplicate"], counts["rows"]) == (3, 3)


def test_others_do_not_import(desk: Desk, world: World) -> None:
    key = desk.take(households(WANG))
    technician = desk.place.staff("吴涛", "technician")
    assert technician.get("imports").status_code == technician.get(f"imports/{key}").status_code == 403
    assert desk.upload(households(WANG), by=technician).status_code == 403
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    for path in (f"imports/{key}", f"imports/{key}/progress"):
        assert other.get(path).status_code == 404
    assert technician.post(f"imports/{key}/errors").status_code == 403
    for verb in ("publication", "withdrawal", "mapping", "retries", "errors"):
        assert other.post(f"imports/{key}/{verb}", {"version": "1"}).status_code == 404


def test_the_template_and_the_parser_know_the_same_columns() -> None:
    titles = next(iter(read(BytesIO(roster.template())))).values
    assert list(titles) == [column.title for column in roster.COLUMNS]
