"""The calendar address of a person: parsed as a phone would, after a move too, and dead at once when it has to be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import icalendar
import psycopg
import pytest
from redis import Redis

from saas import clock
from saas.approvals.models import Approval
from saas.companies import members
from saas.db import db
from saas.events import Event
from saas.tenancy import digest
from saas.tenancy.links import open_link
from saas.tenancy.models import Tenant
from tenants.duties import actions
from tenants.duties.actions.feeding import LINK
from tests.duties.conftest import KNOWN, MONTHLY, QUARTERLY, YEARLY, Site, awake, on, version
from tests.world import OPERATOR, Person, TestResponse

NOW = "2026-12-01"


@pytest.fixture
def site(found: Callable[..., Site], regulation: Callable[..., None], redis_url: str) -> Site:
    """Quarterly and yearly duties of the supervisor, monthly ones of the steward, planned on 1 December 2026."""
    Redis.from_url(redis_url).flushall()
    regulation(version(QUARTERLY, YEARLY, replace(MONTHLY, roles=("steward",))))
    made = found("2026-09-01")
    made.plan(on(NOW))
    return made


def subscribe(who: Person, **fields: str) -> TestResponse:
    """Press the button."""
    with clock.at(on(NOW)):
        return awake(who).post("duties/feed", fields)


def address(answer: TestResponse) -> str:
    """The path of the address that the page shows."""
    return answer.text.split('value="http://localhost')[1].split('"')[0]


def fetch(site: Site, path: str, at: str = NOW, caller: str = "10.9.8.7") -> TestResponse:
    """Ask for the calendar as a program without a session."""
    with clock.at(on(at)):
        return site.place.world.app.test_client().get(path, environ_overrides={"REMOTE_ADDR": caller})


def read(answer: TestResponse) -> dict[str, icalendar.Event]:
    """The events by their summary."""
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    found = icalendar.Calendar.from_ical(answer.data)
    assert found["VERSION"] == "2.0"
    assert not found.errors
    return {str(event["SUMMARY"]): event for event in found.walk("VEVENT")}


QUARTER = "季度报告（2026 年第 4 季度）"


@pytest.mark.rule("R2")
def test_a_phone_reads_the_duties_of_the_person_s_roles(site: Site) -> None:
    events = read(fetch(site, address(subscribe(site.supervisor))))
    assert set(events) == {QUARTER, "年度报告（2027 年）"}
    event, duty = events[QUARTER], next(d for d in site.duties() if d.clause == "季度")
    assert event["UID"] == f"{duty.id}@linsheng"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 1, 10), date(2027, 1, 11))
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["URL"] == f"http://localhost/xiangrui/yunqi/duties/{duty.id}"
    assert "依据：000 §5.3.3 B 季度报告" in event["DESCRIPTION"]
    sunday = datetime(2027, 1, 10, tzinfo=clock.CN)
    alarms = [sunday + alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert [f"{at:%m-%d %H:%M}" for at in alarms] == ["12-31 08:30", "01-07 08:30", "01-08 08:30"]


@pytest.mark.rule("R2")
def test_after_a_move_it_is_the_same_event_in_its_next_revision(site: Site) -> None:
    path = address(subscribe(site.supervisor))
    before = read(fetch(site, path))[QUARTER]
    duty = next(d for d in site.duties() if d.clause == "季度")
    why = "王晓梅家 3-2-1502 漏水，报告推迟"
    with clock.at(on(NOW)), site.place.inside():
        move = actions.ask_move(
            duty.id, to=date(2027, 1, 20), reason=why, version=1, known=KNOWN, by=site.manager.actor
        )
        hashed = db.session.get_one(Approval, move.approval_id).content_hash
        db.session.commit()
    assert read(fetch(site, path))[QUARTER]["STATUS"] == "TENTATIVE"
    with clock.at(on(NOW)), site.place.inside():
        actions.decide_move(
            duty.id, nth=1, verdict="approved", reason="", hashed=hashed, known=KNOWN, by=site.leader.actor
        )
        db.session.commit()
    answer = fetch(site, path)
    after = read(answer)[QUARTER]
    assert after["UID"] == before["UID"]
    assert (after["DTSTART"].dt, after["SEQUENCE"], after["STATUS"]) == (date(2027, 1, 20), 1, "CONFIRMED")
    assert "应于 2027-01-10 前完成\n已改期到 2027-01-20" in after["DESCRIPTION"]
    assert "王晓梅" not in answer.text  # what people wrote stays in the house


@pytest.mark.rule("R2")
def test_what_is_done_is_ticked_and_rings_no_more(site: Site) -> None:
    path = address(subscribe(site.supervisor))
    site.hold(next(d for d in site.duties() if d.clause == "季度"), on("2026-12-20"))
    event = read(fetch(site, path, "2026-12-21"))[f"✓ {QUARTER}"]
    assert "按时完成" in event["DESCRIPTION"]
    assert list(event.walk("VALARM")) == []


def test_roles_count_as_they_are_now(site: Site) -> None:
    path = address(subscribe(site.supervisor))
    with site.place.world.app.app_context():
        tenant = db.session.get_one(Tenant, site.place.tenant_id)
        members.change_roles(tenant, site.supervisor.id, ["steward"], by=OPERATOR)
        db.session.commit()
    assert {event["DTSTART"].dt for event in read(fetch(site, path)).values()} == {
        date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)
    }  # fmt: skip


@pytest.mark.rule("A2")
def test_who_has_left_finds_nothing_at_once(site: Site) -> None:
    path = address(subscribe(site.supervisor))
    assert fetch(site, path).status_code == 200
    with site.place.world.app.app_context():
        members.let_go(db.session.get_one(Tenant, site.place.tenant_id), site.supervisor.id, by=OPERATOR)
        db.session.commit()
    assert fetch(site, path).status_code == 404


def test_renewed_the_old_address_is_dead_and_ended_the_new_one_too(site: Site) -> None:
    first = address(subscribe(site.supervisor))
    second = address(subscribe(site.supervisor))
    assert fetch(site, first).status_code == 404
    assert fetch(site, second).status_code == 200
    with clock.at(on(NOW)):
        page = site.supervisor.get("duties").text
        assert "已开通" in page
        assert second.split("/")[2] not in page  # shown once
        assert site.steward.get("duties").status_code in (200, 302)
        for _ in range(2):
            assert site.supervisor.post("duties/feed/end").status_code == 303
        assert "已开通" not in site.supervisor.get("duties").text
    assert fetch(site, second).status_code == 404
    with site.place.inside():
        names = [event.name for event in db.session.query(Event).filter(Event.subject_type == "duty_feeds")]
    assert sorted(names) == ["duty_feed.ended", "duty_feed.opened", "duty_feed.opened"]


def test_the_same_form_makes_one_address_and_ten_at_once_leave_one(site: Site, admin: psycopg.Connection) -> None:
    key = str(uuid4())
    assert subscribe(site.supervisor, key=key).status_code == 200
    again = subscribe(site.supervisor, key=key)
    assert (again.status_code, again.headers["Location"]) == (303, "/xiangrui/yunqi/duties")

    def press(_: int) -> None:
        with clock.at(on(NOW)), site.place.inside():
            actions.open_feed(by=site.supervisor.actor)
            db.session.commit()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(press, range(10)))
    living = "SELECT count(*) FROM platform.public_links WHERE kind = 'agenda' AND ended_at IS NULL"
    assert admin.execute(living).fetchone() == (1,)


def test_only_a_hash_is_kept_and_it_leads_nowhere_else(site: Site, admin: psycopg.Connection) -> None:
    path = address(subscribe(site.supervisor))
    token = path.removeprefix("/a/").removesuffix(".ics")
    rows = admin.execute("SELECT token_hash, object_id FROM platform.public_links WHERE kind = 'agenda'").fetchall()
    assert [(bytes(row[0]), row[1]) for row in rows] == [(digest(token), site.supervisor.id)]
    for other in (f"/p/{token}", f"/q/{token}", f"/s/{token}"):
        assert fetch(site, other).status_code in (404, 410)
    headers = fetch(site, path).headers
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]


def test_foolish_addresses_and_one_of_nobody_here_lead_nowhere(site: Site) -> None:
    with site.place.world.app.app_context():
        open_link(site.place.schema, "t" * 40, LINK, uuid4(), None)
    for token in ("t" * 40, "x", "x" * 5000, "%00", "%ED%A0%80", "..%2F."):
        assert fetch(site, f"/a/{token}.ics").status_code == 404, token[:40]


def test_guessing_is_slowed_and_does_not_lock_out_others(site: Site) -> None:
    path = address(subscribe(site.supervisor))
    said = [fetch(site, f"/a/{uuid4().hex}.ics", caller="10.1.1.1").status_code for _ in range(62)]
    assert said == [404] * 60 + [429] * 2
    slowed = fetch(site, path, caller="10.1.1.1")
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert fetch(site, path, caller="10.1.1.2").status_code == 200
    assert [fetch(site, path).status_code for _ in range(70)] == [200] * 70  # who knows it is never slowed
