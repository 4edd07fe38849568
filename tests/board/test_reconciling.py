"""Each night all is measured afresh: what had drifted is named and put right, in both places (M4)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, text

from saas import clock
from saas.board import measuring, reconciling
from saas.board.models import Cell, Reconciliation
from saas.db import db
from saas.policy import loader
from saas.tenancy.staff import Profile
from tests.board.conftest import NOON, Street
from tests.world import Place
from workers import doors, scheduler

pytestmark = pytest.mark.rule("M4")
CLAUSE = "complaint-register"


@pytest.fixture(autouse=True)
def measured(street: Street, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """One project, measured with a complaint in it, by a regulation of three clauses."""
    street.settle()
    [whole] = loader.versions("property")
    few = {key: whole.clauses[key] for key in (CLAUSE, "sms-approval", "complaint-callback-quota")}
    small = (replace(whole, clauses=MappingProxyType(few)),)
    monkeypatch.setattr(loader, "versions", lambda _: small)
    with street.yunqi.inside():
        db.session.execute(text("INSERT INTO marks VALUES (gen_random_uuid(), '*', '2026-11-01')"))
        db.session.commit()
    street.register()
    street.work()


def night(street: Street, place: Place | None = None) -> None:
    doors.run("board.reconcile", (place or street.yunqi).schema, str(uuid4()))
    street.work()


def told(place: Place, of: Place | None = None) -> Reconciliation:
    with place.inside():
        query = select(Reconciliation).where(Reconciliation.tenant == (of or place).schema)
        found = db.session.scalars(query.order_by(Reconciliation.at.desc())).first()
        assert found
        db.session.expunge(found)
        return found


def spoil(place: Place, of: Place, clause: str = CLAUSE) -> None:
    with place.inside():
        db.session.execute(
            text(
                "UPDATE cells SET met = met + 5 WHERE clause = :clause AND tenant = :tenant AND begins = '2026-11-01'"
            ),
            {"clause": clause, "tenant": of.schema},
        )
        db.session.commit()


def test_nothing_differs(street: Street) -> None:
    night(street)
    here, there = told(street.yunqi), told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there, there.differing) == (0, 0, [])
    assert (here.drift_here, here.cells) == (0, there.cells)
    with street.yunqi.inside():
        assert db.session.query(Cell).count() == here.cells


def test_what_drifted_in_the_project_is_named_and_put_right_everywhere(street: Street) -> None:
    spoil(street.yunqi, street.yunqi)
    spoil(street.office, street.yunqi)
    night(street)
    there = told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there, there.differing) == (1, 0, [f"{CLAUSE} 2026-11-01"])
    for place in (street.yunqi, street.office):
        assert street.cell(place, CLAUSE, of=street.yunqi).met == 1


def test_what_drifted_in_the_head_office_is_named_there(street: Street) -> None:
    spoil(street.office, street.yunqi)
    night(street)
    there = told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there, there.differing) == (0, 1, [f"{CLAUSE} 2026-11-01"])
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 1
    with clock.at(NOON + timedelta(days=1)):
        night(street)
    assert told(street.office, street.yunqi).drift_there == 0


def test_what_is_under_way_is_no_drift(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delta that has not been applied yet, and a record that nobody has measured yet, are on their way."""
    street.register()
    for key, tenant, job, args in street.waiting():
        if job == "board.measure":
            doors.run(job, tenant, str(key), *args)
    street.register()
    night(street)
    there = told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there) == (0, 0)
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 3


def test_a_record_of_the_very_moment_is_no_drift(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Committed between the measuring of its marks and the fresh look: seen without having been counted."""
    look = reconciling.look

    def slow(*args: object) -> object:
        def during() -> None:
            with clock.at(NOON):
                street.register()

        with ThreadPoolExecutor(1) as other:
            other.submit(during).result()
        return look(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(reconciling, "look", slow)
    night(street)
    there = told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there) == (0, 0)
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 2


def test_another_release_is_no_drift(street: Street) -> None:
    spoil(street.yunqi, street.yunqi)
    with street.yunqi.inside():
        db.session.execute(text("UPDATE roll_up SET build = 'older'"))
        db.session.commit()
    night(street)
    there = told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there, there.differing) == (None, None, [])
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 1


def test_after_a_restore_the_head_office_keeps_nothing_newer(street: Street) -> None:
    """It has counted what is lost now; the project itself believes what it measured before, and sees no change."""
    spoil(street.office, street.yunqi)
    with street.yunqi.inside():
        db.session.execute(text("UPDATE roll_up SET seq = 5"))
        db.session.execute(text("UPDATE cells SET seq = 5"))
        db.session.commit()
    with clock.at(NOON + timedelta(minutes=1)):
        doors.run("board.remeasure", street.yunqi.schema, str(uuid4()))
        street.work()
    assert street.cell(street.office, CLAUSE, of=street.yunqi).met == 1
    there = told(street.office, street.yunqi)
    assert (there.drift_here, there.drift_there, there.differing) == (None, None, [])


def test_what_no_clause_asks_for_any_more_binds_nobody(street: Street) -> None:
    with street.yunqi.inside():
        db.session.execute(
            text(
                "INSERT INTO cells (tenant, clause, begins, ends, pack_version, met, missed, open, due, applies, seq,"
                " measured_at) SELECT tenant, 'renamed', begins, ends, pack_version, met, missed, open, due, applies,"
                " seq, measured_at FROM cells WHERE clause = 'complaint-register'"
            )
        )
        db.session.commit()
    night(street)
    assert not street.cell(street.yunqi, "renamed").applies
    assert not street.cell(street.office, "renamed", of=street.yunqi).applies
    assert street.cell(street.office, "sms-approval", of=street.yunqi).applies


def test_the_head_office_compares_its_own(street: Street) -> None:
    night(street, street.office)
    found = told(street.office)
    assert (found.drift_here, found.drift_there) == (0, None)
    with street.office.inside():
        assert db.session.scalars(select(Profile.kind)).one() == "head_office"
        assert found.cells == db.session.query(Cell).where(Cell.tenant == street.office.schema).count()


def test_asked_for_once_a_night_and_tenant_by_tenant(street: Street, dsns: dict[str, str]) -> None:
    with psycopg.connect(dsns["migrator"], autocommit=True) as migrator:
        for _ in range(2):
            assert scheduler.tick(migrator, dsns["migrator"])
        with clock.at(datetime(2026, 11, 27, 0, 1, tzinfo=clock.CN)):
            scheduler.tick(migrator, dsns["migrator"])
    rows = street.admin.execute(
        "SELECT tenant, run_at FROM platform.outbox WHERE job = 'board.reconcile' ORDER BY run_at"
    ).fetchall()
    assert len(rows) == 6
    assert [at for _, at in rows[:3]] == [NOON + n * scheduler.APART for n in range(3)]
    assert rows[3][1] == datetime(2026, 11, 27, 2, 10, tzinfo=clock.CN)
    assert {tenant for tenant, _ in rows[3:]} == {street.office.schema, street.yunqi.schema, street.feicui.schema}


def test_the_horizon_is_a_year_and_the_month_to_come(street: Street) -> None:
    with street.yunqi.inside():
        months = set(db.session.scalars(select(Cell.begins).where(Cell.clause == CLAUSE)))
        place = measuring.hold()
    assert (min(months).isoformat(), max(months).isoformat()) == ("2025-11-01", "2026-12-01")
    assert place.first == min(months)
    assert timedelta(days=365) < max(months) - min(months)
