"""The daily round generates the duties to come: once each, by the regulation of their period, also after downtime."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from saas import clock
from saas.companies.projects import ProjectFacts, describe_project
from saas.db import db
from saas.policy.pack import Deadline
from saas.policy.periods import Every
from saas.tenancy.staff import Profile
from tenants.duties.models import Duty, Round
from tests.duties.conftest import MONTHLY, QUARTERLY, YEARLY, Site, clause, days, on, version
from tests.world import OPERATOR
from workers import doors, scheduler

Found = Callable[..., Site]
Enact = Callable[..., None]


@pytest.mark.rule("R2")
def test_what_falls_due_within_a_hundred_days_is_there_and_what_runs_already(found: Found, regulation: Enact) -> None:
    late_in_year = clause("年末", Every.YEAR, (True, 0, 31))
    regulation(version(QUARTERLY, YEARLY, late_in_year))
    site = found("2025-12-01")
    site.plan(on("2026-07-20"))  # a hundred days reach to 28 October; the year runs
    assert site.dates() == [("季度", "2026-07-01", "2026-10-10"), ("年末", "2026-01-01", "2026-12-31")]
    site.plan(on("2026-09-19"))
    assert ("年度", "2027-01-01", "2026-12-28") in site.dates()
    (planned,) = [e for e in site.events("duty.planned") if e.data["due_on"] == "2026-12-28"]
    assert (planned.actor_name, planned.data["pack"]) == ("系统", "1.0")


@pytest.mark.rule("R2")
def test_a_leap_year_of_daily_rounds_leaves_no_gap_and_no_double(found: Found, regulation: Enact) -> None:
    regulation(version(QUARTERLY, MONTHLY, YEARLY))
    site = found("2027-10-20")
    for moment in days("2027-11-01", "2028-12-31", 20):
        site.plan(moment)
    assert [due for c, _, due in site.dates() if c == "月度"][:14] == [
        "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31",
        "2028-06-30", "2028-07-31", "2028-08-31", "2028-09-30", "2028-10-31", "2028-11-30", "2028-12-31",
    ]  # fmt: skip
    assert [due for c, _, due in site.dates() if c == "季度"] == [
        "2028-04-10", "2028-07-10", "2028-10-10", "2029-01-10"
    ]  # fmt: skip
    assert [(begins, due) for c, begins, due in site.dates() if c == "年度"] == [
        ("2028-01-01", "2027-12-28"), ("2029-01-01", "2028-12-28")
    ]  # fmt: skip
    assert len(site.events("duty.planned")) == len(site.duties())


@pytest.mark.rule("R2")
def test_a_deadline_in_january_belongs_to_the_quarter_before(found: Found) -> None:
    site = found("2026-09-30")
    site.plan(on("2026-12-01"))
    assert site.dates() == [("季度", "2026-10-01", "2027-01-10")]


@pytest.mark.rule("R2")
def test_a_project_does_not_owe_the_quarter_that_had_begun(found: Found) -> None:
    for founded, owes in (("2026-10-01", True), ("2026-10-02", False), ("2026-11-15", False)):
        site = found(founded, slug=f"p{founded}")
        site.plan(on("2026-12-01"))
        assert [begins for _, begins, _ in site.dates()] == (["2026-10-01"] if owes else [])
        site.plan(on("2027-01-05"))
        assert "2027-01-01" in [begins for _, begins, _ in site.dates()]


def test_what_was_due_before_the_first_round_is_nobodys_duty(found: Found) -> None:
    site = found("2026-01-01")
    site.plan(on("2026-10-11"))
    assert site.dates() == [("季度", "2026-10-01", "2027-01-10")]


@pytest.mark.rule("R2")
def test_three_days_without_a_scheduler_cost_nothing(found: Found, regulation: Enact) -> None:
    regulation(version(MONTHLY))
    kept, lost = found("2026-08-01"), found("2026-08-01", slug="feicui")
    for moment in days("2026-08-20", "2026-08-28"):
        kept.plan(moment)
        if not date(2026, 8, 22) <= moment.date() <= date(2026, 8, 24):
            lost.plan(moment)
    assert kept.dates() == lost.dates()
    assert kept.dates()[-1] == ("月度", "2026-11-01", "2026-11-30")


@pytest.mark.rule("R2")
def test_after_half_a_year_of_downtime_what_fell_due_meanwhile_is_there_and_late(found: Found) -> None:
    site = found("2026-01-01")
    site.plan(on("2026-01-02"))
    assert site.dates() == [("季度", "2026-01-01", "2026-04-10")]
    site.plan(on("2026-08-01"))
    assert [due for _, _, due in site.dates()] == ["2026-04-10", "2026-07-10", "2026-10-10"]


@pytest.mark.rule("R3")
def test_the_version_in_force_when_the_period_begins_rules_it(found: Found, regulation: Enact) -> None:
    later = replace(QUARTERLY, deadline=Deadline(True, 1, 20), title="新季报")
    regulation(version(QUARTERLY), version(later, name="2.0", since=date(2026, 11, 15)))
    site = found("2026-09-01")
    site.plan(on("2026-12-31"))
    assert site.dates() == [("季度", "2026-10-01", "2027-01-10")]
    assert site.one().pack_version == "1.0"
    site.plan(on("2027-01-15"))
    assert site.dates()[1:] == [("季度", "2027-01-01", "2027-04-20")]


@pytest.mark.rule("R3")
def test_a_version_enacted_later_moves_what_is_there_and_says_why(found: Found, regulation: Enact) -> None:
    regulation(version(YEARLY))
    site = found("2026-09-01")
    site.plan(on("2026-10-01"))
    assert site.dates() == [("年度", "2027-01-01", "2026-12-28")]
    earlier = replace(YEARLY, deadline=Deadline(False, -1, 20))
    regulation(version(YEARLY), version(earlier, name="2.0", since=date(2027, 1, 1)))
    for _ in range(2):
        site.plan(on("2026-11-01"))
    duty = site.one()
    assert (duty.due_on, duty.pack_version, duty.version) == (date(2026, 12, 20), "2.0", 2)
    (event,) = site.events("duty.replanned")
    assert event.data == {"before": "2026-12-28", "after": "2026-12-20", "pack_before": "1.0", "pack": "2.0"}


def test_before_the_first_version_nothing_was_owed(found: Found, regulation: Enact) -> None:
    regulation(version(QUARTERLY, since=date(2026, 10, 2)))
    site = found("2026-01-01")
    site.plan(on("2026-12-01"))
    assert site.dates() == []


def test_a_clause_of_one_fee_basis_binds_only_such_projects(found: Found, regulation: Enact) -> None:
    regulation(version(QUARTERLY, replace(QUARTERLY, id="财务", only="remuneration")))
    site = found("2026-09-01")
    site.plan(on("2026-12-01"))
    assert [c for c, _, _ in site.dates()] == ["季度"]
    with site.place.inside():
        db.session.execute(update(Profile).values(fee_basis="remuneration"))
        db.session.commit()
    site.plan(on("2026-12-02"))
    assert sorted(c for c, _, _ in site.dates()) == ["季度", "财务"]


@pytest.mark.rule("R3")
def test_what_began_under_another_fee_basis_is_judged_by_it(found: Found, regulation: Enact) -> None:
    regulation(version(replace(QUARTERLY, only="lump_sum"), replace(QUARTERLY, id="财务", only="remuneration")))
    site = found("2026-09-01")
    with clock.at(on("2026-12-05")), site.place.world.app.app_context():
        describe_project(site.place.schema, ProjectFacts("remuneration"), version=1, by=OPERATOR)
        db.session.commit()
    site.plan(on("2027-01-05"))
    assert [(c, begins) for c, begins, _ in site.dates()] == [("季度", "2026-10-01"), ("财务", "2027-01-01")]


def test_the_head_office_has_the_duties_of_its_own(found: Found, regulation: Enact) -> None:
    regulation(version(QUARTERLY, replace(QUARTERLY, id="抽查", office=True)))
    office = found("2026-09-01", office=True, slug="hengtai")
    project = found("2026-09-01")
    for site in (office, project):
        site.plan(on("2026-12-01"))
    assert [c for c, _, _ in office.dates()] == ["抽查"]
    assert [c for c, _, _ in project.dates()] == ["季度"]


@pytest.mark.rule("R1")
def test_a_clause_whose_records_no_slice_keeps_is_not_owed(found: Found, regulation: Enact) -> None:
    regulation(version(replace(QUARTERLY, evidence="nothing.known")))
    site = found("2026-09-01")
    site.plan(on("2026-12-01"))
    assert site.dates() == []


@pytest.mark.rule("R2")
def test_twenty_rounds_at_once_generate_one_set(
    found: Found, regulation: Enact, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    regulation(version(QUARTERLY, MONTHLY, YEARLY))
    site = found("2026-09-01")
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda _: site.plan(on("2026-10-01")), range(20)))
    assert sorted(key for keys in made for key in keys) == sorted(duty.id for duty in site.duties())
    assert len(site.duties()) == len(site.events("duty.planned")) == 5
    asked = "SELECT count(*) FROM platform.outbox WHERE job = 'duties.due' GROUP BY args[1], args[2]"
    counts = [row[0] for row in admin.execute(asked).fetchall()]
    assert set(counts) == {1}
    assert len(counts) == 5 * 6


@pytest.mark.rule("R2")
def test_the_scheduler_asks_every_tenant_once_a_day_and_the_job_runs_once(
    found: Found, dsns: dict[str, str], admin: psycopg.Connection
) -> None:
    site = found("2026-09-01")
    with psycopg.connect(dsns["migrator"], autocommit=True) as migrator, clock.at(on("2026-12-01")):
        for _ in range(2):
            assert scheduler.tick(migrator, dsns["migrator"])
    query = "SELECT id, tenant, args FROM platform.outbox WHERE job = 'duties.daily' AND queue = 'board'"
    asked = admin.execute(query).fetchall()
    assert len(asked) == 2  # the head office and the project
    row = next(row for row in asked if row[1] == site.place.schema)
    with clock.at(on("2026-12-01")):
        for _ in range(2):
            doors.run("duties.daily", row[1], str(row[0]), *row[2])
    assert site.dates() == [("季度", "2026-10-01", "2027-01-10")]


@pytest.mark.rule("R2")
def test_opening_pages_generates_nothing(found: Found) -> None:
    site = found("2026-09-01")
    with clock.at(on("2026-12-01")):
        fresh = site.place.staff("何静", "steward")
        for path in ("duties", "duties?month=2027-01", ""):
            assert fresh.get(path).status_code == 200
    with site.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Round)) == 0
    assert site.duties() == []


def test_the_database_keeps_one_duty_a_period_and_its_period(found: Found) -> None:
    site = found("2026-09-01")
    site.plan(on("2026-12-01"))
    duty = site.one()
    twin = Duty(
        clause=duty.clause, begins=duty.begins, ends=duty.ends, due_on=duty.due_on, pack_version="9",
        created_at=clock.now(),
    )  # fmt: skip
    with site.place.inside():
        db.session.add(twin)
        with pytest.raises(IntegrityError, match="duties_clause_begins_ends_key"):
            db.session.flush()
    for change in ("begins = begins - 1", "clause = 'x'", "created_at = now()"):
        with site.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text(f"UPDATE duties SET {change}"))
    with site.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("DELETE FROM duties"))


def test_the_horizon_is_a_hundred_days_to_the_day(found: Found, regulation: Enact) -> None:
    regulation(version(YEARLY))
    site = found("2026-03-01")
    site.plan(on("2026-09-18"))
    assert site.dates() == []
    site.plan(on("2026-09-19"))
    assert site.dates() == [("年度", "2027-01-01", "2026-12-28")]
