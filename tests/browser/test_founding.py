"""A company from nothing: the operator creates it, its administrator accepts, creates a project, invites (A1, A2)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Live
from tests.browser.town import Town
from tests.browser.visitor import field
from tests.furnished import PASSWORD


def accept(page: Page, live: Live, email: str) -> None:
    """Open the invitation of the newest mail and set a password."""
    page.goto(live.link(email, "邀请"))
    field(page, "新密码").fill(PASSWORD)
    field(page, "再输一遍").fill(PASSWORD)
    page.get_by_role("button", name="设置密码并开始").click()
    page.wait_for_load_state()


@pytest.mark.rule("A1", "A2")
def test_a_company_from_nothing(town: Town, live: Live) -> None:
    with town.visit("platform_operator") as page:
        page.goto("/operator/companies")
        page.get_by_role("link", name="新建公司").first.click()
        field(page, "公司名称").fill("恒泰物业")
        field(page, "网址标识").fill("Heng Tai")
        field(page, "公司管理员姓名").fill("冯建业")
        field(page, "公司管理员邮箱").fill("feng@hengtai.example")
        page.get_by_role("button", name="新建公司并邀请管理员").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_label("公司管理员姓名")).to_have_value("冯建业")
        field(page, "网址标识").fill("hengtai")
        page.get_by_role("button", name="新建公司并邀请管理员").click()
        expect(page.get_by_text("已创建恒泰物业")).to_be_visible()

    with town.visit() as admin:
        accept(admin, live, "feng@hengtai.example")
        expect(admin).to_have_url(re.compile("/hengtai/"))
        admin.get_by_role("navigation", name="主导航").get_by_role("link", name="项目", exact=True).click()
        admin.get_by_role("link", name="新建项目").first.click()
        field(admin, "项目名称").fill("学府雅苑")
        field(admin, "网址标识").fill("xuefu")
        admin.get_by_role("button", name="新建项目").click()
        expect(admin).to_have_url(re.compile("/hengtai/xuefu/members/$"))
        expect(admin.get_by_role("main")).to_contain_text("冯建业")  # company roles are copied in
        admin.get_by_role("link", name="邀请成员").first.click()
        field(admin, "姓名").fill("蔡文静")
        field(admin, "邮箱").fill("cai@hengtai.example")
        admin.get_by_label("管家", exact=True).check()
        admin.get_by_role("button", name="邀请加入").click()
        expect(admin.get_by_role("main")).to_contain_text("蔡文静")

    with town.visit() as steward:
        accept(steward, live, "cai@hengtai.example")
        expect(steward).to_have_url(re.compile("/hengtai/xuefu/$"))
        steward.goto("/hengtai/xuefu/complaints/")
        expect(steward.get_by_role("link", name="登记投诉").first).to_be_visible()
