"""From the draft to the public through every chain, and every way back (I1, I2, I3)."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from saas import clock, files
from saas.approvals.models import ApprovalCopy
from saas.db import db
from saas.identity.actor import Forbidden
from saas.problem import Conflict, Problem
from tenants.releases import actions as releases
from tenants.releases.covering import cover_of
from tenants.releases.models import Release
from tenants.reports import committee, drafting, publishing, submitting
from tenants.reports.content import Incomplete
from tenants.reports.decisions import decisions
from tenants.reports.models import Report, ReportArchive, ReportCover, ReportPublication, ReportVersion
from tenants.reports.queries import known
from tenants.reports.standing import standing
from tests.reports.desk import BEGAN, NOW, QUARTER, WORDS, Desk, moment


def word(desk: Desk, report: UUID) -> str:
    with desk.place.inside():
        row = db.session.get_one(Report, report)
        return standing(known([row])[report]).word


@pytest.mark.rule("I1")
@pytest.mark.rule("I3")
def test_from_the_draft_to_the_public(desk: Desk) -> None:
    report = desk.written()
    assert word(desk, report) == "drafting"
    desk.submit(report)
    assert word(desk, report) == "in_review"
    assert desk.decide(report, desk.manager) == "pending"
    assert desk.decide(report, desk.leader) == "approved"
    assert word(desk, report) == "approved"
    desk.archive(report)
    with pytest.raises(Conflict, match="业主委员会还没有答复"):
        desk.publish(report)
    link = desk.run(committee.open_link, report, by=desk.manager)
    assert word(desk, report) == "committee"
    desk.run(committee.answer, link, verdict="agreed", opinion="", name="业委会主任 赵国平")
    assert word(desk, report) == "ready"
    desk.publish(report)
    assert word(desk, report) == "published"
    with desk.place.inside():
        publication = db.session.get_one(ReportPublication, report)
        release = db.session.get_one(Release, publication.release_id)
        version = db.session.get_one(ReportVersion, (report, publication.version))
        assert release.kind == "service_report"
        assert release.state == "delivering"
        assert version.content_hash == publication.content_hash
        assert version.content_hash[:8] in release.current.body
        assert f"第 {version.version} 版" in release.current.body


@pytest.mark.rule("I1")
def test_quality_gets_its_copy_when_the_last_step_approves(desk: Desk) -> None:
    report = desk.written()
    approval = desk.submit(report)
    desk.decide(report, desk.manager)
    with desk.place.inside():
        assert db.session.query(ApprovalCopy).count() == 0
    desk.decide(report, desk.leader)
    with desk.place.inside():
        (copy,) = db.session.query(ApprovalCopy).filter_by(approval_id=approval)
        assert copy.staff_id == desk.quality.id
    assert "抄送" in desk.manager.get(f"reports/{report}").text


@pytest.mark.rule("I1")
def test_a_report_waits_for_a_person_after_its_approval(desk: Desk) -> None:
    report = desk.approved()
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
        assert release.state == "approved"
        assert release.deliveries == []
    with pytest.raises(Conflict, match="定稿还没有生成"):
        desk.publish(report)


@pytest.mark.rule("I1")
def test_mandatory_sections_cannot_be_left_empty(desk: Desk) -> None:
    report = desk.written()
    desk.write(report, "repairs", "")
    desk.write(report, "plan", "短")
    with pytest.raises(Incomplete) as caught:
        desk.submit(report)
    assert [fault.section.code for fault in caught.value.faults] == ["repairs", "plan"]
    page = desk.supervisor.post(f"reports/{report}/submission", {"version": desk.version(report)})
    assert page.status_code == 422
    assert 'href="#fault-repairs"' in page.text
    assert 'id="fault-repairs"' in page.text
    assert word(desk, report) == "drafting"
    desk.write(report, "repairs")
    desk.write(report, "plan")
    desk.submit(report)


@pytest.mark.rule("H3")
@pytest.mark.rule("I1")
def test_an_edit_after_the_approval_voids_both_chains(desk: Desk) -> None:
    desk.charges("remuneration")
    report = desk.written()
    approval = desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    desk.decide_finance(report)
    with desk.place.inside():
        assert decisions(db.session.get_one(Report, report)).approved
    desk.archive(report)
    link = desk.run(committee.open_link, report, by=desk.manager)
    desk.write(report, "plan", WORDS + "另安排两次消防演练。")
    with desk.place.inside():
        found = decisions(db.session.get_one(Report, report))
        assert (found.main, found.finance) == (None, None)
        assert found.release is not None
        assert found.release.state == "draft"
    with pytest.raises(Conflict):
        desk.publish(report)
    with pytest.raises(Conflict, match="失效"):
        desk.run(committee.answer, link, verdict="agreed", opinion="", name="赵国平")
    again = desk.submit(report)
    assert again != approval
    with desk.place.inside():
        covers = db.session.query(ReportCover).order_by(ReportCover.release_version).all()
        assert [cover.release_version for cover in covers] == [1, 2]
        assert covers[1].version == db.session.get_one(Report, report).version


@pytest.mark.rule("I2")
@pytest.mark.parametrize("finance_first", [True, False])
def test_on_remuneration_finance_and_the_chain_must_both_approve(desk: Desk, finance_first: bool) -> None:
    desk.charges("remuneration")
    report = desk.written()
    desk.submit(report)
    if finance_first:
        desk.decide_finance(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    if not finance_first:
        assert word(desk, report) == "finance"
        assert desk.final(report) is None
        with pytest.raises(Conflict, match="财务"):
            desk.waive(report)
        desk.decide_finance(report)
    assert desk.final(report) is not None
    desk.archive(report)
    desk.waive(report)
    desk.publish(report)


@pytest.mark.rule("I2")
def test_a_lump_sum_project_asks_no_finance_and_has_no_finance_section(desk: Desk) -> None:
    report = desk.written()
    desk.submit(report)
    with desk.place.inside():
        assert decisions(db.session.get_one(Report, report)).finance is None
    assert desk.supervisor.get(f"reports/{report}/sections/finance").status_code == 404


@pytest.mark.rule("I2")
def test_finance_sends_back_and_is_asked_again(desk: Desk) -> None:
    desk.charges("remuneration")
    report = desk.written()
    desk.submit(report)
    with pytest.raises(Problem, match="退回时请写明"):
        desk.decide_finance(report, "returned")
    with pytest.raises(Forbidden):
        desk.decide_finance(report, by=desk.manager)
    assert desk.decide_finance(report, "returned", "酬金比例与合同不符") == "returned"
    assert word(desk, report) == "returned"
    page = desk.supervisor.get(f"reports/{report}").text
    assert "酬金比例与合同不符" in page
    desk.run(submitting.ask_finance_again, report, by=desk.supervisor)
    assert desk.decide_finance(report) == "approved"


@pytest.mark.rule("I2")
def test_without_anybody_in_finance_nothing_is_submitted(desk: Desk) -> None:
    desk.charges("remuneration")
    report = desk.written()
    desk.sql("UPDATE staff SET ended_at = now() WHERE id = :id", id=desk.finance.id)
    with pytest.raises(Problem, match="财务核算中心"):
        desk.submit(report)
    assert word(desk, report) == "drafting"


@pytest.mark.rule("A3")
def test_who_wrote_a_part_decides_nothing(desk: Desk) -> None:
    report = desk.written()
    desk.write(report, "plan", WORDS + "（经理补充）", by=desk.manager)
    desk.submit(report)
    with pytest.raises(Forbidden, match="参与编写"):
        desk.decide(report, desk.manager)
    assert desk.decide(report, desk.leader) == "pending"


def test_a_report_of_a_quarter_that_is_not_over_is_drafted_and_not_submitted(desk: Desk) -> None:
    with pytest.raises(Problem, match="12-01 起可以起草"):
        desk.start(QUARTER.replace(month=10))
    with clock.at(moment("2026-12-02T09:00")):
        report = desk.written(QUARTER.replace(month=10))
        with pytest.raises(Problem, match="还没有结束"):
            desk.submit(report)
    with clock.at(moment("2027-01-02T09:00")):
        with pytest.raises(Problem, match="先更新数据"):
            desk.submit(report)
        desk.run(drafting.take_figures, report, by=desk.supervisor)
        desk.submit(report)


def test_a_project_created_within_the_quarter_reports_the_part_since_then(desk: Desk) -> None:
    first = QUARTER.replace(month=1)
    report = desk.start(first)
    with desk.place.inside():
        row = db.session.get_one(Report, report)
        assert row.covers_from == BEGAN.date()
        figures = db.session.get_one(ReportVersion, (report, 1)).figures
        assert figures["since"] == "2026-03-02"
        assert "上季度" not in figures["groups"]["complaint_categories"]["heads"]
    assert "2026 年 3 月 2 日" in desk.supervisor.get(f"reports/{report}").text
    assert "不受约束" in desk.supervisor.get("reports").text
    with pytest.raises(Problem, match="没有可以报告的内容"):
        desk.start(QUARTER.replace(year=2025, month=10))


def test_there_is_one_report_for_a_quarter(desk: Desk) -> None:
    desk.start()
    with pytest.raises(Conflict, match="已经开始起草"):
        desk.start()
    with pytest.raises(Problem, match="选择季度"):
        desk.start(QUARTER.replace(month=8))


@pytest.mark.rule("I3")
def test_published_is_published(desk: Desk) -> None:
    report = desk.published()
    for again in (
        lambda: desk.publish(report), lambda: desk.write(report, "plan", "改"), lambda: desk.waive(report),
        lambda: desk.run(drafting.take_figures, report, by=desk.supervisor),
        lambda: desk.run(committee.open_link, report, by=desk.manager),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            again()
    assert desk.supervisor.get(f"reports/{report}/sections/plan").status_code == 409


@pytest.mark.rule("I3")
def test_who_may_publish_and_excuse(desk: Desk) -> None:
    report = desk.archived()
    with pytest.raises(Forbidden):
        desk.run(committee.waive, report, reason="没有业委会", by=desk.supervisor)
    with pytest.raises(Problem, match="写明原因"):
        desk.run(committee.waive, report, reason=" ", by=desk.manager)
    desk.waive(report)
    with pytest.raises(Forbidden):
        desk.publish(report, by=desk.leader)
    desk.publish(report, by=desk.supervisor)


@pytest.mark.rule("I3")
def test_an_opinion_of_the_committee_needs_an_answer(desk: Desk) -> None:
    report = desk.archived()
    link = desk.run(committee.open_link, report, by=desk.manager)
    desk.run(committee.answer, link, verdict="opinion", opinion="绿化费用请写明", name="赵国平")
    with pytest.raises(Problem, match="处理"):
        desk.publish(report)
    desk.publish(report, note="已在收费一章补充说明，另行张贴明细")


@pytest.mark.rule("I3")
def test_an_altered_archive_is_not_published(desk: Desk, home: Path) -> None:
    report = desk.approved()
    desk.archive(report, b"%PDF-1.7 a copy of its own")
    desk.waive(report)
    with desk.place.inside():
        archive = db.session.query(ReportArchive).one()
        path = files.path_of(home, desk.place.schema, archive.sha256)
    path.write_bytes(b"%PDF-1.7 another")
    with pytest.raises(Conflict, match="不一致"):
        desk.publish(report)
    path.unlink()
    with pytest.raises(Conflict, match="不一致"):
        desk.publish(report)


@pytest.mark.rule("I2")
@pytest.mark.rule("H1")
def test_the_database_takes_no_publication_out_of_order(desk: Desk) -> None:
    desk.charges("remuneration")
    report = desk.written()
    desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    insert = (
        "INSERT INTO report_publications (report_id, version, content_hash, release_id, release_version, release_hash,"
        " approval_id, fee_basis, finance_approval_id, finance_state, published_by, published_by_name, published_at)"
        " SELECT c.report_id, c.version, c.content_hash, c.release_id, c.release_version, c.release_hash, a.id, :basis,"
        " CAST(:finance AS uuid), CASE WHEN :finance IS NULL THEN NULL ELSE 'approved' END, c.submitted_by, 'x', now()"
        " FROM report_covers c JOIN approvals a ON a.subject_id = c.release_id"
    )
    with pytest.raises(DBAPIError, match="out of order"):  # no word of the committee
        desk.sql(insert, basis="remuneration", finance=None)
    with desk.place.inside():
        found = decisions(db.session.get_one(Report, report))
        assert found.finance is not None
        waits = str(found.finance.id)
    desk.decide_finance(report)
    desk.archive(report)
    desk.waive(report)
    for basis, finance in (("lump_sum", None), ("remuneration", None)):
        with pytest.raises(DBAPIError, match=r"out of order|check constraint"):
            desk.sql(insert, basis=basis, finance=finance)
    desk.sql(insert, basis="remuneration", finance=waits)


@pytest.mark.rule("H3")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_versions SET texts = '{}'", "DELETE FROM report_versions",
        "UPDATE report_covers SET version = 1",
        "UPDATE report_archives SET sha256 = sha256", "DELETE FROM report_publications",
        "UPDATE committee_answers SET opinion = 'x'", "UPDATE reports SET begins = begins",
        "UPDATE report_publications SET note = 'x'",
    ],
)  # fmt: skip
def test_facts_stay_as_they_were_written(desk: Desk, statement: str) -> None:
    desk.start()
    with pytest.raises(DBAPIError, match="permission denied"):
        desk.sql(statement)


def test_two_people_write_different_sections_at_once(desk: Desk) -> None:
    report = desk.start()
    seen = desk.version(report)
    desk.run(drafting.write, report, "plan", WORDS, version=seen, by=desk.supervisor)
    desk.run(drafting.write, report, "repairs", WORDS, version=seen, by=desk.manager)
    with pytest.raises(Conflict, match="陈志远刚刚改过"):
        desk.run(drafting.write, report, "plan", "另一种写法", version=seen, by=desk.manager)
    with desk.place.inside():
        assert {"plan", "repairs"} <= set(db.session.get_one(ReportVersion, (report, 3)).texts)
        assert len(db.session.query(ReportVersion).all()) == 3


@pytest.mark.rule("H1")
def test_the_letter_is_written_and_handed_over_only_with_its_report(desk: Desk) -> None:
    report = desk.approved()
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
        id, version = release.id, release.version
    facts = {"title": "改", "body": "改" * 20, "to": [], "version": version}
    with pytest.raises(Conflict, match="随所附的记录"):
        desk.run(releases.edit, id, by=desk.supervisor, **facts)
    with pytest.raises(Conflict):
        desk.run(releases.submit, id, version=version, by=desk.supervisor)
    handed = {"way": "posted", "receiver": "公告栏", "at": NOW + timedelta(seconds=1), "version": version}
    with clock.at(NOW + timedelta(minutes=1)), pytest.raises(Conflict, match="发布后才能"):
        desk.run(releases.hand_over, id, by=desk.supervisor, **handed)
    with pytest.raises(Problem, match="随所附的记录"):
        desk.run(releases.draft, kind="service_report", title="t", body="b" * 20, to=[], by=desk.supervisor)
    desk.archive(report)
    desk.waive(report)
    with clock.at(NOW + timedelta(minutes=1)):
        desk.publish(report)
        desk.run(releases.hand_over, id, by=desk.supervisor, **handed)


def test_the_submitter_takes_it_back(desk: Desk) -> None:
    report = desk.written()
    desk.submit(report)
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
    desk.run(releases.withdraw, release.id, by=desk.supervisor)
    assert word(desk, report) == "drafting"
    desk.submit(report)
    assert word(desk, report) == "in_review"


def test_unknown_reports_are_said_to_be_so(desk: Desk) -> None:
    with pytest.raises(Conflict, match="没有这份报告"):
        desk.run(publishing.publish, desk.steward.id, version=1, by=desk.manager)
