"""At the desk: keyboard alone, a double click, filters and Back, what is late on 今日工作台."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Live, words
from tests.browser.town import Town
from tests.browser.visitor import PHONE, field
from tests.furnished import mail_of


def fill_card(page: Page, subject: str) -> None:
    page.goto("/xiangrui/yunqi/complaints/new")
    field(page, "投诉人姓名").fill("王晓梅")
    field(page, "联系电话").fill("13800005521")
    field(page, "来源").select_option("来访")
    field(page, "受理方式").select_option("当面")
    field(page, "类别").select_option("收费")
    field(page, "标题").fill(subject)
    field(page, "投诉内容").fill("公摊水费比上期多了一半。")


def test_double_click_makes_one(town: Town) -> None:
    with town.visit("steward") as page:
        fill_card(page, "水费分摊看不懂")
        page.get_by_role("button", name="登记投诉").dblclick()
        expect(page.get_by_role("heading", name="水费分摊看不懂")).to_be_visible()
        page.goto("/xiangrui/yunqi/complaints/?view=all&q=水费分摊看不懂")
        expect(page.get_by_role("link", name="水费分摊看不懂")).to_have_count(1)


def test_wrong_input_keeps_what_was_typed(town: Town) -> None:
    with town.visit("steward", **PHONE) as page:
        fill_card(page, "收费说明不清")
        field(page, "类别").select_option("")
        page.get_by_role("button", name="登记投诉").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(field(page, "投诉内容")).to_have_value("公摊水费比上期多了一半。")
        page.get_by_role("alert").get_by_role("link").first.click()
        expect(field(page, "类别")).to_be_focused()


@pytest.mark.rule("D1")
def test_registration_by_keyboard_alone(town: Town) -> None:
    with town.visit("steward") as page:
        page.goto("/xiangrui/yunqi/")
        page.keyboard.press("g")
        page.keyboard.press("t")
        expect(page).to_have_url(re.compile("/complaints/$"))
        page.keyboard.press("c")
        expect(page).to_have_url(re.compile("/complaints/new$"))
        typed = {
            "投诉人姓名": "键盘先生", "联系电话": "13800005522", "来源": "", "受理方式": "", "类别": "",
            "标题": "只用键盘登记", "投诉内容": "不碰鼠标。",
        }  # fmt: skip
        left = dict(typed)  # an empty one is a list: one step down
        for _ in range(60):
            page.keyboard.press("Tab")
            label = page.evaluate("document.activeElement.labels?.[0]?.innerText.replace('*', '').trim() || ''")
            if label in left:
                words = left.pop(label)
                page.keyboard.type(words) if words else page.keyboard.press("ArrowDown")
            if not left:
                break
        assert not left, f"not reached by Tab: {left}"
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="只用键盘登记")).to_be_visible()


def test_back_after_a_filter_shows_the_whole_page(town: Town) -> None:
    with town.visit("project_manager") as page:
        page.goto("/xiangrui/yunqi/complaints/")
        with page.expect_response(lambda answer: "severity=major" in answer.url):
            field(page, "等级").select_option("重大")
        expect(page).to_have_url(re.compile("severity=major"))
        page.goto("/xiangrui/yunqi/releases")
        page.go_back()
        expect(page.get_by_role("banner")).to_be_visible()
        expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
        expect(page).to_have_url(re.compile("severity=major"))
        page.go_back()
        expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("电梯一周内三次停运困人"))).to_be_visible()


@pytest.mark.rule("D7")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_what_is_late_stands_on_the_workbench(town: Town, script: bool) -> None:
    with town.visit("steward", script=script) as page:
        page.goto("/xiangrui/yunqi/")
        late = page.get_by_role("region", name="已逾期")
        expect(late).to_contain_text("电梯一周内三次停运困人")
        expect(late).to_contain_text("逾期")
        late.get_by_role("link", name=re.compile("电梯一周内三次停运困人")).first.click()
        expect(page.get_by_role("heading", name="电梯一周内三次停运困人")).to_be_visible()


def test_theme_is_kept(town: Town) -> None:
    with town.visit("steward") as page:
        page.goto("/xiangrui/yunqi/")
        page.get_by_role("button", name="切换深浅色").click()
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.rule("D7")
def test_what_is_late_comes_by_mail_though_nobody_opens_a_page(town: Town, live: Live) -> None:
    mail = live.mail(mail_of("project_manager"), "电梯一周内三次停运困人")
    assert "逾期" in words(mail)
    with town.visit("project_manager") as page:
        page.goto(live.link(mail_of("project_manager"), "电梯一周内三次停运困人"))
        expect(page.get_by_role("heading", name="电梯一周内三次停运困人")).to_be_visible()


def test_two_people_change_the_same_case(town: Town) -> None:
    case = town.company.register("两人同时判定", reporter="王晓梅")
    address = f"/xiangrui/yunqi/complaints/{case}/judgement"
    with town.visit("service_supervisor") as first, town.visit("project_manager", allowed=(409,)) as second:
        for page, reason in ((first, "先到的理由"), (second, "后到的理由")):
            page.goto(address)
            page.get_by_label("受理", exact=True).check()
            page.get_by_label("成立", exact=True).check()
            field(page, "理由").fill(reason)
        first.get_by_role("button", name="保存判定").click()
        expect(first.locator("#course")).to_contain_text("先到的理由")
        second.get_by_role("button", name="保存判定").click()
        expect(second.get_by_role("alert")).to_contain_text("周敏")
        expect(field(second, "理由")).to_have_value("后到的理由")  # nothing that was typed is lost
        second.get_by_role("button", name="用我的覆盖").click()
        expect(second.locator("#course")).to_contain_text("后到的理由")
