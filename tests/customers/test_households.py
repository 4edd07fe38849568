"""The list and the dossier of households, in the four forms of every route, and who may see them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from saas import clock
from saas.db import db
from saas.policy.loader import pack
from tenants.customers.stages import stage
from tests.customers.conftest import Estate
from tests.world import World

PHONES = ("13800005521", "0571-88001234", "13900001111", "13700002222")


def test_the_list_is_a_page_and_a_fragment_in_the_order_of_the_rooms(estate: Estate) -> None:
    page, part = estate.steward.get("customers"), estate.steward.part("customers")
    assert page.status_code == part.status_code == 200
    assert "<html" in page.text
    assert part.text.lstrip().startswith('<div id="results"')
    assert page.text.index("3-2-902") < page.text.index("3-2-1502") < page.text.index("10-1-101")
    assert "HX-Request-Type" in page.headers["Vary"]


@pytest.mark.rule("B10")
def test_no_page_of_the_dossiers_holds_a_full_number(estate: Estate) -> None:
    pages = ["customers", f"customers/{estate.unit}", f"customers/{estate.unit}/edit", estate.people("/edit")]
    pages += ["customers/pick?q=3-2", "customers/pick?q=5521"]
    for path in pages:
        answer = estate.steward.get(path)
        assert answer.status_code == 200, path
        text = answer.text
        assert not [number for number in PHONES if number in text], path
        assert "wang@example.com" not in text
    assert "138 **** 5521" in estate.steward.get(f"customers/{estate.unit}").text


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=3-2-15", "3-2-1502", "3-2-902"),
        ("q=3栋2单元1502", "3-2-1502", "10-1-101"),
        ("q=902", "3-2-902", "3-2-1502"),
        ("q=晓梅", "3-2-1502", "10-1-101"),
        ("q=wxm", "3-2-1502", "10-1-101"),
        ("q=sx", "3-2-1502", "10-1-101"),
        ("q=5521", "3-2-1502", "10-1-101"),
        ("q=88001234", "3-2-1502", "10-1-101"),
        ("building=10", "10-1-101", "3-2-1502"),
        ("occupancy=renovating", "10-1-101", "3-2-1502"),
        ("stage=prospective", "3-2-902", "3-2-1502"),
        ("stage=settling", "10-1-101", "3-2-1502"),
        ("stage=long", "3-2-1502", "10-1-101"),
        ("steward=none", "3-2-902", "3-2-1502"),
    ],
)
def test_households_are_found(estate: Estate, query: str, found: str, missing: str) -> None:
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        text = estate.steward.part(f"customers?{query}").text
    assert found in text
    assert missing not in text


def test_a_form_is_offered_households_and_people(estate: Estate) -> None:
    one = estate.technician.get("customers/pick?q=wxm").text
    assert f'value="{estate.unit}:{estate.wang}" checked' in one
    assert "138 **** 5521" in one
    assert "<html" not in one
    assert estate.steward.get("customers/pick?q=3-2-1502").text.count('name="who"') == 2
    assert "没有找到" in estate.steward.get("customers/pick?q=9-9").text
    assert estate.steward.get("customers/pick").text.count("who") == 0


@pytest.mark.parametrize(
    "query",
    [
        "q=%25",
        "q=_",
        "q=%00",
        "steward=x",
        "stage=x",
        "page=0",
        "page=-1&size=7",
        "page=99999999999999999999",
        "_scheme=a",
        "endpoint=b&q=999",
    ],
)
def test_any_address_is_answered(estate: Estate, query: str) -> None:
    assert estate.steward.get(f"customers?{query}").status_code == 200


@pytest.mark.rule("B2")
@pytest.mark.parametrize(
    ("handed_over_on", "today", "label"),
    [
        (None, date(2026, 11, 20), "准业主"),
        (date(2026, 11, 21), date(2026, 11, 20), "准业主"),
        (date(2026, 11, 20), date(2026, 11, 20), "磨合期"),
        (date(2025, 11, 21), date(2026, 11, 20), "磨合期"),
        (date(2025, 11, 20), date(2026, 11, 20), "稳定期"),
        (date(2024, 11, 21), date(2026, 11, 20), "稳定期"),
        (date(2024, 11, 20), date(2026, 11, 20), "老业主"),
        (date(2024, 2, 29), date(2026, 2, 28), "稳定期"),
        (date(2024, 2, 29), date(2026, 3, 1), "老业主"),
    ],
)
def test_the_stage_follows_from_the_day_of_handover(handed_over_on: date | None, today: date, label: str) -> None:
    assert stage(handed_over_on, today, pack("property")).label == label


@pytest.mark.rule("B2")
def test_the_list_and_the_dossier_agree_on_the_stage_of_every_day(estate: Estate) -> None:
    from tenants.customers.stages import handed_over_between

    rules = pack("property")
    for today in (date(2028, 2, 29), date(2027, 2, 28), date(2026, 3, 1)):
        for offset in range(0, 1200):
            day = date.fromordinal(today.toordinal() - offset)
            code = stage(day, today, rules).code
            after, until = handed_over_between(code, today, rules) or (None, None)
            assert until is not None
            assert day <= until
            assert after is None or day > after


@pytest.mark.rule("B1")
def test_the_dossier_shows_people_stage_and_history(estate: Estate) -> None:
    text = estate.steward.get(f"customers/{estate.unit}").text
    for words in ("王晓梅", "单雄", "老业主", "园区品质提升", "林晓燕", "128.5 ㎡", "建档", "登记住户"):
        assert words in text


def test_others_do_not_see_the_dossiers(estate: Estate, world: World) -> None:
    for path in ("customers", f"customers/{estate.unit}", "customers/new"):
        assert estate.technician.get(path).status_code == 403
    assert "客户档案" not in estate.technician.get("customers/pick").text
    other = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    assert other.get(f"customers/{estate.unit}").status_code == 404
    assert other.get(estate.steward.at("customers")).status_code == 404
    assert "王晓梅" not in other.get("customers/pick?q=王").text
    assert other.post(estate.people("/reveals"), {"reason": "x"}).status_code == 404


def test_many_households_cost_few_queries(estate: Estate) -> None:
    with estate.place.inside():
        from saas.sheets import write  # noqa: F401
        from tenants.customers.models import Customer, Residency, Unit

        now = clock.now()
        units = [Unit(**_room(n), created_at=now) for n in range(3000)]
        people = [Customer(name=f"住户{n}", name_sort=f"{n}", created_at=now) for n in range(3000)]
        db.session.add_all([*units, *people])
        db.session.flush()
        db.session.add_all(
            [Residency(unit_id=u.id, customer_id=p.id, relation="owner") for u, p in zip(units, people, strict=True)]
        )
        db.session.commit()
    statements: list[str] = []
    with estate.place.world.app.app_context():
        engine = db.engine
    listen = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        text = estate.steward.part("customers?size=100&page=2").text
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert text.count("<tr>") == 101
    assert "共 3003 条" in text
    assert len(statements) <= 9, statements


def _room(n: int) -> dict[str, str]:
    from tenants.customers.actions import place

    return place(f"{20 + n // 300}-{n // 100 % 3 + 1}-{n % 100 + 101}")
