"""A report in the browser: its paper becomes ready while one watches; the committee answers without script."""

import re

import pytest
from playwright.sync_api import expect

from saas.db import db
from tenants.reports.models import CommitteeAnswer, CommitteeLink
from tests.browser.town import Town

WAIT = 60_000


@pytest.mark.rule("I7")
def test_a_paper_becomes_ready_while_one_watches(town: Town) -> None:
    with town.visit("service_supervisor") as page:
        page.goto(f"/xiangrui/yunqi/reports/{town.company.made['report_draft']}")
        page.get_by_role("button", name="生成送审稿").click()
        paper = page.locator("#papers").get_by_role("link", name=re.compile("送审稿第"))
        expect(paper.first).to_be_visible(timeout=WAIT)


@pytest.mark.rule("I3")
def test_the_committee_answers_without_script(town: Town) -> None:
    with town.inside():
        token = db.session.get_one(CommitteeLink, town.company.made["report_link"]).token
    with town.visit(script=False, allowed=(410, 422)) as page:
        page.goto(f"/c/{token}")
        page.get_by_role("button", name="提交意见").click()
        expect(page.get_by_role("alert")).to_contain_text("请选择同意公布或有意见")
        page.get_by_label("同意公布").check()
        page.get_by_label("签署人姓名").fill("赵国平")
        page.get_by_role("button", name="提交意见").click()
        expect(page.get_by_role("main")).to_contain_text("意见已收到")
        page.goto(f"/c/{token}")
        expect(page.get_by_role("main")).to_contain_text("索取新的链接")
    with town.inside():
        assert db.session.query(CommitteeAnswer).filter_by(name="赵国平", verdict="agreed").count() == 1
