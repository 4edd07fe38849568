"""Many cases at once: each judged as it would be alone, a result for each, none skipped silently (D2, D4, B10)."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from saas import clock
from saas.bulk_runs import BulkRun
from saas.db import db
from tenants.complaints.models import Complaint
from tenants.obligations import rounds
from tenants.obligations.models import Reminder
from tests.complaints.conftest import Yard
from tests.world import Person, World


def send(yard: Yard, act: str, *cases: UUID, by: Person | None = None, **fields: Any) -> Any:
    ids = [f"{case}:{yard.version(case)}" for case in cases]
    return (by or yard.supervisor).post("complaints/bulk", {"act": act, "ids": ids, **fields})


def assign(yard: Yard, *cases: UUID, to: Person | None = None, **fields: Any) -> Any:
    given = {"department": "customer_service", "handler_id": str((to or yard.steward).id), "go": "1"}
    return send(yard, "assign", *cases, **given, **fields)


@pytest.mark.rule("D2")
@pytest.mark.rule("D4")
def test_what_can_be_assigned_is_and_every_other_says_why(yard: Yard) -> None:
    fresh, about, closed, stale = (yard.register() for _ in range(4))
    yard.accept(closed)
    with yard.place.inside():
        db.session.get_one(Complaint, about).complained_about = yard.steward.id
        db.session.get_one(Complaint, closed).state = "replied"
        db.session.commit()
    listed = yard.supervisor.get("complaints/?view=all").text
    assert listed.count("data-pick ") == 4
    asked = send(yard, "assign", fresh, about, closed, stale)
    assert asked.status_code == 200  # without script the same: a page that asks to whom
    assert asked.text.count('name="ids"') == 4
    wrong = assign(yard, fresh, to=yard.general)
    assert wrong.status_code == 422
    key = str(uuid4())
    ids = [f"{fresh}:1", f"{about}:1", f"{closed}:{yard.version(closed)}", f"{stale}:9", f"{uuid4()}:1"]
    done = assign(yard, fresh, key=key, note="本周内", **{"ids": ids})
    assert done.status_code == 303
    page = yard.supervisor.get(done.headers["Location"]).text
    for words in (
        "5 件中 1 件完成", "已指派 TS-", "是被投诉人，按规程应回避", "不用再指派", "刚被别人改过", "没有这件投诉",
    ):  # fmt: skip
        assert words in page, words
    again = assign(yard, fresh, key=key, **{"ids": ids})
    assert again.headers["Location"] == done.headers["Location"]  # sent twice it acts once
    with yard.place.inside():
        assert db.session.get_one(Complaint, fresh).handler_id == yard.steward.id
        assert db.session.get_one(Complaint, about).handler_id is None
        assert len(db.session.scalars(select(BulkRun)).all()) == 1
    assert yard.steward.get(done.headers["Location"]).status_code == 404  # somebody else's


@pytest.mark.rule("R2")
def test_the_handlers_are_urged(yard: Yard) -> None:
    handled, nobodys = yard.register(), yard.register()
    yard.accept(handled)
    done = send(yard, "remind", handled, nobodys)
    page = yard.supervisor.get(done.headers["Location"]).text
    assert "2 件中 1 件完成" in page
    assert "还没有经办人，请先指派" in page
    assert "催办" in yard.steward.get(f"complaints/{handled}").text
    at = clock.now()
    with yard.place.inside():
        assert len(rounds.case_urged(handled, at)) == 1
        assert rounds.case_urged(handled, at) == []
        db.session.commit()
        assert db.session.scalars(select(Reminder.staff_id).where(Reminder.kind == "urged")).all() == [yard.steward.id]


@pytest.mark.rule("B10")
def test_an_export_is_masked_and_says_who_took_it_and_why(yard: Yard) -> None:
    one, about = yard.register(), yard.register()
    with yard.place.inside():
        db.session.get_one(Complaint, about).complained_about = yard.supervisor.id
        db.session.commit()
    assert send(yard, "export", one, go="1", reason=" ").status_code == 422
    done = send(yard, "export", one, about, go="1", reason="周例会").headers["Location"]
    assert "按规程应回避" in yard.supervisor.get(done).text
    answer = yard.supervisor.get(f"{done}/file")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)
    assert "周敏 于" in str(rows[0][0])
    assert "周例会" in str(rows[0][0])
    assert len(rows) == 3
    assert rows[2][3] == "王*梅"
    assert "13800005521" not in str(rows)
    assert yard.steward.get(f"{done}/file").status_code == 404


def test_nothing_chosen_nothing_allowed_nothing_done(yard: Yard, world: World) -> None:
    case = yard.register()
    for fields in (
        {"act": "assign"},
        {"act": "nonsense", "ids": [f"{case}:1"]},
        {"act": "remind", "ids": ["x", "\x00"]},
    ):
        answer = yard.supervisor.post("complaints/bulk", fields)
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/complaints/")
    assert "请先在列表里勾选投诉" in yard.supervisor.get("complaints/").text
    technician = yard.place.staff("赵强", "technician")
    assert "data-pick" not in technician.get("complaints/?view=all").text.replace("data-pick-all", "")
    assert send(yard, "remind", case, by=technician).headers["Location"].endswith("/complaints/")
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff(
        "赵敏", "service_supervisor"
    )
    foreign = other.post("complaints/bulk", {"act": "remind", "ids": [f"{case}:1"]})
    assert "没有这件投诉" in other.get(foreign.headers["Location"]).text
    with yard.place.inside():
        assert not db.session.scalars(select(BulkRun)).all()
        assert db.session.get_one(Complaint, case).version == 1
