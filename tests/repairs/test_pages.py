"""The pages: list, steps on site by hand of the technician, dispatch, rates, register, paper; who may, and who not."""

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event

from saas import clock
from saas.db import db
from saas.sheets import read
from tenants.repairs import actions
from tenants.repairs.models import Repair
from tests.pictures.shots import shot
from tests.repairs.workshop import TAP, Workshop, moment, stroke

DONE = {"result": "已更换", "tested": "y", "tidied": "y", "signer": "王晓梅"}


def step(shop: Workshop, repair_id: Any, verb: str, who: Any = None, **fields: Any) -> Any:
    answer = shop.post(who or shop.technician, repair_id, verb, **fields)
    assert answer.status_code == 303, (verb, answer.text)
    return answer


@pytest.mark.rule("E1")
@pytest.mark.rule("E2")
@pytest.mark.rule("E3")
def test_a_repair_from_the_desk_to_the_signature_and_to_finance(shop: Workshop) -> None:
    who = f"{shop.unit}:{shop.customer}"
    given = {
        "party": who, "fault": "厨房龙头滴水", "skill": "plumbing", "urgency": "ordinary", "source": "reception",
        "channel": "phone", "begins": f"{clock.local(clock.now()):%Y-%m-%d}T23:50",
    }  # fmt: skip
    made = shop.desk.post("repairs/", given)
    assert made.status_code == 303, made.text
    with shop.place.inside():
        key = db.session.query(Repair).one().id
    dispatch = shop.supervisor.get("repairs/dispatch").text
    assert str(shop.technician.id) in dispatch
    step(shop, key, "assignment", shop.supervisor, technician_id=str(shop.technician.id), note="就近")
    assert "厨房龙头滴水" in shop.technician.get("repairs/today").text
    assert "厨房龙头滴水" in shop.technician.get("").text, "on the workbench"
    step(shop, key, "arrival")
    form = shop.technician.get(f"repairs/{key}/quotes").text
    list_id = re.search(r'name="list_id" value="([0-9a-f-]+)"', form)
    assert list_id
    wrong = shop.post(shop.technician, key, "quotes", finding="阀芯磨损", list_id=list_id[1], **{f"q-{TAP}": "许多"})
    assert wrong.status_code == 422
    assert 'value="许多"' in wrong.text
    assert "阀芯磨损" in wrong.text
    step(shop, key, "quotes", finding="阀芯磨损", list_id=list_id[1], **{f"q-{TAP}": "1"})
    assert shop.post(shop.technician, key, "start").status_code == 409
    unsigned = shop.post(shop.technician, key, "consents", signer="王晓梅")
    assert unsigned.status_code == 422
    assert "请客户在框内签名" in unsigned.text
    step(shop, key, "consents", signer="王晓梅", signature=stroke())
    step(shop, key, "start")
    drawn = stroke()
    kept = shop.post(shop.technician, key, "completion", **{**DONE, "tidied": "", "signature": drawn})
    assert kept.status_code == 422
    assert drawn in kept.text, "nobody signs again because of a tick"
    step(shop, key, "completion", **DONE, signature=drawn)
    shown = shop.technician.get(f"repairs/{key}").text
    photo = re.search(rf"repairs/{key}/pictures/[0-9a-f-]+", shown)
    assert photo
    assert shop.technician.get(photo[0]).mimetype == "image/png"
    step(shop, key, "receipts", receipt="NO.001")
    assert "NO.001" in shop.technician.get("repairs/today").text
    assert shop.post(shop.technician, key, "handover").status_code == 403
    step(shop, key, "handover", shop.finance)
    step(shop, key, "callbacks", shop.steward, channel="phone", passed="yes", satisfaction="5", opinion="好")


@pytest.mark.rule("E2")
def test_on_paper_with_a_photo_where_nobody_draws(shop: Workshop) -> None:
    made = shop.bring_to("quoted")
    bare = shop.post(shop.technician, made, "consents", signer="王晓梅", on_paper="y")
    assert bare.status_code == 422
    assert "请上传签名的照片" in bare.text
    step(shop, made, "consents", signer="王晓梅", on_paper="y", paper=(BytesIO(shot()), "1.jpg"))
    assert "签于纸面" in shop.technician.get(f"repairs/{made}").text


@pytest.mark.rule("E2")
def test_twice_sent_is_done_once_and_a_stale_form_is_told(shop: Workshop) -> None:
    made = shop.bring_to("assigned")
    key = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
    for _ in range(2):
        assert shop.post(shop.technician, made, "arrival", key=key).status_code == 303
    stale = shop.post(shop.technician, made, "quotes", version="1", finding="阀芯磨损", free_reason="保修")
    assert stale.status_code == 409
    assert "阀芯磨损" in stale.text
    gone = shop.post(shop.technician, made, "compensations", version="1", nth="1", how="赔了")
    assert (gone.status_code, "赔了" in gone.text) == (409, True), "what could be chosen then may be done by now"
    other = shop.place.staff("别的人", "technician")
    assert shop.post(other, made, "quotes", finding="x", free_reason="y").status_code == 403
    assert shop.finance.get("repairs/new").status_code == 403
    assert shop.desk.get("repairs/today").status_code == 403
    assert shop.technician.get("repairs/dispatch").status_code == 403


@pytest.mark.rule("E1")
def test_the_list_finds_by_room_phone_tail_number_and_words(shop: Workshop) -> None:
    with shop.place.inside():
        number = db.session.get_one(Repair, shop.bring_to("finished")).number
    shop.order(fault="客厅灯不亮", unit_id=None, customer_id=None, room="大堂", reporter="李四", phone="13900007777")
    for q, expected in (
        ("3-2-1502", 1),
        ("5521", 1),
        ("7777", 1),
        (number, 1),
        ("不亮 大堂", 1),
        ("wxm 滴水", 1),
        ("4321", 0),
    ):
        found = shop.desk.get("repairs/", query_string={"view": "all", "q": q}).text
        assert f"共 {expected} 件" in found, q
    assert "没有符合条件的报修" in shop.desk.get("repairs/?q=zzz").text
    part = shop.desk.part("repairs/?view=all")
    assert "<html" not in part.text
    assert "共 2 件" in part.text
    assert "138 **** 5521" in shop.desk.get(f"repairs/{shop.order()}").text


def test_the_list_asks_as_often_for_many_as_for_few(shop: Workshop) -> None:
    counted: list[str] = []

    def note(*args: Any) -> None:
        counted.append(args[2])

    with shop.place.world.app.app_context():
        engine = db.engine
    many = []
    assert shop.supervisor.client  # signing in is not counted
    for some in (2, 12):
        for _ in range(some):
            shop.assign(shop.order())
            shop.order()
        pages = ("repairs/?size=100", "repairs/dispatch")
        event.listen(engine, "before_cursor_execute", note)
        counts = []
        for path in pages:
            counted.clear()
            assert shop.supervisor.get(path).status_code == 200
            counts.append(len(counted))
        event.remove(engine, "before_cursor_execute", note)
        many.append(counts)
    assert many[0] == many[1]


@pytest.mark.rule("E6")
def test_the_manager_consents_on_a_page(shop: Workshop) -> None:
    made = shop.order()
    step(shop, made, "outsourcings", shop.supervisor, helper="顺达安装", reason="都在抢修")
    assert "顺达安装" in shop.manager.get("").text
    path = f"repairs/{made}/outsourcings/1/decision"
    hashed = re.search(r'name="hashed" value="(\w+)"', shop.manager.get(path).text)
    assert hashed
    said = {"verdict": "returned", "reason": "", "hashed": hashed[1]}
    assert shop.manager.post(path, said).status_code == 422
    assert shop.supervisor.post(path, said | {"verdict": "approved"}).status_code == 403
    assert shop.manager.post(path, said | {"verdict": "approved"}).status_code == 303
    assert shop.get(made).outside == "顺达安装"


@pytest.mark.rule("E4")
def test_rates_and_register_add_up_and_lead_to_their_repairs(shop: Workshop) -> None:
    shop.bring_to("finished", moment("2026-11-10T09:00"))
    missed = shop.order(moment("2026-11-11T09:00"))
    shop.assign(missed, moment("2026-11-11T09:00"))
    shop.do(actions.arrive, missed, shop.technician, moment("2026-11-11T12:00"))
    with clock.at(moment("2026-11-30T15:00")):
        rates = shop.manager.get("repairs/rates").text
        assert "50.0%" in rates
        late = shop.manager.get("repairs/?view=all&result=not_on_time&month=2026-11").text
        assert "共 1 件" in late
        page = shop.supervisor.get("repairs/registers?month=2026-11").text
        assert "35.00" in page
        assert shop.technician.post("repairs/registers?month=2026-11", {"note": ""}).status_code == 403
        assert shop.supervisor.post("repairs/registers?month=2026-11", {"note": "本月一件"}).status_code == 303
        assert shop.supervisor.post("repairs/registers?month=2026-11", {"note": "本月一件"}).status_code == 409
        book = shop.supervisor.get("repairs/registers/file?month=2026-11")
    rows = [row.values for row in read(BytesIO(book.data))]
    assert "更换" not in str(rows[0])
    assert "王*梅" in str(rows)
    assert "王晓梅" not in str(rows)
    assert "NO" not in str(rows)
    for nonsense in ("9999-99", "0000-00", "x", "2026-13"):
        assert shop.supervisor.get(f"repairs/registers?month={nonsense}").status_code == 200


@pytest.mark.rule("B10")
def test_the_number_is_shown_with_a_reason_only(shop: Workshop) -> None:
    made = shop.order()
    assert shop.technician.post(f"repairs/{made}/reveals", {"reason": ""}).status_code == 422
    assert "13800005521" in shop.technician.post(f"repairs/{made}/reveals", {"reason": "上门前联系"}).text
    assert shop.finance.post(f"repairs/{made}/reveals", {"reason": "x"}).status_code == 403
    assert "13800005521" not in shop.technician.get(f"repairs/{made}").text
