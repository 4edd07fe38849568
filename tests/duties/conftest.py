"""A project with its people at any moment of the calendar, a regulation of a few periodic clauses, and their evidence.

The evidence is a noun of these tests: drills, each held for one clause and the period that begins on a day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import literal, select

from saas import clock
from saas.board.marks import ANYTHING, touch
from saas.board.measuring import measure
from saas.db import db
from saas.events import Event, record
from saas.identity.actor import Actor
from saas.identity.loader import COOKIE
from saas.identity.sessions import open_session
from saas.policy import loader
from saas.policy.evidence import MET, Question, Rows, Source
from saas.policy.pack import Clause, Deadline, Kind, Pack, Rung
from saas.policy.periods import Every
from tenants.complaints.models import Complaint
from tenants.duties.actions import plan
from tenants.duties.models import Duty
from tenants.obligations.models import Reminder
from tests.obligations.conftest import Post, post
from tests.working import work
from tests.world import Person, Place, World
from workers import doors, relay

__all__ = ["Post", "post"]

DAYS = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
BASE = loader.pack("property")


def clause(id: str, every: Every, due: tuple[bool, int, int], **changes: Any) -> Clause:
    """A periodic clause that the drills of these tests prove."""
    return replace(
        Clause(
            id=id, rule="I1", source="000 §5.3.3 B", title=f"{id}报告", text="按规程的日期完成并存档。",
            kind=Kind.PERIODIC, roles=("service_supervisor",), evidence="drills.held", numbers=MappingProxyType({}),
            every=every, deadline=Deadline(*due), remind=DAYS,
            escalation=(Rung(timedelta(0), "project_manager"), Rung(timedelta(days=1), "division_leader")),
        ),
        **changes,
    )  # fmt: skip


QUARTERLY = clause("季度", Every.QUARTER, (True, 1, 10))
MONTHLY = clause("月度", Every.MONTH, (True, 0, 31))
YEARLY = clause("年度", Every.YEAR, (False, -1, 28))


def version(*clauses: Clause, name: str = "1.0", since: date = date(2020, 1, 1)) -> Pack:
    """A version of the regulation with these clauses only."""
    return replace(BASE, version=name, valid_from=since, clauses=MappingProxyType({each.id: each for each in clauses}))


def held(asked: Question) -> Rows:
    """The drills for a clause and a period."""
    drill = Event.name == "drill.held", Event.data["clause"].astext == asked.clause.id
    rows = select(
        Event.subject_id.label("id"), literal("演练记录").label("label"), Event.occurred_at.label("at"),
        literal(MET).label("verdict"),
    ).where(*drill, Event.data["begins"].astext == asked.begin.date().isoformat())  # fmt: skip
    return Rows(rows, "complaints.show")


KNOWN = {"drills.held": Source(held, ("complaints",))}


def on(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a day in Shanghai."""
    return datetime.combine(date.fromisoformat(day), time(hour, minute), clock.CN)


@pytest.fixture
def regulation(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put these versions in force and let the drills prove them."""
    monkeypatch.setitem(app.extensions["evidence"], "drills.held", KNOWN["drills.held"])

    def enact(*versions: Pack) -> None:
        found = tuple(sorted(versions, key=lambda pack: pack.valid_from))
        monkeypatch.setattr(loader, "versions", lambda _: found)

    enact(version(QUARTERLY))
    return enact


@dataclass
class Site:
    """A project (or head office) with one person for each role that matters here."""

    place: Place
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def supervisor(self) -> Person:
        return self.people["service_supervisor"]

    @property
    def manager(self) -> Person:
        return self.people["project_manager"]

    @property
    def leader(self) -> Person:
        return self.people["division_leader"]

    @property
    def steward(self) -> Person:
        return self.people["steward"]

    def plan(self, at: datetime) -> list[UUID]:
        """The daily round of a moment, as the worker makes it; the new duties."""
        with clock.at(at), self.place.inside():
            made = [duty.id for duty in plan(self.place.world.app.extensions["evidence"])]
            db.session.commit()
            return made

    def measure(self, at: datetime) -> None:
        """Let the board measure everything, as its worker does."""
        with clock.at(at), self.place.inside():
            touch(ANYTHING)
            db.session.commit()
            measure(self.place.world.app.extensions["evidence"])
            db.session.commit()

    def duties(self) -> list[Duty]:
        """Everything generated, by date."""
        with self.place.inside():
            return list(db.session.scalars(select(Duty).order_by(Duty.due_on, Duty.clause, Duty.begins)))

    def dates(self) -> list[tuple[str, str, str]]:
        """(clause, first day of the period, planned day) of everything generated."""
        return [(duty.clause, duty.begins.isoformat(), duty.due_on.isoformat()) for duty in self.duties()]

    def one(self) -> Duty:
        """The only duty that there is."""
        (duty,) = self.duties()
        return duty

    def hold(self, duty: Duty, at: datetime) -> None:
        """Fulfil a duty: the records say so from a moment on."""
        with clock.at(at), self.place.inside():
            record("drill.held", Complaint(id=duty.id), Actor.system(), clause=duty.clause, begins=str(duty.begins))
            db.session.commit()

    def events(self, name: str) -> list[Event]:
        """The events of a name, the oldest first."""
        with self.place.inside():
            return list(db.session.scalars(select(Event).where(Event.name == name).order_by(Event.occurred_at)))

    def told(self) -> list[tuple[str, str, str]]:
        """(kind, day and hour, name of the person) of every reminder."""
        names = {person.id: person.name for person in self.people.values()}
        with self.place.inside():
            rows = db.session.scalars(select(Reminder).order_by(Reminder.created_at, Reminder.kind, Reminder.staff_id))
            return [(r.kind, f"{clock.local(r.created_at):%m-%d %H}", names.get(r.staff_id, "?")) for r in rows]


NAMES = {
    "steward": "林晓燕", "service_supervisor": "周敏", "project_manager": "陈志远", "division_leader": "高岚",
    "quality": "孟晓岚",
}  # fmt: skip


@pytest.fixture
def found(world: World, regulation: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Site]:
    """Found a project at a moment; its people's browsers are open from then on."""
    monkeypatch.setattr(doors, "_app", world.app)

    def make(day: str, *, office: bool = False, slug: str = "yunqi") -> Site:
        with clock.at(on(day)):
            head = world.company("xiangrui" if slug == "yunqi" else f"gs-{slug}")
            site = Site(head if office else world.project(head, slug))
            for role in ("quality", "division_leader") if office else tuple(NAMES)[:4]:
                site.people[role] = site.place.staff(NAMES[role], role)
        return site

    return make


def awake(who: Person) -> Person:
    """The person with a session opened at this moment: no browser stays open for weeks."""
    with who.place.world.app.app_context():
        token = open_session(db.session(), who.id)
        db.session.commit()
    who.client.set_cookie(COOKIE, token)
    return who


@pytest.fixture
def run_until(world: World, dsns: dict[str, str], redis_url: str) -> Iterator[Callable[[datetime], None]]:
    """Let relay and mail worker do what has come due up to a moment, in the order of the calendar."""
    redis = Redis.from_url(redis_url)
    redis.flushall()

    def run(moment: datetime) -> None:
        with clock.at(moment), psycopg.connect(dsns["relay"], autocommit=True) as outbox:
            while relay.relay_once(outbox, relay.queues(redis)):
                work(redis, "mail")

    yield run
    redis.close()


def days(first: str, last: str, step: int = 1) -> Iterator[datetime]:
    """Noon of each day, or of every so many days."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield datetime.combine(day, time(12), clock.CN)
        day += timedelta(days=step)
