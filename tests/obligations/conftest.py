"""A project with a chain of people, a complaint whose clocks run, and a real SMTP server for the reminders."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import psycopg
import pytest
from aiosmtpd.controller import Controller
from redis import Redis
from sqlalchemy import select

from saas import clock, config
from saas.db import db
from tenants.complaints import actions as complaints
from tenants.complaints.models import Complaint
from tenants.obligations.models import Reminder
from tests.working import work
from tests.world import Person, Place, World
from workers import doors, relay

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=clock.CN)


class Post:
    """An honest SMTP server that keeps what it takes; `answer` is what it says instead, if anything."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = ""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        if self.answer:
            return self.answer
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def post(app: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The mail server that this process sends to."""
    server = Post()
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings = replace(config.current(), smtp_url=f"smtp://127.0.0.1:{port}", base_url="https://linsheng.example")
    monkeypatch.setattr(config, "_current", settings)
    yield server
    controller.stop()


@dataclass
class Staffed:
    """A project with one holder of each role that matters here."""

    place: Place
    steward: Person
    supervisor: Person
    manager: Person
    leader: Person

    def register(self, at: datetime = FRIDAY, by: Person | None = None, **facts: object) -> UUID:
        """A complaint received at `at`; its clocks run."""
        known = {"subject": "电梯停运", "body": "电梯一周内三次停运", "category": "facilities"}
        known |= {"source": "project_phone", "channel": "phone", "reporter": "王女士", "phone": "13900001111", **facts}
        with clock.at(at), self.place.inside():
            complaint = complaints.register(complaints.NewComplaint(**known), by=(by or self.steward).actor)
            db.session.commit()
            return complaint.id

    def respond(self, complaint_id: UUID, at: datetime) -> None:
        """The first response by phone: first response and contact are met."""
        with clock.at(at), self.place.inside():
            version = db.session.get_one(Complaint, complaint_id).version
            complaints.respond(
                complaint_id, kind="first", channel="phone", text="已电话联系", version=version, by=self.steward.actor
            )
            db.session.commit()

    def stage(self, complaint_id: UUID, name: str) -> UUID:
        """The id of one of its clocks."""
        with self.place.inside():
            return next(s.id for s in db.session.get_one(Complaint, complaint_id).stages if s.stage == name)

    def told(self) -> list[tuple[str, str, str]]:
        """(kind, stage, name of the person) of every reminder."""
        with self.place.inside():
            rows = db.session.scalars(select(Reminder).order_by(Reminder.created_at, Reminder.kind, Reminder.stage))
            people = {p.id: p.name for p in (self.steward, self.supervisor, self.manager, self.leader)}
            return [(r.kind, r.stage, people.get(r.staff_id, "?")) for r in rows]


def staffed(place: Place) -> Staffed:
    """Take in the people of a project."""
    return Staffed(
        place,
        place.staff("周敏", "steward"),
        place.staff("吴涛", "service_supervisor"),
        place.staff("陈志远", "project_manager"),
        place.staff("高岚", "division_leader"),
    )


@pytest.fixture
def yunqi(world: World, monkeypatch: pytest.MonkeyPatch) -> Staffed:
    """A staffed project."""
    monkeypatch.setattr(doors, "_app", world.app)
    return staffed(world.project(world.company()))


@pytest.fixture
def run_until(yunqi: Staffed, dsns: dict[str, str], redis_url: str) -> Iterator[Callable[[datetime], None]]:
    """Let relay and mail worker do what has come due up to a moment; nobody opens a page."""
    redis = Redis.from_url(redis_url)
    redis.flushall()

    def run(moment: datetime) -> None:
        with clock.at(moment), psycopg.connect(dsns["relay"], autocommit=True) as outbox:
            while relay.relay_once(outbox, relay.queues(redis)):
                work(redis, "mail")

    yield run
    redis.close()


def minutes(count: int) -> timedelta:
    """A short span."""
    return timedelta(minutes=count)
