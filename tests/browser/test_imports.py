"""A roster comes in: uploaded, read by the worker, looked at, published once (B13)."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from saas.sheets import write
from tests.browser.live import eventually
from tests.browser.town import Town

HEADER = ["楼栋", "单元", "房号", "姓名", "手机"]
ROWS = [
    ["9", "1", "0101", "欧阳静", "13900000001"],
    ["9", "1", "0102", "上官云", "13900000002"],
    ["9", "1", "", "没有房号", "13900000003"],
]


def workbook(rows: list[list[str]]) -> FilePayload:
    """A roster as somebody would choose it in the file dialog."""
    return {
        "name": "名册.xlsx",
        "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "buffer": write(rows, HEADER, "名册"),
    }


@pytest.mark.rule("B13")
def test_publishing_without_script(town: Town) -> None:
    with town.visit("steward", script=False) as page:
        page.goto("/xiangrui/yunqi/imports")
        page.get_by_label("Excel 工作簿").set_input_files([workbook([["8", "1", "0101", "司马光", "13900000009"]])])
        page.get_by_role("button", name="上传并查错").click()
        button = page.get_by_role("button", name="写入 1 行")
        eventually(lambda: button.count() or not page.reload(), "the rows to look at")
        button.click()
        eventually(lambda: page.get_by_text("共 1 行 = 新增 1").count() or not page.reload(), "the written row")


@pytest.mark.rule("B13")
def test_a_roster_with_errors(town: Town) -> None:
    with town.visit("service_supervisor") as page:
        page.goto("/xiangrui/yunqi/imports")
        page.get_by_role("button", name="上传并查错").click()
        expect(page.get_by_role("alert")).to_contain_text("请选择要导入的")
        page.get_by_label("Excel 工作簿").set_input_files([workbook(ROWS)])
        page.get_by_role("button", name="上传并查错").click()
        write_button = page.get_by_role("button", name="写入 2 行").first
        expect(write_button).to_be_visible(timeout=30_000)
        expect(page.get_by_role("table")).to_contain_text(re.compile("房号"))
        page.get_by_role("link", name=re.compile("可写入")).click()
        expect(page.get_by_role("table")).to_contain_text("欧阳静")
        write_button.click()
        page.get_by_role("dialog").get_by_role("button", name="写入 2 行").click()
        expect(page.get_by_text("共 3 行 = 新增 2")).to_be_visible(timeout=30_000)
        page.goto("/xiangrui/yunqi/customers?q=9-1-0101")
        expect(page.get_by_role("main")).to_contain_text("欧阳静")
