"""Second factor, switching projects, sessions that end elsewhere, and what lies behind Back."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from saas.companies import members
from tests.browser.live import Live
from tests.browser.town import Town, sign_in
from tests.browser.visitor import PHONE, field
from tests.furnished import PASSWORD, mail_of
from tests.world import OPERATOR


@pytest.mark.rule("A2")
def test_switching_projects_needs_no_new_login(town: Town) -> None:
    with town.running_platform(town.company.feicui) as tenant:
        members.take_in(tenant, mail_of("front_desk"), "孙雨薇", ["steward"], by=OPERATOR)
    with town.visit("front_desk") as page:
        page.goto("/xiangrui/yunqi/")
        page.get_by_label("云栖花园，切换项目").click()
        page.get_by_role("link", name="切换项目…").click()
        page.get_by_role("link", name=re.compile("翡翠湾")).click()
        expect(page).to_have_url(re.compile("/xiangrui/feicui/$"))
        expect(page.get_by_role("banner")).to_contain_text("管家")


def test_second_factor(town: Town) -> None:
    with town.visit() as page:
        sign_in(page, mail_of("complaint_officer"))
        page.goto("/settings")
        page.get_by_role("button", name="开启两步验证").click()
        secret = page.locator("#scan code").inner_text().replace(" ", "")
        field(page, "验证码").fill("000000")
        page.get_by_role("button", name="开启两步验证").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        field(page, "验证码").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="开启两步验证").click()
        recovery = page.locator("#codes code").first.inner_text()
    with town.visit() as page:
        sign_in(page, mail_of("complaint_officer"))
        expect(page).to_have_url(re.compile("/login/code"))
        page.goto("/xiangrui/yunqi/")  # a password alone opens nothing
        expect(page).to_have_url(re.compile("/login"))
        field(page, "验证码").fill(recovery)
        page.get_by_role("button", name="验证并登录").click()
        expect(page).to_have_url(re.compile("/xiangrui/yunqi/$"))


def test_a_session_that_ended_elsewhere(town: Town) -> None:
    with town.visit(allowed=(401,)) as page, town.visit() as elsewhere:
        sign_in(page, mail_of("engineering_supervisor"))
        page.goto("/xiangrui/yunqi/complaints/")
        sign_in(elsewhere, mail_of("engineering_supervisor"))
        elsewhere.goto("/settings")
        elsewhere.get_by_role("button", name="退出其他设备").click()
        expect(elsewhere.get_by_role("button", name="退出其他设备")).to_have_count(0)
        page.get_by_label("状态", exact=True).select_option("已办结")  # htmx asks for the list
        expect(page).to_have_url(re.compile(r"/login\?next="))
        sign_in_again = page.get_by_role("button", name="登录", exact=True)
        field(page, "邮箱").fill(mail_of("engineering_supervisor"))
        field(page, "密码").fill(PASSWORD)
        sign_in_again.click()
        expect(page).to_have_url(re.compile("/xiangrui/yunqi/complaints/"))


def test_forgotten_password(town: Town, live: Live) -> None:
    with town.visit(script=False, **PHONE) as page:
        page.goto("/login")
        page.get_by_role("link", name="忘记密码").click()
        field(page, "邮箱").fill(mail_of("information_supervisor"))
        page.get_by_role("button").first.click()
        page.goto(live.link(mail_of("information_supervisor"), "密码"))
        field(page, "新密码").fill("又一年桂花开满了整个院子")
        field(page, "再输一遍").fill("又一年桂花开满了整个院子")
        page.get_by_role("button", name="设置新密码").click()
        expect(page).to_have_url(re.compile("/xiangrui/yunqi/$"))
