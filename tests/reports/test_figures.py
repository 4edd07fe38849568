"""The figures of a report are those of the records, add up, and lead to the lists of what was counted (I1)."""

import re
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from saas import clock
from saas.db import db
from saas.policy.loader import pack
from saas.policy.periods import Every, period
from tenants.complaints import actions as complaints
from tenants.complaints.facts import Callback, Handling
from tenants.complaints.models import Complaint, Stage
from tenants.contacts.actions import record_contact
from tenants.customers import actions as customers
from tenants.releases import actions as releases
from tenants.releases.covering import cover_of
from tenants.reports import drafting, figures
from tenants.reports.groups import GROUPS
from tenants.reports.models import ReportVersion
from tenants.reports.quarter import Quarter
from tenants.reports.tables import Group
from tests.reports.desk import BEGAN, QUARTER, Desk, moment

CASES = (
    ("2026-05-20T09:00", "noise", "general"),
    ("2026-06-30T23:59", "parking", "general"),
    ("2026-07-01T00:00", "parking", "important"),
    ("2026-07-15T09:00", "noise", "general"),
    ("2026-08-02T09:00", "parking", "general"),
    ("2026-09-30T23:59", "facilities", "major"),
    ("2026-10-01T00:00", "facilities", "general"),
)  # fmt: skip


def register(desk: Desk, at: str, category: str, severity: str) -> UUID:
    """A complaint of that day, already judged to be so grave."""
    new = complaints.NewComplaint(
        subject="停车难", body="固定车位被占。", category=category, source="project_phone", channel="phone",
        reporter="王晓梅", phone="13800005521",
    )  # fmt: skip
    with clock.at(moment(at)), desk.place.inside():
        made = complaints.register(new, by=desk.steward.actor)
        db.session.execute(update(Complaint).where(Complaint.id == made.id).values(severity=severity))
        db.session.commit()
        return made.id


def called_back(desk: Desk, complaint: UUID, at: datetime, satisfaction: int) -> None:
    """Handled and called back at this moment."""
    staff = {"recorded_by": desk.steward.id, "recorded_by_name": "林晓燕"}
    with desk.place.inside():
        db.session.add(Handling(complaint_id=complaint, nth=1, result="已清出", handled_at=at, recorded_at=at, **staff))
        db.session.add(
            Callback(
                complaint_id=complaint, nth=1, channel="phone", signed=False, satisfaction=satisfaction, opinion="好",
                raised_new=False, called_at=at, called_by=desk.steward.id, called_by_name="林晓燕",
            )
        )  # fmt: skip
        db.session.commit()


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Two quarters of records, with some on each side of the borders."""
    made = [register(desk, *case) for case in CASES]
    called_back(desk, made[2], moment("2026-07-03T10:00"), 5)
    called_back(desk, made[3], moment("2026-07-20T10:00"), 2)
    called_back(desk, made[0], moment("2026-06-01T10:00"), 4)
    rules = pack("property")
    for at, channel, kind in (
        ("2026-06-01T10:00", "phone", "question"), ("2026-07-02T10:00", "phone", "repair"),
        ("2026-08-02T10:00", "phone", "repair"), ("2026-09-09T10:00", "in_person", "praise"),
    ):  # fmt: skip
        with clock.at(moment(at)):
            desk.run(record_contact, channel=channel, request_kind=kind, summary="来电", by=desk.steward, pack=rules)
    for number, occupancy in enumerate(("occupied", "occupied", "vacant")):
        desk.run(customers.register_unit, label=f"3-2-{101 + number}", occupancy=occupancy, by=desk.steward)
    with clock.at(moment("2026-08-20T09:00")):
        notice = desk.run(
            releases.draft, kind="notice", title="停水通知", body="8 月 21 日上午停水检修，请提前储水，给您添麻烦了。",
            to=[releases.To("public_page", "公开页")], by=desk.steward,
        )  # fmt: skip
        desk.run(releases.submit, notice, version=1, by=desk.steward)
        with desk.place.inside():
            from tenants.releases.queries import find, submissions

            (approval,) = submissions(find(notice))
            releases.decide(
                notice, approval_id=approval.id, verdict="approved", reason="", version=1,
                content_hash=approval.content_hash, by=desk.manager.actor,
            )  # fmt: skip
            db.session.commit()
    return desk


def group(desk: Desk, report: UUID, code: str) -> Group:
    with desk.place.inside():
        version = db.session.get_one(ReportVersion, (report, 1))
        return figures.groups(version.figures)[code]


def row(found: Group, label: str) -> tuple[object, ...]:
    return next(each.values for each in found.rows if each.label == label)


@pytest.mark.rule("I1")
def test_complaints_are_counted_by_month_category_and_severity(busy: Desk) -> None:
    report = busy.start()
    categories = group(busy, report, "complaint_categories")
    assert categories.heads == ("7 月", "8 月", "9 月", "合计", "上季度", "增减")
    assert row(categories, "车辆停放") == (1, 1, 0, 2, 1, 1)
    assert row(categories, "噪声扰民") == (1, 0, 0, 1, 1, 0)
    assert row(categories, "设施设备") == (0, 0, 1, 1, 0, 1)
    assert row(categories, "合计") == (2, 1, 1, 4, 2, 2)
    severities = group(busy, report, "complaint_severities")
    assert row(severities, "重要") == (1, 0, 0, 1, 0, 1)
    assert row(severities, "合计") == row(categories, "合计")
    assert row(group(busy, report, "complaint_states"), "合计") == row(categories, "合计")
    months = group(busy, report, "complaint_months")
    assert [each.label for each in months.rows] == ["4 月", "5 月", "6 月", "7 月", "8 月", "9 月"]
    assert [each.values[0] for each in months.rows] == [0, 1, 1, 2, 1, 1]
    assert row(group(busy, report, "summary"), "受理投诉") == (4, 2)


@pytest.mark.rule("I1")
@pytest.mark.rule("D10")
def test_callbacks_and_satisfaction(busy: Desk) -> None:
    report = busy.start()
    callbacks = group(busy, report, "callbacks")
    assert row(callbacks, "一般") == (1, 1, 100.0, 50.0)
    assert row(callbacks, "重要") == (1, 1, 100.0, 100.0)
    assert row(callbacks, "合计") == (2, 2, 100.0, None)
    satisfaction = group(busy, report, "satisfaction")
    assert row(satisfaction, "非常满意") == (1, 50.0)
    assert row(satisfaction, "不满意") == (1, 50.0)
    assert row(satisfaction, "合计") == (2, 100.0)
    assert row(group(busy, report, "summary"), "回访满意率") == (50.0, 100.0)
    assert "满意＋非常满意" in satisfaction.note


@pytest.mark.rule("D7")
def test_time_limits_that_ended_in_the_quarter(busy: Desk) -> None:
    report = busy.start()
    clocks = group(busy, report, "clocks")
    with busy.place.inside():
        first = db.session.query(Stage).filter_by(stage="first_response").all()
        inside = [s for s in first if moment("2026-07-01T00:00") <= s.due_at < moment("2026-10-01T00:00")]
    assert (
        row(clocks, "首次回应")[0] == len(inside) == 4
    )  # that of 30 June runs out on 1 July, that of 30 September later
    for each in clocks.rows:
        ended, met, late, share = each.values
        assert ended == met + late
        assert share is None if ended == 0 else 0 <= share <= 100


@pytest.mark.rule("I1")
def test_contacts_releases_and_households(busy: Desk) -> None:
    report = busy.start()
    channels = group(busy, report, "contact_channels")
    assert row(channels, "电话") == (3, 2, 1, 6, 3, 3)  # each complaint came by a call, which is a contact too (C1)
    assert row(channels, "当面") == (0, 0, 1, 1, 0, 1)
    assert row(channels, "合计") == row(group(busy, report, "contact_kinds"), "合计")
    assert row(group(busy, report, "releases"), "通知、通告") == (1, 0, 1)
    homes = group(busy, report, "households")
    assert row(homes, "合计") == (1, 0, 2, 3)
    assert row(homes, "准业主") == (1, 0, 2, 3)


@pytest.mark.rule("I1")
def test_every_table_adds_up(busy: Desk) -> None:
    report = busy.start()
    for code in GROUPS:
        found = group(busy, report, code)
        assert all(len(each.values) == len(found.heads) == len(found.kinds) for each in found.rows), code
        totals = [each for each in found.rows if each.total]
        for total in totals:
            for at, kind in enumerate(found.kinds):
                if kind in ("n", "+n"):
                    assert total.values[at] == sum(r.values[at] or 0 for r in found.rows if not r.total), (code, at)
        assert Group.load(found.dump()) == found


@pytest.mark.rule("I1")
def test_each_number_leads_to_the_list_of_what_was_counted(busy: Desk) -> None:
    report = busy.start()
    followed = 0
    with busy.place.world.app.test_request_context():
        adapter = busy.place.world.app.create_url_adapter(None) or busy.place.world.app.url_map.bind("localhost")
    for code in GROUPS:
        found = group(busy, report, code)
        for each in found.rows:
            if each.drill is None:
                continue
            here = {"company": busy.place.company, "project": busy.place.slug}
            path = adapter.build(each.drill["endpoint"], {**here, **each.drill["args"]})
            page = busy.manager.get(path)
            counted = re.search(r"共 (\d+) [件条]", page.text)
            assert counted or not each.values[found.main], path
            assert int(counted[1] if counted else 0) == each.values[found.main], path
            followed += 1
    assert followed >= 10
    page = busy.supervisor.get(f"reports/{report}/sections/complaints").text
    assert "category=parking" in page
    assert "since=2026-07-01" in page


@pytest.mark.rule("I1")
def test_figures_are_as_of_the_moment_they_were_taken(busy: Desk) -> None:
    report = busy.start()
    taken = figures.as_of(busy.ask(lambda: db.session.get_one(ReportVersion, (report, 1)).figures))
    assert taken == clock.now()
    late = register(busy, "2026-09-15T09:00", "noise", "general")
    assert late
    assert row(group(busy, report, "complaint_categories"), "合计")[3] == 4
    assert "截至 2026-10-08 10:00" in busy.supervisor.get(f"reports/{report}").text
    busy.run(drafting.take_figures, report, by=busy.supervisor)
    with busy.place.inside():
        again = figures.groups(db.session.get_one(ReportVersion, (report, 2)).figures)["complaint_categories"]
    assert row(again, "合计")[3] == 5


def test_every_group_that_a_pack_names_is_there_and_named() -> None:
    report = pack("property").report
    assert report is not None
    assert {code for section in report.sections for code in section.figures} == set(GROUPS)


def test_a_first_quarter_compares_with_nothing(desk: Desk) -> None:
    with desk.place.inside():
        quarter = Quarter(period(Every.QUARTER, BEGAN.date()), BEGAN.date(), pack("property"), compared=False)
        for make in GROUPS.values():
            found = make(quarter)
            assert "上季度" not in found.heads or found.tiles
            assert found.empty or found.code in ("callbacks", "repair_rates")
    report = desk.start(QUARTER)
    page = desk.supervisor.get(f"reports/{report}/sections/overview")
    assert page.status_code == 200
    assert "本季度没有记录" in page.text


def test_the_letter_of_a_report_counts_as_sent_in_its_own_quarter(desk: Desk) -> None:
    report = desk.published()
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
    page = desk.manager.get("releases?since=2026-10-01&until=2026-10-31")
    assert release.number in page.text
    assert release.number not in desk.manager.get("releases?since=2026-07-01&until=2026-09-30").text
