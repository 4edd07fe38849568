"""统计汇总: the month's table reaches the general manager, a figure leads to its cases, measures are checked (D14)."""

import re
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from saas import clock
from saas.clock import CN
from saas.policy.periods import Every, period
from tenants.digests.routes.reviews import code
from tenants.digests.words import month_of
from tests.browser.town import Town
from tests.browser.visitor import PHONE, field

HOME = "/xiangrui/yunqi/digests"


def write_review(page: Page, quarter: str, subject: str, measure: str) -> None:
    """Everything of the form but the check of what was to be done before."""
    page.goto(f"{HOME}/reviews/new?quarter={quarter}")
    page.get_by_label(re.compile(subject)).check()
    field(page, "分析").fill("夜间保洁只有一人，垃圾过夜。")
    field(page, "措施 1").fill(measure)
    field(page, "措施 1 的负责人").select_option(index=1)
    field(page, "措施 1 的完成日期").fill(f"{clock.local(clock.now()).date() + timedelta(days=30)}")


@pytest.mark.rule("D14")
def test_the_table_of_a_month_and_what_follows_from_it(town: Town) -> None:
    today = clock.local(clock.now()).date()
    latest = period(Every.QUARTER, today).previous.previous
    about = month_of(latest.begins)
    for begins in (latest.begins, latest.previous.begins):
        for number in range(2):
            came = datetime(begins.year, begins.month, 10 + number, 9, tzinfo=CN)
            town.company.register(
                f"{begins.month} 月垃圾过夜 {number}", ago=clock.now() - came, reporter="李", category="environment"
            )
    with town.visit("service_supervisor") as page:
        page.goto(f"{HOME}/statistics?month={about.begins:%Y-%m}")
        page.get_by_role("button", name="呈报总经理").click()
        expect(page.get_by_text("正在生成").first).to_be_visible()
        expect(page.get_by_role("button", name="呈报总经理")).to_have_count(0)
    with town.visit("general_manager", **PHONE) as general:
        general.goto(HOME)
        row = general.get_by_role("row").filter(has_text="投诉统计表").filter(has_text=about.label)
        row.get_by_role("link", name="投诉统计表").click()
        line = general.get_by_role("region", name="按类别").get_by_role("row").filter(has_text="环境卫生")
        figure = line.get_by_role("link").first
        expect(figure).to_have_text("2")
        figure.click()
        for number in range(2):
            expect(general.get_by_role("link", name=f"{latest.begins.month} 月垃圾过夜 {number}")).to_be_visible()
        expect(general.get_by_text("共 2 条")).to_be_visible()
    review(town, latest.previous.begins, latest.begins)


def review(town: Town, first: date, second: date) -> None:
    """Two quarters are reviewed; the later review checks the measure of the earlier one."""
    with town.visit("project_manager") as page:
        write_review(page, code(period(Every.QUARTER, first)), f"{first.month} 月垃圾过夜 0", "夜班保洁加一人")
        page.get_by_role("button", name="归档").click()
        expect(page.get_by_role("region", name="防止再次发生的措施")).to_contain_text("待检查")
        earlier = page.url
        write_review(page, code(period(Every.QUARTER, second)), f"{second.month} 月垃圾过夜 1", "每晚 22 点巡查垃圾房")
        page.get_by_role("button", name="归档").click()
        expect(page.get_by_role("alert").first).to_contain_text("请检查上次的措施")
        expect(field(page, "措施 1")).to_have_value("每晚 22 点巡查垃圾房")
        checked = page.get_by_role("group", name=re.compile("夜班保洁加一人"))
        checked.get_by_label("已落实", exact=True).check()
        field(page, "检查情况").fill("查了排班表和三晚的照片")
        page.get_by_role("button", name="归档").click()
        expect(page.get_by_role("region", name="上次措施的检查")).to_contain_text("查了排班表和三晚的照片")
        page.goto(earlier)
        expect(page.get_by_role("region", name="防止再次发生的措施")).to_contain_text("已落实")
