"""A complaint becomes major: the red line, the warning, the crisis team, the page of alarms (D9).

Who sends an old form is told what changed, and what was typed stays.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.test_answer import press, register, step
from tests.browser.town import Town
from tests.browser.visitor import DESKTOP, field


@pytest.mark.rule("D9")
def test_the_day_of_a_major_complaint(town: Town) -> None:
    with (
        town.visit("service_supervisor", **DESKTOP) as page,
        town.visit("project_manager", allowed=(409,), **DESKTOP) as manager,
    ):
        subject = "消防通道被堵，多人到大堂"
        card = register(page, subject, "crowd@resident.example")
        step(page, card, "判定")
        page.get_by_label("受理", exact=True).check()
        field(page, "等级").select_option("重大")
        field(page, "理由").fill("二十余人聚集")
        page.get_by_role("button", name="保存判定").click()
        expect(page.get_by_role("alert")).to_contain_text("属于哪种情形")
        expect(field(page, "理由")).to_have_value("二十余人聚集")
        field(page, "重大的情形").select_option("多人聚集、闹事")
        press(page, "保存判定")
        expect(page.get_by_role("region", name="重大投诉")).to_contain_text("还没有预警报备")

        step(manager, card, "记录危机会议")
        field(manager, "参加人员").fill("王海峰、陈志远、周敏")
        field(manager, "会议决定").fill("当天清空通道，统一由客服答复。")
        field(manager, "负责领导").select_option(index=1)
        step(page, card, "预警报备")
        field(page, "情况和措施").fill("二十余人聚集，已约见代表。")
        press(page, "向品质和法务报备")
        manager.get_by_role("button", name="保存会议记录").click()
        expect(manager.get_by_role("alert")).to_contain_text("改过这份内容")
        expect(field(manager, "会议决定")).to_have_value("当天清空通道，统一由客服答复。")
        press(manager, "用我的覆盖")
        expect(manager.get_by_role("region", name="重大投诉")).to_contain_text("负责领导")
        page.goto("/xiangrui/yunqi/complaints/")
        page.get_by_role("link", name="件重大投诉正在处理").click()
        expect(page.get_by_role("row").filter(has_text=subject)).to_contain_text("1 次")
