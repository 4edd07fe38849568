"""A resident behind the QR code: no login, no script, nothing lost by a mistake (D1)."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from saas.db import db
from tenants.complaints.facts import Door
from tests.browser.town import Town
from tests.browser.visitor import PHONE, field
from tests.furnished import LONG_TEXT
from tests.pictures.shots import shot

TOLD = LONG_TEXT[:3900]
SHOT: FilePayload = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": shot()}


@pytest.mark.rule("D1")
def test_complaint_by_qr_code(town: Town) -> None:
    with town.inside():
        token = db.session.get_one(Door, town.company.made["door"]).token
    with town.visit(script=False, **PHONE) as page:
        page.goto(f"/q/{token}")
        assert page.locator("script").count() == 0
        expect(page.get_by_role("main")).to_contain_text("3 栋大堂")
        field(page, "投诉什么").fill("3 栋 2 单元电梯又停了")
        field(page, "经过").fill(TOLD)
        field(page, "您的姓名").fill("王晓梅")
        field(page, "手机号码").fill("一三八")
        field(page, "照片").set_input_files(SHOT)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("alert")).to_contain_text("请选择类别")
        expect(page.get_by_role("alert")).to_contain_text("电话应是")
        expect(page.get_by_role("alert")).to_contain_text("照片须重新选择")
        expect(field(page, "经过")).to_have_value(TOLD)  # nothing that was typed is lost
        field(page, "经过").fill("今早八点起停在 7 层，里面有人。")
        field(page, "手机号码").fill("138 0000 5521")
        field(page, "类别").select_option("设施设备")
        field(page, "照片").set_input_files([SHOT, {**SHOT, "name": "2.png", "buffer": shot("PNG", shade=0)}])
        page.get_by_role("button", name="提交").click()
        expect(page).to_have_url(re.compile("/s/"))
        expect(page.get_by_role("main")).to_contain_text("3 栋 2 单元电梯又停了")
        expect(page.get_by_role("main")).not_to_contain_text("王晓梅")  # whoever has the address reads it
    with town.visit("service_supervisor") as page:
        page.goto("/xiangrui/yunqi/complaints/?view=all&q=电梯又停了")
        expect(page.get_by_role("link", name="3 栋 2 单元电梯又停了")).to_have_count(1)
        page.get_by_role("link", name="3 栋 2 单元电梯又停了").click()
        photos = page.get_by_role("region", name="照片").get_by_role("img")
        expect(photos).to_have_count(2)
        photos.first.scroll_into_view_if_needed()
        expect(photos.first).to_have_js_property("naturalWidth", 64)
