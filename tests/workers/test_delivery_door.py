"""What happens behind the delivery: the complaint learns of its answer, and the letter is a contact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select

from saas import clock
from saas.approvals import queries as approvals
from saas.db import db
from saas.identity import Actor
from saas.problem import Problem
from tenants.complaints import actions as complaints
from tenants.complaints.facts import Reply, Solution
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.releases import actions as releases
from tenants.releases.models import Delivery, Release
from tenants.releases.standing import UNKNOWN_AFTER
from tests.mail.bad_server import Talk, serving
from tests.releases.conftest import post, smtp_at  # noqa: F401 - fixtures
from tests.releases.test_delivery import refuse
from tests.world import Person, World
from workers import relay
from workers.delivery import deliver, handed_over
from workers.demo.sending import SOON, sent

Point = Callable[[int], None]
Last = Callable[[Release, Callable[[], None]], None]
pytestmark = pytest.mark.rule("D8")


@dataclass
class Case:
    """A handled complaint whose answer is approved, inside its tenant."""

    people: dict[str, Person]
    id: UUID
    release: UUID

    def deliver(self) -> None:
        """What the mail worker does, twice."""
        found = db.session.scalars(select(Delivery.id).where(Delivery.release_id == self.release))
        for delivery in [*found.all()] * 2:
            deliver(str(delivery))
        db.session.commit()

    @property
    def states(self) -> tuple[str, str]:
        """The states of the complaint and of its letter."""
        db.session.expire_all()
        return db.session.get_one(Complaint, self.id).state, db.session.get_one(Release, self.release).state

    def hand_over(self) -> None:
        """The steward brings the letter; the worker tells the case."""
        by = self.people["steward"].actor
        releases.hand_over(self.release, way="in_person", receiver="王晓梅", at=None, version=1, by=by)
        handed_over(str(self.release))
        handed_over(str(self.release))
        db.session.commit()

    def resolve(self) -> None:
        """A person knows that the mail arrived."""
        mail = db.session.scalars(select(Delivery).where(Delivery.channel == "email")).one()
        by = self.people["steward"].actor
        releases.resolve_unknown(mail.attempts[-1].id, verdict="delivered", note="电话核实", by=by)
        db.session.commit()

    def close(self) -> Complaint:
        """Close it."""
        version = db.session.get_one(Complaint, self.id).version
        return complaints.close(
            self.id, conclusion="已解决", no_reply="", no_reply_note="", version=version,
            by=self.people["service_supervisor"].actor,
        )  # fmt: skip


def approve(release: Release, by: Actor) -> None:
    approval = approvals.of_subject(Release.__tablename__, release.id)[0]
    releases.decide(
        release.id, approval_id=approval.id, verdict="approved", reason="", version=approval.version,
        content_hash=approval.content_hash, by=by,
    )  # fmt: skip


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    project = world.project(world.company())
    roles = ("steward", "service_supervisor", "project_manager", "division_leader")
    return {role: project.staff(role[:8], role) for role in roles}


@pytest.fixture
def case(people: dict[str, Person]) -> Iterator[Callable[..., Case]]:
    """Makes a handled complaint with an approved answer; `by` None is a resident at the QR form."""
    steward, supervisor = people["steward"], people["service_supervisor"]

    def made(email: str = "wang@example.com", by: Actor | None = None, last: Last = lambda _, decide: decide()) -> Case:
        new = complaints.NewComplaint(
            subject="门禁失灵", body="门一直开着", category="facilities", source="walk_in", channel="in_person",
            reporter="王晓梅", phone="13812345521", email=email,
        )  # fmt: skip
        found = complaints.register(new, by=by or steward.actor)

        def step(verb: Callable[..., object], who: Person, **facts: object) -> None:
            verb(found.id, version=found.version, by=who.actor, **facts)

        step(complaints.respond, steward, kind="first", channel="phone", text="已联系")
        step(
            complaints.judge, supervisor, accepted=True, established=True, category="facilities", severity="general",
            reason="属实",
        )  # fmt: skip
        step(complaints.assign, supervisor, department="customer_service", handler_id=steward.id, note="")
        step(complaints.propose, steward, text="更换门锁")
        solution = db.session.scalars(select(Solution).where(Solution.complaint_id == found.id)).one()
        complaints.decide_solution(
            found.id, verdict="approved", reason="", nth=solution.nth, hashed=solution.content_hash,
            by=people["project_manager"].actor,
        )  # fmt: skip
        step(complaints.mark_handled, steward, result="已修好", handled_at=None)
        release = complaints.draft_reply(
            found.id, title="答复", body="已修好。", version=found.version, by=steward.actor
        )
        releases.submit(release.id, version=release.version, by=steward.actor)
        approve(release, people["project_manager"].actor)
        last(release, lambda: approve(release, people["division_leader"].actor))
        db.session.commit()
        return Case(people, found.id, release.id)

    with steward.place.inside():
        yield made


def contacts() -> list[str]:
    return [c.summary for c in db.session.scalars(select(Contact).where(Contact.channel == "letter"))]


@pytest.mark.rule("C1")
def test_a_delivered_answer_is_noted_once_with_its_contact(case: Callable[..., Case], post: object) -> None:  # noqa: F811
    found = case()
    found.deliver()
    assert found.states == ("replied", "delivered")
    assert db.session.scalar(select(func.count()).select_from(Reply)) == 1
    number = db.session.get_one(Release, found.release).number
    assert contacts() == [f"答复 {number} 已送达：答复"]


def test_the_demonstration_delivers_at_its_own_moment_and_leaves_nothing_to_the_mail_worker(
    case: Callable[..., Case], post: object, dsns: dict[str, str]  # noqa: F811
) -> None:  # fmt: skip
    moment = clock.now()
    with clock.at(moment):
        found = case(last=lambda release, decide: sent(release, decide, moment + timedelta(hours=1)))
    assert found.states == ("replied", "delivered")
    attempts = [each.attempts for each in db.session.get_one(Release, found.release).deliveries]
    assert [[each.started_at for each in tries] for tries in attempts] == [[moment + SOON]] * 2
    waiting = f"SELECT job FROM platform.outbox o WHERE job = 'releases.deliver' AND NOT {relay.DONE}"
    with psycopg.connect(dsns["relay"]) as outbox:
        assert outbox.execute(waiting).fetchall() == []


def hang_up(talk: Talk) -> None:
    """Take the text and say nothing more."""
    talk.up_to_data()
    talk.hear(b"\r\n.\r\n")
    talk.drop()


@pytest.mark.rule("D12")
@pytest.mark.parametrize("behave", [refuse(550), hang_up], ids=["refused", "unknown"])
def test_a_mail_that_did_not_arrive_is_no_answer_until_a_person_knows_better(
    case: Callable[..., Case], smtp_at: Point, behave: Callable[[Talk], None]  # noqa: F811
) -> None:  # fmt: skip
    found = case()
    with serving(behave) as (port, _):
        smtp_at(port)
        found.deliver()
    with clock.at(clock.now() + UNKNOWN_AFTER + timedelta(minutes=1)):
        found.deliver()
        assert found.states == ("handled", "undelivered")
        assert contacts() == []
        with pytest.raises(Problem, match="送达的答复"):
            found.close()
        found.resolve()
        found.deliver()
        assert found.states == ("replied", "delivered")
        assert len(contacts()) == 1
        found.close()


def test_a_mail_that_did_not_arrive_is_brought(case: Callable[..., Case], smtp_at: Point) -> None:  # noqa: F811
    found = case()
    with serving(refuse(550)) as (port, _):
        smtp_at(port)
        found.deliver()
    found.hand_over()
    assert found.states == ("replied", "partly_delivered")
    assert len(contacts()) == 1


@pytest.mark.rule("C1")
def test_a_page_whose_address_nobody_has_is_no_answer_until_it_is_handed_over(case: Callable[..., Case]) -> None:
    found = case(email="")
    found.deliver()
    assert found.states == ("handled", "published")
    assert contacts() == []
    found.hand_over()
    assert found.states == ("replied", "delivered")
    assert len(contacts()) == 1


def test_who_complained_by_qr_finds_the_page_on_the_status_page(case: Callable[..., Case]) -> None:
    found = case(email="", by=Actor.resident())
    found.deliver()
    assert found.states == ("replied", "published")
