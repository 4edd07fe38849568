"""Free work in a common area: no customer signs; everywhere else one does, and the database says so too (E2, E3)."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from saas.db import db
from saas.pictures import tidy
from saas.pictures.models import Photo
from saas.problem import Problem
from tenants.obligations import appointments
from tenants.repairs import actions
from tenants.repairs.endings import Completion
from tenants.repairs.facts import Consent
from tenants.repairs.models import Repair
from tests.pictures.shots import shot
from tests.repairs.workshop import Workshop, lamp, signature

DONE: dict[str, Any] = {"result": "已换灯管", "tested": True, "tidied": True, "replaced": False}


def photo(shade: int) -> list[Any]:
    return [tidy(shot(shade=shade))]


@pytest.mark.rule("E2")
@pytest.mark.rule("E3")
def test_what_nobody_reported_is_agreed_by_us_and_confirmed_by_another(shop: Workshop) -> None:
    made = lamp(shop, appointed_from=None)
    shown = shop.technician.get(f"repairs/{made}").text
    assert "公共区域免费维修，同意开工" in shown
    assert shop.technician.get(f"repairs/{made}/consents").headers["Location"].endswith("/agreement")
    assert shop.post(shop.technician, made, "agreement").status_code == 303
    assert shop.post(shop.technician, made, "start").status_code == 303
    assert shop.get(made).contact_id is None  # nobody talked to us
    form = shop.technician.get(f"repairs/{made}/acceptance").text
    assert "林晓燕" in form
    assert "赵强</option>" not in form  # not the one who did it
    for wrong, words in (
        ({"photos": photo(1)}, "没有报修人"),
        ({"confirmed_by": shop.technician.id, "photos": photo(1)}, "不能是您自己"),
        ({"confirmed_by": shop.finance.id, "photos": photo(1)}, "客服或工程"),
        ({"confirmed_by": shop.steward.id}, "完工照片"),
    ):  # fmt: skip
        with pytest.raises(Problem, match=words):
            shop.do(actions.finish, made, shop.technician, **DONE, **wrong)
    fields = {"result": "已换灯管", "tested": "y", "tidied": "y", "confirmed_by": str(shop.steward.id)}
    answer = shop.post(shop.technician, made, "acceptance", **fields, pictures=(BytesIO(shot()), "1.jpg"))
    assert answer.status_code == 303
    with shop.place.inside():
        agreed, done = db.session.get_one(Consent, (made, 1)), db.session.get_one(Completion, made)
        assert (agreed.given, agreed.signer, agreed.picture_id) == ("staff", "赵强", None)
        assert (done.given, done.signer, done.confirmed_by) == ("staff", "林晓燕", shop.steward.id)
        assert len(appointments.was_confirmed(made)) == 1  # who is named hears of it
        db.session.commit()
    page = shop.steward.get(f"repairs/{made}").text
    for words in ("没有报修人，由本项目决定", "林晓燕确认", "公共区域"):
        assert words in page, words
    assert "在约定时间内" not in page, "nothing was agreed"
    shop.do(actions.call_back, made, shop.steward, channel="in_person", passed=True, satisfaction=5, opinion="")


@pytest.mark.rule("E2")
@pytest.mark.rule("E3")
def test_a_reporter_agrees_by_having_asked_and_confirms_by_word(shop: Workshop) -> None:
    made = lamp(shop, customer_id=shop.customer, unit_id=shop.unit)
    assert (shop.get(made).unit_id, shop.get(made).reporter, shop.get(made).room) == (None, "王晓梅", "3 栋大堂")
    shop.do(actions.consent, made, shop.technician)
    shop.do(actions.start, made, shop.technician)
    shop.do(actions.finish, made, shop.technician, **DONE, photos=photo(2))
    with shop.place.inside():
        agreed, done = db.session.get_one(Consent, (made, 1)), db.session.get_one(Completion, made)
        assert (agreed.given, done.given, done.signer, done.drawn) == ("reporter", "reporter", "王晓梅", False)


@pytest.mark.rule("E2")
@pytest.mark.rule("E3")
def test_a_household_or_a_fee_leaves_only_the_signature(shop: Workshop) -> None:
    private, paid = shop.bring_to("arrived"), shop.bring_to("arrived", common_area=True, room="3 栋大堂")
    shop.quote(private, quantities={}, free_reason="保修期内")
    shop.quote(paid)  # somebody broke it and pays
    free = lamp(shop)
    shop.do(actions.consent, free, shop.technician)
    shop.do(actions.start, free, shop.technician)
    shop.quote(free)  # then it turns out to cost something
    for made in (private, paid, free):
        with pytest.raises(Problem, match="请客户签名"):
            shop.do(actions.consent, made, shop.technician)
    for made, given, broken in (
        (private, "reporter", "common_area"), (paid, "reporter", "total_fen"), (lamp(shop), "reporter", "reported"),
        (lamp(shop, reporter="李四"), "staff", "reported"), (lamp(shop), "signed", "check"),
    ):  # fmt: skip
        with shop.place.inside(), pytest.raises(DBAPIError, match=broken):  # past every action
            db.session.execute(
                text(
                    "INSERT INTO repair_consents (repair_id, nth, signer, drawn, consented_at, taken_by, taken_by_name,"
                    " given) VALUES (:id, 1, '王', false, now(), :by, '赵强', :given)"
                ),
                {"id": made, "by": shop.technician.id, "given": given},
            )
        with shop.place.inside():
            db.session.rollback()
    with pytest.raises(Problem, match="写明公共区域的地点"):
        shop.order(common_area=True)
    with shop.place.inside(), pytest.raises(DBAPIError, match="permission denied"):  # what it is stays what it is
        db.session.execute(update(Repair).where(Repair.id == private).values(common_area=True))


COMPLETE = text(
    "INSERT INTO repair_completions (repair_id, nth, result, tested, tidied, replaced, signer, drawn, picture_id,"
    " finished_at, finished_by, finished_by_name, given, confirmed_by) VALUES (:id, :nth, '已换灯管', true, true,"
    " false, '王晓梅', :drawn, :picture, now(), :by, '赵强', :given, :confirmed_by)"
)


@pytest.mark.rule("E3")
def test_the_database_itself_ends_no_other_repair_without_the_customer(shop: Workshop) -> None:
    def begun(made: UUID, *, signs: bool) -> UUID:
        shop.do(actions.consent, made, shop.technician, **({"signature": signature()} if signs else {}))
        shop.do(actions.start, made, shop.technician)
        return made

    home, sold = shop.bring_to("arrived"), shop.bring_to("arrived", common_area=True, room="3 栋大堂")
    shop.quote(home, quantities={}, free_reason="保修期内")
    shop.quote(sold)  # somebody broke it and pays
    begun(home, signs=True)
    begun(sold, signs=True)
    seen, asked, more = (begun(lamp(shop, reporter=who), signs=False) for who in ("", "李四", "李四"))
    shop.quote(more)  # it turns out to cost something, and nobody agreed to that
    with shop.place.inside():
        shown = db.session.scalar(select(Photo.id).limit(1))
    own, steward = shop.technician.id, shop.steward.id
    reporter, staff, signed = ({"given": given} for given in ("reporter", "staff", "signed"))
    for made, change, broken in (
        (home, reporter, "common_area_fkey"), (home, staff | {"confirmed_by": steward}, "common_area_fkey"),
        (sold, reporter, "total_fen_fkey"), (sold, staff | {"confirmed_by": steward}, "total_fen_fkey"),
        (more, reporter, "is not complete"), (more, reporter | {"nth": 2}, "foreign key"),
        (seen, reporter, "reported_fkey"),  # nobody did
        (seen, staff, "check"), (seen, staff | {"confirmed_by": own}, "check"),
        (asked, reporter | {"confirmed_by": steward}, "check"), (home, signed | {"confirmed_by": steward}, "check"),
        (asked, reporter | {"drawn": True}, "check"), (asked, reporter | {"picture": None}, "not-null"),
        (asked, {"given": "nobody"}, "check"),
    ):  # fmt: skip
        row = {"id": made, "nth": 1, "drawn": False, "picture": shown, "by": own, "confirmed_by": None} | change
        with shop.place.inside(), pytest.raises(DBAPIError, match=broken):
            db.session.execute(COMPLETE, row)
    for made, change in (
        (home, signed | {"drawn": True}), (seen, staff | {"confirmed_by": steward}), (asked, reporter),
    ):  # fmt: skip
        row = {"id": made, "nth": 1, "drawn": False, "picture": shown, "by": own, "confirmed_by": None} | change
        with shop.place.inside():
            db.session.execute(COMPLETE, row)  # so it was what was changed that was refused
            db.session.commit()
    for change in ("UPDATE repair_completions SET given = 'signed'", "DELETE FROM repair_completions"):
        with shop.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text(change))
