"""Reminders before a duty's day and escalation after it reach the right people once, unless the records say: done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from saas import clock
from saas.db import db
from saas.policy.calendar import Calendar
from saas.policy.evidence import Question, counted
from saas.policy.here import pack_on
from saas.tenancy.staff import CalendarDay, Staff
from tenants.duties.moments import occasions, worked
from tenants.obligations.evidence import reminders
from tenants.obligations.models import Reminder
from tests.duties.conftest import BASE, QUARTERLY, Post, Site, on, version
from workers import doors, reminding

Found = Callable[..., Site]
Run = Callable[[datetime], None]
HOURS = BASE.settings.hours


def moments(until: str, calendar: Calendar | None = None) -> list[str]:
    """(name day hour) of what is told about the quarterly clause."""
    known = occasions(date.fromisoformat(until), QUARTERLY, calendar or Calendar(), HOURS)
    return [f"{each.name} {clock.local(each.at):%m-%d %H:%M}" for each in known]


@pytest.fixture
def quarter(found: Found) -> Site:
    """A project with the fourth quarter of 2026 generated, due on Sunday, 10 January 2027."""
    site = found("2026-09-01")
    site.plan(on("2026-12-01"))
    return site


@pytest.mark.rule("R2")
def test_a_reminder_on_a_rest_day_comes_the_working_day_before_and_the_day_itself_stays() -> None:
    assert moments("2027-01-10") == [
        "warn-1 12-31 08:30",  # 3 January is a Sunday, 1 January a holiday
        "warn-2 01-07 08:30",
        "warn-3 01-08 08:30",  # 9 January is a Saturday
        "late 01-11 08:30",
        "escalation-1 01-11 08:30",
        "escalation-2 01-12 08:30",
    ]


@pytest.mark.rule("R2")
def test_make_up_workdays_count_as_worked_and_nobody_is_told_in_a_holiday() -> None:
    assert moments("2026-10-10")[0] == "warn-1 09-30 08:30"  # the week before is the holiday
    assert moments("2026-10-10")[1:3] == ["warn-2 09-30 08:30", "warn-3 10-09 08:30"]
    assert moments("2026-09-30")[3:] == ["late 10-08 08:30", "escalation-1 10-08 08:30", "escalation-2 10-08 08:30"]


def test_the_company_s_own_rest_day_moves_a_reminder() -> None:
    assert moments("2026-11-20")[2] == "warn-3 11-19 08:30"
    assert moments("2026-11-20", Calendar({date(2026, 11, 19): False}))[2] == "warn-3 11-18 08:30"


def test_a_calendar_without_work_ends_on_the_day_itself() -> None:
    never = Calendar({date(2026, 1, 1).fromordinal(date(2026, 1, 1).toordinal() + n): False for n in range(400)})
    assert worked(date(2026, 6, 1), never, 1) == date(2026, 6, 1)


@pytest.mark.rule("R2")
def test_it_is_told_before_called_late_and_climbs(quarter: Site, post: Post, run_until: Run) -> None:
    run_until(on("2026-12-31", 8))
    assert quarter.told() == []
    for day in ("2026-12-31", "2027-01-07", "2027-01-08", "2027-01-11", "2027-01-12"):
        run_until(on(day, 9))
    assert quarter.told() == [
        ("warn", "12-31 09", "周敏"), ("warn", "01-07 09", "周敏"), ("warn", "01-08 09", "周敏"),
        ("escalation", "01-11 09", "陈志远"), ("late", "01-11 09", "周敏"), ("escalation", "01-12 09", "高岚"),
    ]  # fmt: skip
    first, late = post.mails[0], post.mails[4]
    assert first["Subject"] == "【即将到期】季度报告（2026 年第 4 季度）"
    assert "应于 2027-01-10 前完成，还剩 10 天" in first.get_content()
    assert "依据：000 §5.3.3 B 季度报告" in first.get_content()
    assert f"https://linsheng.example/xiangrui/yunqi/duties/{quarter.one().id}" in first.get_content()
    assert "逾期 1 天" in late.get_content()


@pytest.mark.rule("R2")
def test_who_owes_it_and_is_told_of_it_by_a_rung_hears_it_once(
    found: Found, regulation: Callable[..., None], run_until: Run
) -> None:
    regulation(version(replace(QUARTERLY, roles=("service_supervisor", "project_manager"))))
    site = found("2026-09-01")
    site.plan(on("2026-12-01"))
    run_until(on("2027-01-12"))
    assert sorted((kind, who) for kind, _, who in site.told()) == [
        ("escalation", "高岚"), ("late", "周敏"), ("late", "陈志远")
    ]  # fmt: skip


@pytest.mark.rule("R2")
def test_what_is_done_reminds_nobody_any_more(quarter: Site, run_until: Run) -> None:
    run_until(on("2026-12-31", 9))
    quarter.hold(quarter.one(), on("2027-01-06"))
    run_until(on("2027-01-31"))
    assert [kind for kind, _, _ in quarter.told()] == ["warn"]


@pytest.mark.rule("R2")
def test_after_days_without_workers_people_hear_once_how_it_stands(quarter: Site, run_until: Run) -> None:
    run_until(on("2027-01-09"))  # all three reminders are waiting
    assert quarter.told() == [("warn", "01-09 10", "周敏")]


def test_the_same_job_twice_tells_once_and_another_tenant_s_duty_is_nothing(quarter: Site, found: Found) -> None:
    duty, other = quarter.one(), found("2026-09-01", slug="feicui")
    with clock.at(on("2026-12-31")):
        for _ in range(2):
            with quarter.place.inside():
                reminding.duty_due(str(duty.id), "warn-1")
                db.session.commit()
        row = "00000000-0000-0000-0000-000000000001"
        for _ in range(2):
            doors.run("duties.due", quarter.place.schema, row, str(duty.id), "warn-1")
        with other.place.inside():
            reminding.duty_due(str(duty.id), "warn-1")
            db.session.commit()
    assert len(quarter.told()) == 1
    assert other.told() == []


def test_a_job_that_comes_too_early_or_by_a_name_of_an_older_version_says_nothing(quarter: Site) -> None:
    with clock.at(on("2026-12-30")), quarter.place.inside():
        for name in ("warn-1", "late", "escalation-9", ""):
            reminding.duty_due(str(quarter.one().id), name)
        db.session.commit()
    assert quarter.told() == []


@pytest.mark.rule("R2")
def test_a_vacant_role_passes_the_word_up(quarter: Site, run_until: Run) -> None:
    with quarter.place.inside():
        db.session.execute(update(Staff).where(Staff.id == quarter.supervisor.id).values(ended_at=clock.now()))
        db.session.commit()
    run_until(on("2026-12-31"))
    assert [who for _, _, who in quarter.told()] == ["陈志远"]


@pytest.mark.rule("R2")
def test_a_day_that_becomes_a_rest_day_or_a_working_day_moves_the_reminder(quarter: Site, run_until: Run) -> None:
    with quarter.place.inside():
        db.session.add(CalendarDay(day=date(2026, 12, 31), working=False))  # earlier: 30 December
        db.session.add(CalendarDay(day=date(2027, 1, 9), working=True))  # later: the Saturday itself
        db.session.commit()
    quarter.plan(on("2026-12-29"))
    run_until(on("2026-12-30"))
    assert [day for _, day, _ in quarter.told()] == ["12-30 10"]
    quarter.plan(on("2027-01-06"))
    for day in ("2027-01-07", "2027-01-08", "2027-01-09"):
        run_until(on(day))
    assert [day for _, day, _ in quarter.told()] == ["12-30 10", "01-07 10", "01-09 10"]


@pytest.mark.rule("R2")
def test_generated_late_it_is_called_late_at_once(found: Found, run_until: Run) -> None:
    site = found("2026-01-01")
    site.plan(on("2026-01-02"))
    site.plan(on("2026-08-03"))  # half a year without a scheduler
    run_until(on("2026-08-03", 11))
    kinds = [(kind, who) for kind, _, who in site.told()]
    assert sorted(kinds) == [
        ("escalation", "陈志远"), ("escalation", "陈志远"), ("escalation", "高岚"), ("escalation", "高岚"),
        ("late", "周敏"), ("late", "周敏"),
    ]  # fmt: skip


@pytest.mark.rule("R2")
def test_a_duty_nobody_owes_any_more_reminds_nobody(
    quarter: Site, regulation: Callable[..., None], run_until: Run
) -> None:
    regulation()
    run_until(on("2027-01-31"))
    assert quarter.told() == []


@pytest.mark.rule("R2")
def test_what_was_told_is_evidence_of_the_clause_on_reminders(quarter: Site, run_until: Run) -> None:
    run_until(on("2026-12-31"))
    run_until(on("2027-01-07"))
    with quarter.place.inside():
        known = pack_on(on("2027-01-08"))
        asked = Question(BASE.clauses["duty-reminders"], known, on("2026-12-01"), on("2027-02-01"))
        found = counted(reminders(asked))
        assert (found.met, found.missed, found.open) == (1, 0, 0)
        assert db.session.scalars(select(Reminder.path)).first() == f"duties/{quarter.one().id}"
