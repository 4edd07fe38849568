"""Many repairs at once: each judged as it would be alone, a result for each; and who is sent or urged is told."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from saas import clock
from saas.bulk_runs import BulkRun
from saas.db import db
from tenants.obligations import appointments
from tenants.obligations.models import Reminder
from tenants.repairs import actions
from tenants.repairs.models import Repair
from tests.repairs.workshop import Workshop
from tests.world import Person, World


def send(shop: Workshop, act: str, *repairs: UUID, by: Person | None = None, **fields: Any) -> Any:
    ids = [f"{each}:{shop.get(each).version}" for each in repairs]
    return (by or shop.supervisor).post("repairs/bulk", {"act": act, "ids": ids, **fields})


@pytest.mark.rule("E2")
def test_what_can_be_assigned_is_and_every_other_says_why(shop: Workshop) -> None:
    fresh, general, gone, stale = (
        shop.order(), shop.order(skill="general"), shop.bring_to("arrived", skill="general"),
        shop.order(skill="general"),
    )  # fmt: skip
    assert shop.supervisor.get("repairs/?view=all").text.count("data-pick ") == 4
    asked = send(shop, "assign", fresh, general)
    assert asked.status_code == 200  # without script the same: a page that asks to whom
    assert asked.text.count('name="ids"') == 2
    chosen = {"go": "1", "technician_id": str(shop.technician.id), "note": ""}
    assert send(shop, "assign", fresh, **(chosen | {"technician_id": str(shop.finance.id)})).status_code == 422
    key = str(uuid4())
    ids = [f"{fresh}:1", f"{general}:1", f"{gone}:{shop.get(gone).version}", f"{stale}:9", f"{uuid4()}:1"]
    done = send(shop, "assign", **chosen, key=key, ids=ids)
    assert done.status_code == 303
    page = shop.supervisor.get(done.headers["Location"]).text
    for words in (
        "5 件中 1 件完成", "已派工 WX-", "没有登记水暖专长", "不能改为「已派工」", "刚被别人改过", "没有这件报修",
    ):  # fmt: skip
        assert words in page, words
    again = send(shop, "assign", **chosen, key=key, ids=ids)
    assert again.headers["Location"] == done.headers["Location"]  # sent twice it acts once
    assert [shop.get(each).technician_id for each in (fresh, general, stale)] == [None, shop.technician.id, None]
    assert shop.technician.get(done.headers["Location"]).status_code == 404  # somebody else's
    run_id = done.headers["Location"].rsplit("/", 1)[1]
    assert shop.supervisor.get(f"complaints/bulk/{run_id}").status_code in (403, 404)  # no run over complaints


@pytest.mark.rule("E2")
@pytest.mark.rule("R2")
def test_who_is_sent_is_told_at_once_and_again_only_when_urged(shop: Workshop, admin: psycopg.Connection) -> None:
    made, nobodys = shop.order(), shop.order()
    other = shop.place.staff("钱伟", "technician")
    shop.assign(made, note="带上 13800005521 的钥匙")
    with shop.place.inside():
        first = appointments.was_assigned(made, 1)
        assert len(first) == 1
        assert appointments.was_assigned(made, 1) == []
        told = db.session.scalars(select(Reminder)).one()
        assert (told.kind, told.staff_id, told.path) == ("assigned", shop.technician.id, f"repairs/{made}")
        assert "吴涛派给您，3-2-1502，约定 " in told.words
        assert "13800005521" not in told.words  # it goes by mail (B10)
        db.session.commit()
    assert "派给您" in shop.technician.get("reminders").text
    done = send(shop, "remind", made, nobodys)
    page = shop.supervisor.get(done.headers["Location"]).text
    assert "2 件中 1 件完成" in page
    assert "还没有派工，请先派工" in page
    assert "已通知赵强" in shop.technician.get(f"repairs/{made}").text
    at = clock.now()
    with shop.place.inside():
        assert len(appointments.was_urged(made, at)) == 1
        assert appointments.was_urged(made, at) == []
        db.session.commit()
    shop.do(actions.assign, made, shop.supervisor, technician_id=other.id, note="换人")
    shop.do(actions.assign, nobodys, shop.supervisor, technician_id=shop.supervisor.id, note="我去")
    with shop.place.inside():
        assert appointments.was_assigned(made, 1) == []  # somebody else goes now
        assert len(appointments.was_assigned(made, 2)) == 1
    asked = "SELECT args[1] FROM platform.outbox WHERE job = 'repairs.assigned'"
    assert str(nobodys) not in {row[0] for row in admin.execute(asked)}  # they sent themselves


@pytest.mark.rule("E2")
def test_one_is_urged_on_its_own_page_as_from_the_list(shop: Workshop, admin: psycopg.Connection) -> None:
    made, page = shop.order(), "repairs/{}".format
    assert "催办" not in shop.supervisor.get(page(made)).text
    refused = shop.post(shop.supervisor, made, "urging")
    assert (refused.status_code, "还没有派工，请先派工" in refused.text) == (422, True)
    shop.assign(made)
    version, key = shop.get(made).version, str(uuid4())
    assert f"{made}/urging" in shop.supervisor.get(page(made)).text
    assert f"{made}/urging" not in shop.technician.get(page(made)).text
    assert shop.post(shop.technician, made, "urging").status_code == 403
    for _ in range(2):
        assert shop.post(shop.supervisor, made, "urging", key=key).status_code == 303
    shown = shop.technician.get(page(made)).text
    assert (shown.count("已通知赵强"), shop.get(made).version) == (1, version)
    asked = "SELECT args[1] FROM platform.outbox WHERE job = 'repairs.urged'"
    assert [row[0] for row in admin.execute(asked)] == [str(made)]
    shop.do(actions.cancel, made, shop.desk, reason="自行修好")
    ended = shop.post(shop.supervisor, made, "urging")
    assert (ended.status_code, "已取消，不用再催办" in ended.text) == (409, True)


@pytest.mark.rule("B10")
def test_an_export_is_masked_and_nothing_chosen_does_nothing(shop: Workshop, world: World) -> None:
    made = shop.order()
    assert send(shop, "export", made, go="1", reason=" ").status_code == 422
    done = send(shop, "export", made, go="1", reason="周例会").headers["Location"]
    rows = list(load_workbook(BytesIO(shop.supervisor.get(f"{done}/file").data)).active.values)
    assert "吴涛 于" in str(rows[0][0])
    assert "周例会" in str(rows[0][0])
    assert rows[2][3] == "王*梅"
    assert "13800005521" not in str(rows)
    assert shop.manager.get(f"{done}/file").status_code == 404
    for fields in ({"act": "assign"}, {"act": "nonsense", "ids": [f"{made}:1"]}, {"act": "remind", "ids": ["\x00"]}):
        assert shop.supervisor.post("repairs/bulk", fields).headers["Location"].endswith("/repairs/")
    assert "data-pick " not in shop.technician.get("repairs/?view=all").text
    assert send(shop, "remind", made, by=shop.technician).headers["Location"].endswith("/repairs/")
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    stranger = other.staff("赵敏", "engineering_supervisor")
    foreign = stranger.post("repairs/bulk", {"act": "remind", "ids": [f"{made}:1"]})
    assert "没有这件报修" in stranger.get(foreign.headers["Location"]).text
    with shop.place.inside():
        assert len(db.session.scalars(select(BulkRun)).all()) == 1
        assert db.session.get_one(Repair, made).version == 1
