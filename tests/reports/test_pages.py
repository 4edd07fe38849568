"""The pages: quarters, editor, reading, the letter with its report, roles, other tenants (I1, I2, I3)."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from saas import clock
from saas.db import db
from tenants.obligations import rounds
from tenants.obligations.models import COPIED, Reminder
from tenants.releases.covering import cover_of
from tenants.reports import committee
from tenants.reports.access import READERS
from tenants.reports.models import Report, ReportVersion
from tests.reports.desk import NOW, QUARTER, WORDS, Desk, moment
from tests.world import Person, World


def post(person: Person, path: str, **fields: object) -> int:
    return person.post(path, dict(fields)).status_code


def test_an_empty_page_teaches(desk: Desk) -> None:
    with clock.at(moment("2026-03-03T09:00")):
        young = desk.place.world.project(desk.place.world.company("hengtai", "恒泰物业"), "xin", "新城")
        page = young.staff("赵敏", "service_supervisor").get("reports").text
    assert "2026 年第 1 季度" in page
    with clock.at(moment("2026-02-03T09:00")):
        newer = desk.place.world.project(young, "xinyi", "新意")
        page = newer.staff("钱敏", "service_supervisor").get("reports").text
    assert "还没有可以起草的季度" in page
    assert "2026-03-01 起可以起草" in page


@pytest.mark.rule("I1")
def test_the_quarters_tell_where_each_report_stands_and_what_is_missing(desk: Desk) -> None:
    page = desk.supervisor.get("reports").text
    assert "10-10 前，还剩 2 天" in page
    assert "10-20 前" in page
    assert post(desk.supervisor, "reports", begins="2026-07-01") == 303
    page = desk.supervisor.get("reports").text
    assert "还缺 12 章" in page
    with clock.at(moment("2026-10-13T09:00")):
        page = desk.place.staff("新来的", "steward").get("reports").text
        assert "10-10 前，逾期 3 天" in page
        assert "开始起草" not in page
    for begins in ("2026-08-01", "x", "", "2026-10-01", "1900-01-01", "9999-10-01"):
        assert post(desk.supervisor, "reports", begins=begins) == 422
    assert post(desk.supervisor, "reports", begins="2026-07-01") == 409


@pytest.mark.rule("I1")
def test_a_section_is_written_previewed_and_kept_when_refused(desk: Desk) -> None:
    report = desk.start()
    where = f"reports/{report}/sections/plan"
    page = desk.supervisor.get(where).text
    assert "下季度工作计划" in page
    assert f'data-draft="report-{report}-plan"' in page
    shown = desk.supervisor.post(where, {"text": "## 计划\n- **一** <b>", "version": "1", "preview": "1"})
    assert shown.status_code == 200
    assert "<strong>一</strong> &lt;b&gt;" in shown.text
    assert "还没有保存" in shown.text
    assert desk.version(report) == 1
    kept = desk.supervisor.post(where, {"text": WORDS, "version": "1", "go": "next"})
    assert kept.location.endswith("/sections/extra")
    assert desk.version(report) == 2
    again = desk.supervisor.post(where, {"text": WORDS, "version": "2"})
    assert again.status_code == 303
    assert desk.version(report) == 2  # nothing changed, nothing is kept
    desk.write(report, "plan", "另一人写的内容，也够二十个字了，足够长足够长足够长。", by=desk.manager)
    late = desk.supervisor.post(where, {"text": "我写的", "version": "2"})
    assert late.status_code == 409
    assert "陈志远刚刚改过" in late.text
    assert "我写的</textarea>" in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version
    assert version[1] == "3"
    assert desk.supervisor.post(where, {"text": "我写的", "version": version[1]}).status_code == 303
    for code in ("nowhere", "finance"):
        assert desk.supervisor.get(f"reports/{report}/sections/{code}").status_code == 404


@pytest.mark.rule("I1")
def test_the_approver_reads_the_whole_report_at_its_letter_with_what_changed(desk: Desk) -> None:
    report = desk.written()
    desk.submit(report)
    desk.decide(report, desk.manager, "returned", "计划太笼统")
    desk.write(report, "plan", WORDS.replace("按月", "按周"))
    with clock.at(NOW + timedelta(hours=1)):
        desk.submit(report)
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
        id = release.id
    page = desk.manager.get(f"releases/{id}").text
    assert f"reports/{report}/sent/2" in page
    assert "同意，送审批" in page
    assert "releases/" + str(id) + "/edit" not in page
    part = desk.manager.part(f"reports/{report}/sent/2").text
    assert "<html" not in part
    assert "与第 13 版比较" in part
    assert "<ins>周</ins>" in part
    assert "<del>月</del>" in part
    assert "停车秩序有改善" in part
    first = desk.manager.get(f"reports/{report}/sent/1").text
    assert "比较" not in first
    assert desk.manager.get(f"reports/{report}/sent/3").status_code == 404
    assert "计划太笼统" in desk.supervisor.get(f"releases/{id}").text
    assert desk.supervisor.get(f"releases/{id}/edit").status_code == 409
    told = desk.leader.get(f"reports/{report}").text
    assert f"审批单 {release.number}" in told


@pytest.mark.rule("I1")
def test_quality_is_told_when_it_gets_its_copy(desk: Desk) -> None:
    report = desk.written()
    approval = desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    with desk.place.inside():
        rounds.copies_came(approval)
        db.session.commit()
        told = db.session.query(Reminder).filter_by(kind=COPIED, staff_id=desk.quality.id).one()
        assert "物业服务报告" in told.title
    page = desk.supervisor.get(f"reports/{report}").text
    assert "孟晓岚" in page
    assert "批准时" in page


@pytest.mark.rule("I2")
def test_finance_decides_on_the_page_of_the_report(desk: Desk) -> None:
    desk.charges("remuneration")
    report = desk.written()
    desk.submit(report)
    page = desk.finance.get(f"reports/{report}").text
    assert "同意财务收支部分" in page
    assert "同意财务收支部分" not in desk.manager.get(f"reports/{report}").text
    assert f"reports/{report}" in desk.finance.get("").text  # on the workbench
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("approval", "hash", "version")}  # type: ignore[index]
    where = f"reports/{report}/finance/decisions"
    assert post(desk.finance, where, **fields, verdict="returned") == 422
    assert post(desk.finance, where, **fields, verdict="maybe") == 422
    assert post(desk.finance, where, **{**fields, "hash": "0" * 64}, verdict="approved") == 409
    assert post(desk.manager, where, **fields, verdict="approved") == 403
    assert post(desk.finance, where, **fields, verdict="approved") == 303
    assert post(desk.finance, where, **fields, verdict="approved") == 409


@pytest.mark.rule("A2")
def test_who_may_do_what(desk: Desk) -> None:
    report = desk.written()
    outsider, steward = desk.place.staff("法务", "legal"), desk.steward
    assert "legal" not in READERS
    assert outsider.get("reports").status_code == 403
    assert outsider.get(f"reports/{report}").status_code == 403
    assert steward.get(f"reports/{report}").status_code == 200
    assert "/sections/" not in steward.get(f"reports/{report}").text
    for path, fields in (
        ("reports", {"begins": "2026-04-01"}), (f"reports/{report}/sections/plan", {"text": "x"}),
        (f"reports/{report}/figures", {}), (f"reports/{report}/submission", {"version": "1"}),
        (f"reports/{report}/committee", {}), (f"reports/{report}/waiver", {"reason": "x"}),
        (f"reports/{report}/publication", {"version": "1"}),
    ):  # fmt: skip
        assert steward.post(path, fields).status_code == 403, path
    assert post(desk.supervisor, f"reports/{report}/waiver", reason="x") == 403


@pytest.mark.rule("A1")
def test_another_tenant_sees_nothing(desk: Desk, world: World) -> None:
    report = desk.written()
    stranger = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff(
        "赵敏", "project_manager"
    )
    for path in ("", "/sections/plan", "/papers", "/versions/1", "/committee"):
        assert stranger.get(f"reports/{report}{path}").status_code == 404
        assert stranger.get(desk.manager.at(f"reports/{report}{path}")).status_code == 404
    for verb in ("submission", "publication", "committee", "waiver", "papers", "check", "figures"):
        assert stranger.post(f"reports/{report}/{verb}", {"version": "1", "reason": "x"}).status_code == 404
    assert desk.version(report) == 13


def test_the_same_form_twice_acts_once(desk: Desk) -> None:
    report = desk.written()
    key = "8e7a9f62-6a4c-4c1e-9d6e-0d9f0d3f2b11"
    for _ in range(2):
        assert post(desk.supervisor, f"reports/{report}/submission", version=desk.version(report), key=key) == 303
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
        assert len(release.versions) == 1


@pytest.mark.rule("I3")
def test_the_link_of_the_committee_is_shown_to_who_hands_it_over(desk: Desk) -> None:
    report = desk.archived()
    assert desk.manager.get(f"reports/{report}/committee").status_code == 404
    desk.run(committee.open_link, report, by=desk.manager)
    page = desk.supervisor.get(f"reports/{report}/committee").text
    assert "/c/" in page
    assert "<svg" in page
    assert "只能答复一次" in page
    assert desk.steward.get(f"reports/{report}/committee").status_code == 403


def test_lists_ask_as_often_for_many_quarters_as_for_one(desk: Desk, world: World) -> None:
    from tests.architecture.test_statements import counting

    def asked() -> int:
        desk.supervisor.get("reports")
        with counting(world) as sent:
            assert desk.supervisor.get("reports").status_code == 200
        return len(sent)

    desk.written()
    few = asked()
    for begins in (QUARTER.replace(month=4), QUARTER.replace(month=1)):
        desk.written(begins)
    assert asked() <= few + 1


def test_every_version_can_be_read(desk: Desk) -> None:
    report = desk.start()
    desk.write(report, "plan")
    page = desk.supervisor.get(f"reports/{report}/versions/2").text
    assert "与第 1 版比较" in page
    assert desk.supervisor.get(f"reports/{report}/versions/9").status_code == 404
    with desk.place.inside():
        assert db.session.get_one(Report, UUID(str(report))).version == 2
        assert db.session.query(ReportVersion).count() == 2
