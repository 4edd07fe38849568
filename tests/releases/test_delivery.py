"""Nothing is knowingly sent twice, and every outcome is known or called unknown (promise 4, H4)."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.problem import Conflict, Problem
from saas.tenancy.links import OPEN
from tenants.releases import actions, delivery, queries
from tenants.releases.models import Delivery, Release
from tenants.releases.standing import PAUSES, UNKNOWN_AFTER
from tests.mail.bad_server import Talk, serving
from tests.releases.office import TITLE, Office, Post

pytestmark = pytest.mark.rule("H1")
Point = Callable[[int], None]
ROOT = Path(__file__).resolve().parents[2]


def mail_of(office: Office, release: UUID) -> UUID:
    return office.deliveries(release)["email"]


def jobs(admin: psycopg.Connection, delivery_id: UUID) -> list[float]:
    """After how many seconds each job for this delivery may run."""
    rows = admin.execute(
        "SELECT extract(epoch FROM run_at - now()) FROM platform.outbox WHERE args = %s ORDER BY run_at",
        [[str(delivery_id)]],
    )
    return [float(row[0]) for row in rows]


def test_carrying_out_a_delivery_again_sends_nothing(office: Office, post: Post) -> None:
    release = office.approved()
    for _ in range(3):
        office.deliver_all(release)
    assert len(post.envelopes) == 1
    assert len(office.attempts(mail_of(office, release))) == 1


def test_two_workers_at_once_send_once(office: Office, post: Post) -> None:
    found = mail_of(office, office.approved())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: office.deliver(found), range(8)))
    assert len(post.envelopes) == 1
    assert len(office.attempts(found)) == 1


def test_the_attempt_is_committed_before_the_send(office: Office, post: Post, admin: psycopg.Connection) -> None:
    found = mail_of(office, office.approved())
    seen: list[int] = []

    def look(*_args: object) -> object:
        with office.place.inside():
            seen.append(len(db.session.get_one(Delivery, found).attempts))
        raise KeyboardInterrupt

    with patch.object(delivery, "send", look), pytest.raises(KeyboardInterrupt):
        office.deliver(found)
    assert seen == [1]


def killed(office: Office, found: UUID) -> None:
    """The worker dies between the send and its outcome."""
    with patch.object(delivery, "send", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        office.deliver(found)


def test_a_worker_killed_before_the_outcome_leaves_it_unknown_and_nothing_is_resent(office: Office, post: Post) -> None:
    release = office.approved()
    found = mail_of(office, release)
    office.deliver(office.deliveries(release)["public_page"])
    killed(office, found)
    assert office.standings(release)["email"] == "sending"
    office.deliver(found)
    assert post.envelopes == []
    with clock.at(clock.now() + UNKNOWN_AFTER):
        assert office.standings(release)["email"] == "unknown"
        office.deliver(found)
        office.deliver(found)
    assert post.envelopes == []
    assert office.state(release) == "undelivered"
    (attempt,) = office.attempts(found)
    assert attempt.outcome is not None
    assert attempt.outcome.result == "unknown"


def test_a_server_that_hangs_after_the_text_leaves_it_unknown(office: Office, smtp_at: Point) -> None:
    release = office.approved()
    found = mail_of(office, release)

    def hang(talk: Talk) -> None:
        talk.up_to_data()
        talk.hear(b"\r\n.\r\n")
        talk.drop()

    with serving(hang) as (port, heard):
        smtp_at(port)
        office.deliver(found)
    assert any(b"Message-ID" in line for line in heard)
    assert office.standings(release)["email"] == "unknown"
    with serving(lambda talk: talk.say("220 test")) as (port, heard):
        smtp_at(port)
        office.deliver(found)
        with clock.at(clock.now() + timedelta(days=1)):
            office.deliver(found)
        assert heard == []


def test_a_worker_process_killed_while_the_server_is_silent(office: Office, home: Path) -> None:
    release = office.approved()
    found = mail_of(office, release)
    took, gone = Event(), Event()

    def hang(talk: Talk) -> None:
        talk.up_to_data()
        talk.hear(b"\r\n.\r\n")
        took.set()
        talk.hang()
        gone.set()

    with serving(hang) as (port, _):
        door = (
            f"from workers.doors import run; run('releases.deliver', {office.place.schema!r}, '{uuid4()}', '{found}')"
        )
        settings = {**os.environ, "LINSHENG_HOME": str(home), "SMTP_URL": f"smtp://127.0.0.1:{port}"}
        worker = subprocess.Popen([sys.executable, "-c", door], env=settings, cwd=ROOT, stderr=subprocess.PIPE)
        try:
            while not took.wait(0.2):
                assert worker.poll() is None, worker.stderr and worker.stderr.read().decode()
        finally:
            worker.kill()
            worker.communicate(timeout=30)
        assert gone.wait(10)
    assert office.standings(release)["email"] == "sending"
    with clock.at(clock.now() + UNKNOWN_AFTER):
        office.deliver(found)
        office.deliver(found)
        assert office.standings(release)["email"] == "unknown"
    assert len(office.attempts(found)) == 1


def refuse(code: int) -> Callable[[Talk], None]:
    def behave(talk: Talk) -> None:
        talk.say("220 test")
        talk.hear()
        talk.say("250 OK")
        talk.hear()
        talk.say(f"{code} no")
        talk.hang()

    return behave


def test_a_temporary_refusal_is_tried_again_after_its_pause(
    office: Office, smtp_at: Point, post: Post, admin: psycopg.Connection
) -> None:
    release = office.approved()
    found = mail_of(office, release)
    honest = int(delivery.config.current().smtp_url.rpartition(":")[2])
    with serving(refuse(451)) as (port, _):
        smtp_at(port)
        office.deliver(found)
    assert office.standings(release)["email"] == "retrying"
    waits = jobs(admin, found)
    assert any(PAUSES[0].total_seconds() - 20 < wait <= PAUSES[0].total_seconds() for wait in waits)
    smtp_at(honest)
    office.deliver(found)
    assert post.envelopes == []  # too early
    with clock.at(clock.now() + PAUSES[0]):
        office.deliver(found)
    assert office.standings(release)["email"] == "accepted"
    first, second = office.attempts(found)
    assert first.message_id == second.message_id
    assert first.message_id.encode() in post.envelopes[0].content


def test_tries_end_and_a_person_may_ask_for_another(office: Office, smtp_at: Point, post: Post) -> None:
    release = office.approved()
    found = mail_of(office, release)
    honest = int(delivery.config.current().smtp_url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", 0)) as door:
        nobody = door.getsockname()[1]
    smtp_at(nobody)
    moment = clock.now()
    for pause in (*PAUSES, timedelta(days=1), timedelta(days=1)):
        with clock.at(moment):
            office.deliver(found)
        moment += pause
    attempts = office.attempts(found)
    assert len(attempts) == len(PAUSES) + 1
    assert office.standings(release)["email"] == "failed"
    smtp_at(honest)
    with office.place.inside():
        actions.resolve_unknown(attempts[-1].id, verdict="resend", note="邮箱已恢复", by=office.steward.actor)
        db.session.commit()
    office.deliver(found)
    assert office.standings(release)["email"] == "accepted"
    assert len(post.envelopes) == 1


def test_a_permanent_refusal_is_not_tried_again(office: Office, smtp_at: Point) -> None:
    release = office.approved()
    found = mail_of(office, release)
    office.deliver(office.deliveries(release)["public_page"])
    with serving(refuse(550)) as (port, _):
        smtp_at(port)
        office.deliver(found)
    assert office.standings(release) == {"email": "failed", "public_page": "accepted"}
    shown = office.steward.get("releases?state=undelivered").text
    assert TITLE in shown
    assert "结果待核实 1" in shown
    assert TITLE not in office.steward.get("releases?state=delivered").text
    assert office.state(release) == "undelivered"
    with clock.at(clock.now() + timedelta(days=2)):
        office.deliver(found)
    assert len(office.attempts(found)) == 1


def test_without_a_mail_server_it_waits(office: Office) -> None:
    release = office.approved()
    office.deliver(mail_of(office, release))
    assert office.standings(release)["email"] == "retrying"


@pytest.mark.parametrize(("verdict", "state", "mails"), [("delivered", "delivered", 0), ("resend", "delivered", 1)])
def test_a_person_decides_about_the_unknown(office: Office, post: Post, verdict: str, state: str, mails: int) -> None:
    release = office.approved()
    found = mail_of(office, release)
    office.deliver(office.deliveries(release)["public_page"])
    killed(office, found)
    (attempt,) = office.attempts(found)
    with office.place.inside(), pytest.raises(Conflict):  # still under way
        actions.resolve_unknown(attempt.id, verdict=verdict, note="电话核实", by=office.steward.actor)
    with clock.at(clock.now() + UNKNOWN_AFTER):
        with office.place.inside():
            with pytest.raises(Problem):
                actions.resolve_unknown(attempt.id, verdict=verdict, note=" ", by=office.steward.actor)
            with pytest.raises(Problem):
                actions.resolve_unknown(attempt.id, verdict="x", note="电话核实", by=office.steward.actor)
            actions.resolve_unknown(attempt.id, verdict=verdict, note="电话核实", by=office.steward.actor)
            db.session.commit()
            with pytest.raises(Conflict):
                actions.resolve_unknown(attempt.id, verdict=verdict, note="再来", by=office.steward.actor)
        for _ in range(2):
            office.deliver(found)
    assert len(post.envelopes) == mails
    assert office.state(release) == state


def test_the_database_itself_takes_no_second_attempt(office: Office, post: Post) -> None:
    release = office.approved()
    found = mail_of(office, release)
    again = (
        "INSERT INTO attempts (id, delivery_id, number, message_id, started_at)"
        " SELECT gen_random_uuid(), id, :number, message_id, now() FROM deliveries WHERE id = :id"
    )
    killed(office, found)
    with pytest.raises(DBAPIError, match="may have been sent"):
        office.run(again, id=found, number=2)
    office.run(
        "INSERT INTO attempt_outcomes (attempt_id, result, ended_at) SELECT id, 'accepted', now() FROM attempts"
        " WHERE delivery_id = :id",
        id=found,
    )
    with pytest.raises(DBAPIError, match="may have been sent"):
        office.run(again, id=found, number=2)


def test_the_worker_may_open_the_page(office: Office, dsns: dict[str, str]) -> None:
    with psycopg.connect(dsns["worker"]) as connection:
        statement = (
            str(OPEN).replace(":schema", "%(schema)s").replace(":token", "%(token)s").replace(":kind", "'release'")
        )
        statement = statement.replace(":object", "NULL").replace(":now", "now()").replace(":expires", "NULL")
        done = connection.execute(statement.encode(), {"schema": office.place.schema, "token": b"x" * 32})
        assert done.rowcount == 1
        connection.rollback()


def test_the_register_says_what_a_person_must_look_at(office: Office, post: Post) -> None:
    release = office.approved()
    killed(office, mail_of(office, release))
    with office.place.inside():
        found = db.session.get_one(Release, release)
        assert queries.unclear([found], clock.now()) == {}
        assert queries.unclear([found], clock.now() + UNKNOWN_AFTER) == {release: 1}
