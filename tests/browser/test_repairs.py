"""On site with the phone: a signature drawn with a finger; without script one on paper, photographed."""

import re

import pytest
from playwright.sync_api import Page, expect

from saas.db import db
from saas.pictures.models import Photo
from tenants.repairs.facts import Consent
from tests.browser.axe import look
from tests.browser.town import Town
from tests.browser.visitor import PHONE, field
from tests.pictures.shots import shot


def draw(page: Page, wave: int = 37) -> None:
    """A wave from left to right, as a finger leaves it; nobody signs twice alike."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(24):
        page.mouse.move(box["x"] + 30 + step * 10, box["y"] + 60 + step * wave % 50)
    page.mouse.up()


@pytest.mark.rule("E2")
@pytest.mark.rule("E3")
def test_a_technician_with_a_phone(town: Town) -> None:
    repair = town.company.made["repair_quoted"]
    with town.visit("technician", bypass_csp=True, **PHONE) as page:
        page.goto("/xiangrui/yunqi/repairs/today")
        assert look(page) == []
        page.goto(f"/xiangrui/yunqi/repairs/{repair}/consents")
        assert look(page) == []
    with town.visit("technician", **PHONE) as page:  # under the policy that everybody has
        page.goto(f"/xiangrui/yunqi/repairs/{repair}/consents")
        expect(page.get_by_text("合计 ¥35.00")).to_be_visible()
        save = page.get_by_role("button", name="客户同意，保存签名")
        save.click()
        expect(page.get_by_role("alert")).to_contain_text("请客户在框内签名")
        draw(page)
        page.get_by_role("button", name="擦掉重签").click()
        assert page.locator("[name=signature]").input_value() == ""
        draw(page)
        save.click()
        page.get_by_role("button", name="开工").click()
        page.get_by_role("link", name="完工", exact=True).click()
        draw(page, 23)
        field(page, "维修情况").fill("已更换龙头")
        page.get_by_role("button", name="客户签名，完工").click()
        expect(page.get_by_role("alert").first).to_contain_text("请检查试用")
        kept = page.locator("[name=signature]").input_value()
        assert kept.startswith("data:image/png"), "nobody signs again for a tick"
        field(page, "已检查试用，正常").check()
        field(page, "已清理现场").check()
        page.get_by_role("button", name="客户签名，完工").click()
        expect(page.get_by_text("已完工").first).to_be_visible()
        address = page.locator("img[src*='/small']").first.get_attribute("src")
        assert address
        drawn = page.request.get(re.sub("/small$", "", address))
        assert drawn.body().startswith(b"\x89PNG")


@pytest.mark.rule("E2")
def test_without_script_the_paper_is_photographed(town: Town) -> None:
    repair = town.company.made["repair_paper"]
    with town.visit("technician", script=False, **PHONE) as page:
        page.goto(f"/xiangrui/yunqi/repairs/{repair}/consents")
        assert page.locator("canvas").count() == 0
        field(page, "签于纸面").check()
        page.locator("#paper").set_input_files({"name": "1.jpg", "mimeType": "image/jpeg", "buffer": shot()})
        page.get_by_role("button", name="客户同意，保存签名").click()
        expect(page.get_by_text("签于纸面").first).to_be_visible()
    with town.inside():
        consent = db.session.get_one(Consent, (repair, 1))
        assert not consent.drawn
        assert db.session.get_one(Photo, consent.picture_id).subject_id == repair
