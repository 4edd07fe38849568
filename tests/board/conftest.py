"""A company whose board is kept: two projects with people, and the background's work done by hand, job by job."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from saas import clock
from saas.board import memory
from saas.board.models import Cell
from saas.db import db
from saas.policy import loader
from saas.policy.pack import Clause, Pack
from tenants.complaints import actions as complaints
from tests.world import Person, Place, World
from workers import doors

NOON = datetime(2026, 11, 26, 12, tzinfo=clock.CN)
WAITING = """
SELECT id, tenant, job, args FROM platform.outbox o WHERE queue = 'board' AND run_at <= %s
AND NOT EXISTS (SELECT 1 FROM platform.job_done d WHERE d.outbox_id = o.id) ORDER BY created_at, id"""


@dataclass
class Street:
    """The head office and two projects of 祥瑞物业."""

    world: World
    admin: psycopg.Connection
    worker: Flask
    office: Place
    yunqi: Place
    feicui: Place
    quality: Person
    manager: Person
    steward: Person

    def settle(self) -> None:
        """As if all were measured; empty cells are not worth their time in every test."""
        for place in (self.office, self.yunqi, self.feicui):
            self.admin.execute(f"DELETE FROM {place.schema}.marks".encode())
        self.admin.execute("DELETE FROM platform.outbox")

    def waiting(self) -> list[tuple[UUID, str, str, list[str]]]:
        """The board's jobs that nobody has done yet."""
        return self.admin.execute(WAITING, [clock.now()]).fetchall()

    def work(self) -> int:
        """Do them, and those that come of them; how many."""
        count = 0
        while rows := self.waiting():
            for key, tenant, job, args in rows:
                doors.run(job, tenant, str(key), *args)
                count += 1
        return count

    def cell(self, place: Place, clause: str, *, of: Place | None = None, month: int = 11) -> Cell:
        """What `place` knows of a clause in a month of 2026, of itself or of another tenant."""
        with place.inside():
            tenant = (of or place).schema
            query = select(Cell).where(Cell.tenant == tenant, Cell.clause == clause)
            found = db.session.scalars(query.where(Cell.begins == date(2026, month, 1))).one()
            db.session.expunge(found)
            return found

    def marks(self, place: Place | None = None) -> set[tuple[str, date]]:
        """What waits to be measured."""
        rows = self.admin.execute(f"SELECT subject_type, since FROM {(place or self.yunqi).schema}.marks".encode())
        return set(rows.fetchall())

    def register(self, place: Place | None = None, ago: timedelta = timedelta(), by: Person | None = None) -> UUID:
        """A complaint that came in some time ago, registered now."""
        with (place or self.yunqi).inside():
            new = complaints.NewComplaint(
                subject="电梯停运", body="又停了", category="facilities", source="walk_in", channel="in_person",
                reporter="王晓梅", phone="13812345521", received_at=clock.now() - ago,
            )  # fmt: skip
            made = complaints.register(new, by=(by or self.steward).actor)
            db.session.commit()
            return made.id


@pytest.fixture
def reforms(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Pack]:
    """Put a further version of the pack into force from a day on, with some of its clauses as given."""

    def put(valid_from: date, *clauses: Clause, without: Collection[str] = ()) -> Pack:
        known = loader.versions("property")
        kept = {key: clause for key, clause in known[-1].clauses.items() if key not in without}
        table = MappingProxyType(kept | {clause.id: clause for clause in clauses})
        made = replace(known[-1], version=f"{known[-1].version}+", valid_from=valid_from, clauses=table)
        monkeypatch.setattr(loader, "versions", lambda _pack_id: (*known, made))
        return made

    return put


@pytest.fixture
def noon() -> Iterator[datetime]:
    """Thursday, 26 November 2026, in the middle of the day."""
    with clock.at(NOON) as moment:
        yield moment


@contextmanager
def another_day(days: float) -> Iterator[datetime]:
    """So many days after noon."""
    with clock.at(NOON + timedelta(days=days)) as moment:
        yield moment


@pytest.fixture
def street(world: World, admin: psycopg.Connection, worker: Flask, monkeypatch: pytest.MonkeyPatch) -> Street:
    """See Street; its first measurements are still waiting."""
    monkeypatch.setattr(doors, "_app", worker)
    monkeypatch.setattr(memory, "_kept", OrderedDict())  # the town before had the same schemas
    with clock.at(NOON):
        office = world.company()
        yunqi, feicui = world.project(office), world.project(office, "feicui", "翡翠湾")
        quality = office.staff("孟晓岚", "quality")
        manager, steward = yunqi.staff("陈志远", "project_manager"), yunqi.staff("林晓燕", "steward")
    return Street(world, admin, worker, office, yunqi, feicui, quality, manager, steward)
