"""What the reports of a quarter show to the clauses about them (I1, I2, I3, I6)."""

from dataclasses import replace
from uuid import UUID

import pytest

from saas import clock
from saas.approvals.models import ApprovalCopy
from saas.db import db
from saas.policy.clauses import BASES
from saas.policy.evidence import Count, Question, counted, told
from saas.policy.loader import pack
from saas.policy.pack import Clause, Deadline, Kind
from saas.policy.periods import Every, Period, period
from saas.policy.standing import State, state, tally
from tenants.reports import archive, committee
from tenants.reports.evidence import EVIDENCE
from tenants.reports.models import ReportCheck
from tests.reports.desk import NOW, QUARTER, Desk, moment

THIRD = period(Every.QUARTER, QUARTER)
FOURTH = THIRD.next
DUE = {"reports.approved": 10, "reports.published": 20, "reports.finance_published": 20}


def clause(name: str, basis: str | None = None) -> Clause:
    """A clause as the pack of a property company has it."""
    day = DUE.get(name)
    assert basis is None or basis in BASES
    return Clause(
        id=name, rule="I1", source="000 §5.3.3", title="报告", text="报告", evidence=name, roles=("project_manager",),
        numbers={}, kind=Kind.PERIODIC if day else Kind.CHAIN, chain="finance_section", every=Every.QUARTER,
        deadline=Deadline(True, 1, day) if day else None, only=basis,
    )  # fmt: skip


def count(desk: Desk, name: str, within: Period = THIRD) -> Count:
    """What the records of a period say."""
    with desk.place.inside():
        asked = Question(clause(name), pack("property"), within.begin, within.end)
        return counted(EVIDENCE[name].query(asked))


def word(desk: Desk, name: str, at: str) -> State:
    """How the clause of the third quarter stands at a moment."""
    return state(tally(clause(name), THIRD, count(desk, name)), moment(at))


@pytest.mark.rule("I1")
def test_approved_and_copied_by_the_tenth(desk: Desk) -> None:
    report = desk.written()
    assert word(desk, "reports.approved", "2026-10-08T10:00") is State.OPEN
    assert word(desk, "reports.approved", "2026-10-11T00:01") is State.LATE
    desk.submit(report)
    desk.decide(report, desk.manager)
    assert count(desk, "reports.approved").met == 0
    desk.decide(report, desk.leader)
    assert count(desk, "reports.approved").first == NOW
    assert word(desk, "reports.approved", "2026-12-01T00:00") is State.MET
    desk.write(report, "plan", "改动" * 20)
    assert word(desk, "reports.approved", "2026-10-11T00:01") is State.LATE  # the edit voided it


@pytest.mark.rule("I1")
def test_approved_too_late_is_not_in_time(desk: Desk) -> None:
    report = desk.written()
    desk.submit(report)
    desk.decide(report, desk.manager)
    with clock.at(moment("2026-10-11T00:00")):
        desk.decide(report, desk.leader)
    assert word(desk, "reports.approved", "2026-10-12T00:00") is State.LATE


@pytest.mark.rule("I1")
def test_without_the_copy_of_quality_it_is_not_done(desk: Desk) -> None:
    report = desk.written()
    desk.sql("UPDATE staff SET ended_at = now() WHERE id = :id", id=desk.quality.id)
    desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    assert count(desk, "reports.approved").met == 0
    with desk.place.inside():
        assert db.session.query(ApprovalCopy).count() == 0


@pytest.mark.rule("I2")
def test_finance(desk: Desk) -> None:
    desk.charges("remuneration")
    report = desk.written()
    desk.submit(report)
    assert count(desk, "reports.finance_approved", FOURTH) == Count(open=1)
    desk.decide_finance(report)
    assert count(desk, "reports.finance_approved", FOURTH).met == 1
    assert count(desk, "reports.finance_approved", THIRD).met == 0


@pytest.mark.rule("I3")
def test_the_committee(desk: Desk) -> None:
    report = desk.archived()
    assert count(desk, "reports.submitted", FOURTH).open == 1
    link = desk.run(committee.open_link, report, by=desk.manager)
    desk.run(committee.answer, link, verdict="agreed", opinion="", name="赵国平")
    assert count(desk, "reports.submitted", FOURTH).met == 1


@pytest.mark.rule("I3")
@pytest.mark.rule("I6")
def test_published_by_the_twentieth(desk: Desk) -> None:
    report = desk.archived()
    desk.waive(report)
    for name in ("reports.published", "reports.finance_published"):
        assert word(desk, name, "2026-10-20T23:59") is State.OPEN
        assert word(desk, name, "2026-10-21T00:01") is State.LATE
    with clock.at(moment("2026-10-20T23:00")):
        desk.publish(report)
    for name in ("reports.published", "reports.finance_published"):
        assert word(desk, name, "2026-10-21T00:01") is State.MET
        assert count(desk, name, FOURTH).met == 0
    with desk.place.inside():
        asked = Question(clause("reports.published"), pack("property"), THIRD.begin, THIRD.end)
        (record,) = told(EVIDENCE["reports.published"].query(asked)).records
    assert record.label == "2026 年第 3 季度物业服务报告"
    assert desk.manager.get(f"reports/{record.where['id']}").status_code == 200


@pytest.mark.rule("I6")
def test_a_report_that_says_nothing_of_income_and_expense_does_not_count(desk: Desk) -> None:
    desk.published()
    plain = pack("property")
    assert plain.report is not None
    silent = replace(
        plain, report=replace(plain.report, sections=tuple(replace(s, accounts=False) for s in plain.report.sections))
    )
    with desk.place.inside():
        asked = Question(clause("reports.finance_published"), silent, THIRD.begin, THIRD.end)
        assert counted(EVIDENCE["reports.finance_published"].query(asked)).met == 0


@pytest.mark.rule("I3")
def test_the_archive_counts_until_a_comparison_finds_it_altered(desk: Desk) -> None:
    report = desk.archived()
    assert count(desk, "reports.archived", FOURTH).met == 1
    desk.run(archive.check_again, report)
    assert count(desk, "reports.archived", FOURTH).met == 1
    add(desk, report, intact=False)
    assert count(desk, "reports.archived", FOURTH) == Count(missed=1)
    add(desk, report, intact=True)
    assert count(desk, "reports.archived", FOURTH).met == 1


def add(desk: Desk, report: UUID, *, intact: bool) -> None:
    """A comparison a minute after the last one."""
    with desk.place.inside():
        version, before = db.session.query(ReportCheck.version, ReportCheck.checked_at).order_by(
            ReportCheck.checked_at.desc()
        ).first()  # fmt: skip
        db.session.add(
            ReportCheck(
                report_id=report, version=version, intact=intact, checked_by_name="系统",
                checked_at=before.replace(second=before.second + 1),
            )
        )  # fmt: skip
        db.session.commit()


def test_nothing_on_record_answers_nothing(desk: Desk) -> None:
    for name in EVIDENCE:
        assert count(desk, name) == count(desk, name, FOURTH) == Count()
