"""Invitation and reset mails: written by the worker, over real SMTP; the token is nowhere but in the mail."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from uuid import uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from saas import config
from saas.app import create_app
from saas.db import db
from saas.identity import actions, mails
from tests.identity.door import Stranger, give_password
from tests.mail.bad_server import Talk, serving
from tests.world import OPERATOR, Person, Place

LINK = re.compile(r"https?://\S+/(invitation|reset)/(\S+)")


class Box:
    """What a mail server took."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        if self.answer.startswith("250"):
            self.texts.append((envelope.rcpt_tos[0], mail.get_content()))
        return self.answer


@pytest.fixture
def box(app: Flask) -> Iterator[Box]:
    """A real SMTP server that the settings point to."""
    box, before = Box(), config.current()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    config.use(replace(before, smtp_url=f"smtp://127.0.0.1:{port}"))
    yield box
    config.use(before)
    server.stop()


@pytest.fixture
def worker(app: Flask, box: Box) -> Iterator[Flask]:
    """The application with the worker's rights."""
    settings = config.current()
    made = create_app(settings, (), process="worker")
    yield made
    with made.app_context():
        db.engine.dispose()


def test_invitation_is_written_by_the_worker_and_its_link_works(
    project: Place, worker: Flask, box: Box, app: Flask, admin: psycopg.Connection
) -> None:
    person = project.staff("赵敏", "steward", email="zhao@example.com")
    (job,) = admin.execute("SELECT args FROM platform.outbox WHERE job = 'identity.invite'").fetchall()
    assert job[0] == [str(person.id)]
    with worker.app_context():
        mails.send_invitation(*job[0])
    ((to, text),) = box.texts
    assert to == "zhao@example.com"
    assert "祥瑞物业邀请您" in text
    token = (LINK.search(text) or ["", "", ""])[2]
    assert Stranger(app).get(f"/invitation/{token}").status_code == 200
    for table in ("outbox", "one_time_links", "events"):
        rows = admin.execute(f"SELECT t::text FROM platform.{table} t").fetchall()
        assert not any(token in row[0] for row in rows), table


def test_reset_goes_to_known_people_only(person: Person, worker: Flask, box: Box, app: Flask) -> None:
    with worker.app_context():
        mails.send_reset(str(uuid4()))
        mails.send_reset(str(person.id))
        mails.send_invitation(str(person.id))  # has a password: needs none
    assert [to for to, _ in box.texts] == [person.email]
    token = (LINK.search(box.texts[0][1]) or ["", "", ""])[2]
    assert Stranger(app).get(f"/reset/{token}").status_code == 200


def test_disabled_people_get_no_mail(person: Person, project: Place, worker: Flask, box: Box, app: Flask) -> None:
    new = project.staff("赵敏", "steward")
    with app.app_context():
        for each in (person, new):
            actions.disable(each.id, by=OPERATOR)
        db.session.commit()
    with worker.app_context():
        mails.send_reset(str(person.id))
        mails.send_invitation(str(new.id))
    assert box.texts == []


def test_a_server_that_is_busy_makes_the_job_fail_so_that_it_is_tried_again(
    person: Person, worker: Flask, box: Box
) -> None:
    box.answer = "451 try again later"
    with worker.app_context(), pytest.raises(mails.NotTaken):
        mails.send_reset(str(person.id))
    box.answer = "250 OK"
    with worker.app_context():
        mails.send_reset(str(person.id))
    assert len(box.texts) == 1


def test_a_hostile_name_stays_one_mail_to_one_person(project: Place, worker: Flask, box: Box) -> None:
    person = project.staff('x" <evil@example.com>, y', "steward", email="only@example.com")
    give_password(person)
    with worker.app_context():
        mails.send_reset(str(person.id))
    assert [to for to, _ in box.texts] == ["only@example.com"]


def tries(admin: psycopg.Connection) -> list[tuple[str, int, str | None]]:
    """Every try: for what, the how manieth, and how it ended."""
    return admin.execute(
        "SELECT purpose, nth, outcome FROM platform.mail_attempts a LEFT JOIN platform.mail_outcomes o"
        " ON o.attempt_id = a.id ORDER BY a.started_at, nth"
    ).fetchall()


def test_a_mail_is_sent_once_however_often_its_job_runs(
    person: Person, worker: Flask, box: Box, admin: psycopg.Connection
) -> None:
    asked = str(uuid4())
    box.answer = "451 try again later"
    with worker.app_context():
        with pytest.raises(mails.NotTaken):
            mails.send_reset(str(person.id), asked_by=asked)
        box.answer = "250 OK"
        for _ in range(3):
            mails.send_reset(str(person.id), asked_by=asked)
    assert len(box.texts) == 1
    assert tries(admin) == [("reset", 1, "refused"), ("reset", 2, "accepted")]


def test_a_try_is_on_record_while_the_server_is_silent_and_unknown_is_never_repeated(
    person: Person, worker: Flask, admin: psycopg.Connection
) -> None:
    asked, seen = str(uuid4()), []

    def silent(talk: Talk) -> None:
        talk.up_to_data()
        talk.hear(b"\r\n.\r\n")
        seen.append(tries(admin))
        talk.drop()

    with serving(silent) as (port, _), worker.app_context():
        config.use(replace(config.current(), smtp_url=f"smtp://127.0.0.1:{port}"))
        mails.send_reset(str(person.id), asked_by=asked)
        mails.send_reset(str(person.id), asked_by=asked)  # the server takes one connection only
    assert seen == [[("reset", 1, None)]]
    assert tries(admin) == [("reset", 1, "unknown")]


def test_a_worker_that_died_while_sending_leaves_an_unknown_outcome(
    person: Person, worker: Flask, box: Box, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = str(uuid4())
    with worker.app_context():
        with monkeypatch.context() as patch:
            patch.setattr(mails, "send", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                mails.send_reset(str(person.id), asked_by=asked)
        mails.send_reset(str(person.id), asked_by=asked)
    assert (box.texts, tries(admin)) == ([], [("reset", 1, "unknown")])
    for change in ("UPDATE platform.mail_outcomes SET outcome = 'accepted'", "DELETE FROM platform.mail_attempts"):
        with worker.app_context(), pytest.raises(ProgrammingError):
            db.session.execute(text(change))


def test_a_mail_sent_back_is_shown_to_the_admin_until_another_arrives(
    project: Place, worker: Flask, box: Box, admin: psycopg.Connection
) -> None:
    boss, person = project.staff("周敏", "company_admin"), project.staff("赵敏", "steward")
    box.answer = "550 no such mailbox"
    with worker.app_context():
        mails.send_invitation(str(person.id))
    assert tries(admin) == [("invitation", 1, "rejected")]
    assert "邀请邮件被退回" in boss.get("members/").text
    assert "邀请邮件被退回" in boss.get(f"members/{person.id}").text
    box.answer = "250 OK"
    with worker.app_context():
        mails.send_invitation(str(person.id))
    assert "邀请邮件" not in boss.get("members/").text.replace("邀请邮件已", "")
