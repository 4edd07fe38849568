"""At the front desk: by keyboard in seconds; on a phone without a network, sent once when it is back."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from saas.db import db
from tenants.contacts.models import Contact
from tests.browser.live import eventually
from tests.browser.town import Town, sign_in
from tests.browser.visitor import PHONE, field
from tests.furnished import mail_of

KEPT = "JSON.stringify(Object.entries(localStorage).filter(([k]) => k.startsWith('draft:')))"


def recorded(town: Town, words: str) -> int:
    with town.inside():
        return db.session.scalar(select(func.count()).select_from(Contact).where(Contact.summary.contains(words))) or 0


@pytest.mark.rule("C2")
def test_a_complaint_is_registered_by_keyboard_alone(town: Town) -> None:
    with town.visit("front_desk") as page:
        page.goto("/xiangrui/yunqi/")
        page.keyboard.press("g")
        page.keyboard.press("d")
        expect(page).to_have_url(re.compile("/receptions$"))
        page.keyboard.press("c")
        expect(page.locator("#desk-q")).to_be_focused()
        page.keyboard.type("1-1-0101")
        expect(page.locator("#found")).to_contain_text("秀梅")
        page.keyboard.press("Tab")  # who of the household: the owner is chosen
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "summary":
                break
        page.keyboard.type("楼道灯坏了三天没人修")
        page.keyboard.press("Tab")
        for _ in range(2):
            page.keyboard.press("ArrowDown")  # 咨询 → 报修 → 投诉
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="楼道灯坏了三天没人修")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("首次回应")
        assert page.evaluate(KEPT) == "[]"


@pytest.mark.rule("C2")
def test_a_draft_survives_a_lost_network_and_is_sent_once(town: Town) -> None:
    with town.visit("front_desk", **PHONE) as page:
        page.goto("/xiangrui/yunqi/receptions/new")
        fill(page, "断网时来的求助")
        page.context.set_offline(True)
        page.get_by_role("button", name="登记", exact=True).tap()
        expect(page.locator("#kept")).to_contain_text("已存在本机")
        assert "断网时来的求助" in page.evaluate(KEPT)
        page.context.set_offline(False)  # it goes by itself
        expect(page.get_by_role("heading", name="断网时来的求助")).to_be_visible()
        assert page.evaluate(KEPT) == "[]"
    assert recorded(town, "断网时来的求助") == 1


@pytest.mark.rule("C2")
def test_a_lost_answer_and_a_closed_page_do_not_make_two(town: Town) -> None:
    with town.visit("front_desk", expected="htmx: htmx:error: Failed to fetch", **PHONE) as page:
        page.goto("/xiangrui/yunqi/receptions/new")
        fill(page, "答复丢了的求助")

        def lose(route: object) -> None:  # the server takes it, the phone never hears
            route.fetch(max_redirects=0)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]

        page.route("**/receptions/new", lambda r: lose(r) if r.request.method == "POST" else r.continue_())
        page.get_by_role("button", name="登记", exact=True).tap()
        expect(page.locator("#kept")).to_contain_text("已存在本机")
        page.unroute("**/receptions/new")
        page.reload()  # as if it was opened again later
        expect(page.get_by_role("heading", name="答复丢了的求助")).to_be_visible()
        assert page.evaluate(KEPT) == "[]"
    assert recorded(town, "答复丢了的求助") == 1


def test_what_was_typed_is_gone_after_signing_out(town: Town) -> None:
    with town.visit() as page:
        sign_in(page, mail_of("front_desk"))
        page.goto("/xiangrui/yunqi/receptions/new")
        field(page, "客户说了什么").fill("还没写完，电话 13912345678")
        kept(page, "还没写完")
        page.get_by_text("账号菜单").locator("..").click()
        page.get_by_role("button", name="退出登录").click()
        expect(page).to_have_url(re.compile("/login"))
        assert page.evaluate(KEPT) == "[]"


def fill(page: Page, words: str) -> None:
    page.locator("#desk-q").fill("1-2-0201")
    expect(page.locator("#found")).to_contain_text("秀梅")
    field(page, "客户说了什么").fill(words)
    page.get_by_label("求助", exact=True).check()
    kept(page, "help")


def kept(page: Page, words: str) -> None:
    """Wait until it is kept: that is when typing pauses."""
    eventually(lambda: words in page.evaluate(KEPT), "the draft")


@pytest.mark.rule("C8")
def test_a_standard_phrase_is_put_in_by_two_keys(town: Town) -> None:
    with town.visit("steward") as page:
        page.goto("/xiangrui/yunqi/contacts/new")
        field(page, "沟通内容").focus()
        page.keyboard.type("您好。")
        page.keyboard.press("Control+/")
        expect(page.get_by_role("option", selected=True)).to_contain_text("停车费缴纳")
        page.keyboard.press("Enter")
        expect(field(page, "沟通内容")).to_have_value("您好。可在前台或线上缴纳。")
        page.keyboard.press("Control+/")
        page.keyboard.type("没有这一条")
        expect(page.get_by_role("dialog", name="标准用语")).to_contain_text("没有找到")
        page.keyboard.press("Escape")
        expect(field(page, "沟通内容")).to_be_focused()
