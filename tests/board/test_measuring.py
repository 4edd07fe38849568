"""From a record to a figure: what is measured, by which version, and how often it comes to the same (M4, R1, R3)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, text

from saas import clock
from saas.board import leaving, measuring
from saas.board.models import Cell, RollUp
from saas.companies.projects import ProjectFacts, describe_project
from saas.db import db
from saas.policy import loader
from saas.policy.pack import Clause, Deadline, Kind, Target
from saas.policy.periods import Every, period
from saas.policy.standing import State, state
from saas.tenancy.staff import FEE_BASES
from tenants.complaints import actions as complaints
from tenants.complaints.models import Complaint
from tenants.contacts.actions import record_contact
from tests.board.conftest import NOON, Street, another_day
from tests.imports.conftest import Desk, households
from tests.releases.office import Office
from tests.world import OPERATOR

pytestmark = pytest.mark.rule("M4")
NOVEMBER = date(2026, 11, 1)


def clause(key: str) -> Clause:
    return loader.pack("property").clauses[key]


@pytest.fixture(autouse=True)
def settled(street: Street, noon: datetime) -> None:
    street.settle()


def counts(cell: Cell) -> tuple[int, int, int]:
    return cell.met, cell.missed, cell.open


@pytest.mark.rule("R1")
def test_a_new_project_is_measured_at_once(street: Street) -> None:
    kong = street.world.project(street.office, "kong", "空地")
    street.work()
    known = street.worker.extensions["evidence"]
    for key, each in loader.pack("property").clauses.items():
        if each.evidence not in known:
            continue
        month = period(each.every, NOVEMBER).begins.month
        whole = each.kind is Kind.PERIODIC or each.target is not None  # it is younger than their periods
        binds = not each.office and each.only is None and not whole
        assert street.cell(kong, key, month=month).applies is binds
        assert counts(street.cell(street.office, key, of=kong, month=month)) == (0, 0, 0)
    assert counts(street.cell(kong, "complaint-register", month=12)) == (0, 0, 0)


@pytest.mark.rule("R1")
def test_a_complaint_changes_its_cells_in_both_places(street: Street) -> None:
    key = street.register()
    street.work()
    for place in (street.yunqi, street.office):
        assert counts(street.cell(place, "complaint-register", of=street.yunqi)) == (1, 0, 0)
        waits = street.cell(place, "complaint-first-response", of=street.yunqi)
        assert counts(waits) == (0, 0, 1)
        assert waits.due == [NOON + timedelta(hours=2)]
    with street.yunqi.inside():
        version = db.session.get_one(Complaint, key).version
        complaints.respond(key, kind="first", channel="phone", text="已致电", version=version, by=street.steward.actor)
        db.session.commit()
    street.work()
    assert counts(street.cell(street.office, "complaint-first-response", of=street.yunqi)) == (1, 0, 0)
    with street.office.inside():
        assert set(db.session.scalars(select(Cell.tenant))) == {street.yunqi.schema}


@pytest.mark.rule("R1")
def test_contacts_letters_and_rosters_change_theirs(street: Street) -> None:
    with street.yunqi.inside():
        kind = next(iter(loader.pack("property").request_kinds))
        facts = {"channel": "phone", "request_kind": kind, "summary": "问", "pack": loader.pack("property")}
        record_contact(**facts, by=street.steward.actor)
        db.session.commit()
    street.work()
    assert street.cell(street.office, "contact-record", of=street.yunqi).met == 1
    leader = street.yunqi.staff("韩立群", "division_leader")
    desk = Office(street.yunqi, street.steward, street.manager, leader)
    letter = desk.reply()
    approval = desk.submit(letter)
    street.work()
    assert counts(street.cell(street.office, "reply-letter-approval", of=street.yunqi)) == (0, 0, 1)
    assert counts(street.cell(street.office, "release-register", of=street.yunqi)) == (0, 0, 1)
    desk.decide(letter, approval, street.manager)
    desk.decide(letter, approval, leader)
    street.work()
    assert counts(street.cell(street.office, "reply-letter-approval", of=street.yunqi)) == (1, 0, 0)
    rows = ["3", "2", "1601", "赵大海", "13900001111", "业主", "2024-05-31", "入住", ""]
    imports = Desk(street.yunqi)
    key = imports.take(households(rows))
    street.work()
    assert counts(street.cell(street.office, "roster-import", of=street.yunqi)) == (0, 0, 1)
    imports.publish(key)
    street.work()
    assert counts(street.cell(street.office, "roster-import", of=street.yunqi)) == (1, 0, 0)


def test_what_is_entered_later_counts_in_its_own_month(street: Street) -> None:
    street.register(ago=timedelta(days=40))
    street.work()
    assert street.cell(street.office, "complaint-register", of=street.yunqi, month=10).met == 1
    assert street.cell(street.office, "complaint-register", of=street.yunqi, month=11).met == 0


def test_only_what_the_records_concern_is_measured(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    known = street.worker.extensions["evidence"]
    listening = {
        name: replace(source, query=lambda question, name=name, source=source: (
            asked.append(name), source.query(question))[1])
        for name, source in known.items()
    }  # fmt: skip
    monkeypatch.setitem(street.worker.extensions, "evidence", listening)
    with street.yunqi.inside():
        kind = next(iter(loader.pack("property").request_kinds))
        facts = {"channel": "phone", "request_kind": kind, "summary": "问", "pack": loader.pack("property")}
        record_contact(**facts, by=street.steward.actor)
        db.session.commit()
    street.work()
    assert sorted(set(asked)) == ["contacts.first_responses", "contacts.records", "work_reports.filed"]
    assert len(asked) == 5  # this month and the next; of work reports only this one


def test_measuring_again_changes_nothing(street: Street) -> None:
    street.register()
    [(key, tenant, job, args)] = [row for row in street.waiting() if row[1] == street.yunqi.schema]
    street.work()
    before = street.cell(street.yunqi, "complaint-register")
    from workers import doors

    doors.run(job, tenant, str(key), *args)
    with street.yunqi.inside():
        assert measuring.measure(street.worker.extensions["evidence"]) == 0
        db.session.commit()
    assert street.cell(street.yunqi, "complaint-register").seq == before.seq
    assert street.waiting() == []


def test_a_measurement_that_fails_leaves_the_marks_to_the_next(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    street.register()
    marks = street.marks()
    with monkeypatch.context() as broken, street.yunqi.inside():
        broken.setattr(measuring, "settle", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            measuring.measure(street.worker.extensions["evidence"])
    assert street.marks() == marks
    street.work()
    assert street.cell(street.office, "complaint-register", of=street.yunqi).met == 1


def test_measured_by_several_at_once(street: Street) -> None:
    for _ in range(3):
        street.register()
    together, known = Barrier(4), street.worker.extensions["evidence"]

    def measure(app: Flask) -> int:
        with clock.at(NOON), app.app_context():
            from saas.tenancy import enter

            enter(db.session(), street.yunqi.schema)
            together.wait()
            changed = measuring.measure(known)
            db.session.commit()
            return changed

    with ThreadPoolExecutor(4) as pool:
        changes = list(pool.map(measure, [street.worker] * 4))
    assert sorted(changes)[:3] == [0, 0, 0]
    assert max(changes) > 0
    assert street.cell(street.yunqi, "complaint-register").met == 3


def test_a_record_that_commits_while_we_measure_is_not_lost(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is either seen by the query, or its mark stays; here by neither query, so by its own mark."""
    street.register()
    late: list[object] = []
    look = measuring.look

    def slow(*args: object) -> object:
        seen = list(look(*args))  # type: ignore[arg-type]
        if not late:
            late.append(street.world.app)
            with ThreadPoolExecutor(1) as other:
                other.submit(during).result()
        return iter(seen)

    def during() -> None:
        with clock.at(NOON):
            street.register()

    monkeypatch.setattr(measuring, "look", slow)
    street.work()
    assert late
    assert street.cell(street.office, "complaint-register", of=street.yunqi).met == 2


def test_time_makes_late_without_a_write(street: Street) -> None:
    street.register()
    street.work()
    from saas.board.cells import COLUMNS, Measured

    with street.office.inside():
        mine = Cell.tenant == street.yunqi.schema, Cell.clause == "complaint-first-response", Cell.begins == NOVEMBER
        known = Measured.from_row(db.session.execute(select(*COLUMNS).where(*mine)).one()).tally
    assert state(known, NOON) is State.OPEN
    assert state(known, NOON + timedelta(hours=2, seconds=1)) is State.LATE
    assert known.late(NOON + timedelta(days=1)) == 1


@pytest.mark.rule("R3")
def test_each_period_is_judged_by_the_version_in_force_when_it_begins(street: Street, reforms: object) -> None:
    """From December on the roster is owed each month by the 10th; what was before stays as it was judged."""
    stricter = replace(clause("roster-import"), kind=Kind.PERIODIC, deadline=Deadline(from_end=False, months=0, day=10))
    new = replace(clause("contact-record"), id="new-duty", every=Every.MONTH)
    pack = reforms(date(2026, 12, 1), stricter, new, without=("sms-approval",))  # type: ignore[operator]
    with another_day(6) as now:
        with street.yunqi.inside():
            db.session.execute(text("UPDATE roll_up SET born_on = '2026-01-01'"))
            db.session.execute(text("INSERT INTO marks VALUES (gen_random_uuid(), '*', '2026-11-01')"))
            measuring.measure(street.worker.extensions["evidence"])
            db.session.commit()
        old, owed = street.cell(street.yunqi, "roster-import"), street.cell(street.yunqi, "roster-import", month=12)
        assert (old.pack_version, counts(old)) != (pack.version, (0, 0, 1))
        assert (owed.pack_version, counts(owed)) == (pack.version, (0, 0, 1))
        assert owed.due == [datetime(2026, 12, 11, tzinfo=clock.CN)]
        assert now < owed.due[0]
        with street.yunqi.inside():
            known = set(db.session.execute(select(Cell.clause, Cell.begins).where(Cell.begins >= NOVEMBER)).all())
    assert ("new-duty", date(2026, 12, 1)) in known
    assert ("new-duty", NOVEMBER) not in known
    assert ("sms-approval", NOVEMBER) in known
    assert ("sms-approval", date(2027, 1, 1)) not in known


@pytest.mark.rule("R1")
def test_what_binds_whom(street: Street, reforms: object) -> None:
    """Clauses of the head office, of other fee bases, of periods before a project was there, and without any source."""
    contact = clause("contact-record")
    reforms(  # type: ignore[operator]
        date(2026, 1, 1), replace(contact, id="of-office", office=True),
        replace(contact, id="of-others", only="remuneration"), replace(contact, id="of-us", only="lump_sum"),
        replace(contact, id="share", kind=Kind.QUOTA, target=Target(count=3)),
        replace(contact, id="off", evidence="visits.reports"),
    )  # fmt: skip
    for place in (street.yunqi, street.office):
        with place.inside():
            db.session.execute(text("INSERT INTO marks VALUES (gen_random_uuid(), '*', '2026-11-01')"))
            measuring.measure(street.worker.extensions["evidence"])
            db.session.commit()
    assert not street.cell(street.yunqi, "of-office").applies
    assert street.cell(street.office, "of-office").applies
    assert not street.cell(street.office, "contact-record").applies
    assert not street.cell(street.yunqi, "of-others").applies
    assert street.cell(street.yunqi, "of-us").applies
    assert not street.cell(street.yunqi, "share").applies  # here since the 26th: November is not owed as a whole
    assert street.cell(street.yunqi, "share", month=12).need == 3
    with street.yunqi.inside():
        assert db.session.scalars(select(Cell.clause).where(Cell.clause == "off")).all() == []


@pytest.mark.rule("R3")
def test_each_period_is_judged_by_the_fee_basis_of_its_first_day(street: Street, reforms: object) -> None:
    """Described on the day it came (the 26th), and anew in December: what has begun by then stays as it was."""
    contact = clause("contact-record")
    reforms(  # type: ignore[operator]
        date(2025, 1, 1), *(replace(contact, id=basis, only=basis) for basis in FEE_BASES),
        without=loader.pack("property").clauses,
    )  # fmt: skip

    def described(basis: str, version: int) -> None:
        with street.world.app.app_context():
            describe_project(street.yunqi.schema, ProjectFacts(basis), version=version, by=OPERATOR)
            db.session.commit()

    described("remuneration", 1)
    street.work()
    assert street.cell(street.office, "remuneration", of=street.yunqi).applies
    with another_day(9):
        described("lump_sum", 2)
        street.work()
    with street.office.inside():
        mine = select(Cell.clause, Cell.begins).where(Cell.tenant == street.yunqi.schema, Cell.applies)
        bound = set(db.session.execute(mine.where(Cell.begins >= NOVEMBER)).all())
    december, january = date(2026, 12, 1), date(2027, 1, 1)
    assert bound == {("remuneration", NOVEMBER), ("remuneration", december), ("lump_sum", january)}


def test_another_release_measures_everything_again(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    with street.yunqi.inside():
        db.session.execute(text("UPDATE cells SET met = 7"))
        db.session.execute(text("UPDATE roll_up SET build = 'older'"))
        db.session.commit()
    street.register()
    street.work()
    assert street.cell(street.office, "sms-approval", of=street.yunqi).met == 0
    assert street.cell(street.office, "complaint-register", of=street.yunqi).met == 1
    with street.yunqi.inside():
        assert db.session.get_one(RollUp, True).build == leaving.build()


def test_months_to_come_are_there_before_they_begin(street: Street) -> None:
    with another_day(30):
        street.register()
        street.work()
        assert street.cell(street.office, "complaint-register", of=street.yunqi, month=12).met == 1
