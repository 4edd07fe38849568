"""A login is closed and opened again; somebody leaves the company: on a phone, with and without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.town import Town
from tests.browser.visitor import PHONE, field

MEMBERS = "/xiangrui/yunqi/members/"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_closed_opened_and_gone(town: Town, script: bool) -> None:
    name = f"季节工{'甲' if script else '乙'}"
    town.company.yunqi.staff(name, "front_desk")
    with town.visit("company_admin", script=script, **PHONE) as page:
        page.goto(MEMBERS)
        page.get_by_role("link", name=name).click()
        if script:
            page.get_by_role("button", name=f"停用{name}的账号").click()
            page.get_by_role("dialog").get_by_role("button", name=f"停用{name}的账号").click()
        else:
            page.get_by_role("button", name="确认停用").click()
        expect(page.get_by_role("main")).not_to_contain_text(name)
        page.get_by_role("link", name=re.compile("^已停用")).click()
        expect(page).to_have_url(re.compile("show=closed"))
        page.get_by_role("button", name=f"恢复{name}").click()
        page.get_by_role("link", name=name).click()

        page.get_by_role("link", name="办理离职").click()
        expect(page.get_by_role("main")).to_contain_text("会留下什么")
        page.get_by_role("button", name=f"办理{name}离职").click()
        expect(page.get_by_role("alert")).to_contain_text("请写明离职原因")
        field(page, "离职原因").fill("季节用工到期")
        page.get_by_role("button", name=f"办理{name}离职").click()
        expect(page).to_have_url(re.compile(f"{MEMBERS}$"))
        page.goto(f"{MEMBERS}?show=all")
        expect(page.get_by_role("main")).not_to_contain_text(name)


def test_a_project_is_described(town: Town) -> None:
    with town.visit("company_admin", **PHONE) as page:
        page.goto("/xiangrui/quality/projects/")
        page.get_by_role("row", name=re.compile("翡翠湾")).get_by_role("link", name="修改资料").click()
        page.get_by_label("酬金制").check()
        field(page, "24 小时服务电话").fill("打前台")
        page.get_by_role("button", name="保存项目资料").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(field(page, "24 小时服务电话")).to_have_value("打前台")
        field(page, "24 小时服务电话").fill("0571-8888 6666")
        page.get_by_role("button", name="保存项目资料").click()
        expect(page.get_by_role("row", name=re.compile("翡翠湾"))).to_contain_text("酬金制")
