"""A letter under way when somebody who wrote or decided it turns out to be whom its case is about (D4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.events import timeline
from saas.identity.actor import Forbidden
from saas.problem import Conflict, Problem
from tenants.releases import actions, delivery
from tenants.releases.models import Release
from tenants.releases.standing import PAUSES, reached
from tests.mail.bad_server import serving
from tests.releases.office import Office, Post
from tests.world import Person

pytestmark = pytest.mark.rule("D4")


@pytest.fixture
def supervisor(office: Office) -> Person:
    """客服主管, who decides about what is held."""
    return office.place.staff("周敏", "service_supervisor")


def name(office: Office, release: UUID, *accused: Person, by: Person | None = None) -> None:
    """The case of this letter is about them from now on."""
    with office.place.inside():
        found = db.session.get_one(Release, release)
        people = [each.id for each in accused]
        actions.bar("complaints", found.subject_id, people, by=(by or office.leader).actor)  # type: ignore[arg-type]
        db.session.commit()


def decide(office: Office, release: UUID, by: Person, verdict: str = "send", reason: str = "已复核，内容属实") -> None:
    with office.place.inside():
        actions.decide_hold(release, verdict=verdict, reason=reason, by=by.actor)
        db.session.commit()


def told(office: Office, release: UUID) -> list[str]:
    with office.place.inside():
        return [event.name for event in timeline(db.session.get_one(Release, release))]


def test_what_has_not_gone_out_waits_and_goes_after_a_decision(office: Office, post: Post, supervisor: Person) -> None:
    release = office.approved()
    name(office, release, office.steward)  # who wrote it
    assert office.state(release) == "held"
    office.deliver_all(release)
    assert post.envelopes == []
    assert set(office.standings(release).values()) == {"held"}
    token = office.run("SELECT token FROM releases WHERE id = :id", id=release)[0][0]
    assert office.place.world.app.test_client().get(f"/p/{token}").status_code == 404  # nor does its page open
    page = supervisor.get(f"releases/{release}").text
    for words in ("已暂缓", "林晓燕是这件事的被投诉人", "仍然发出", "不再发出"):
        assert words in page
    form = {"verdict": "send", "hold_reason": "已复核，内容属实"}
    assert supervisor.post(f"releases/{release}/hold", form).status_code == 303
    assert office.state(release) == "delivering"
    office.deliver_all(release)
    assert len(post.envelopes) == 1
    assert office.state(release) == "delivered"
    assert "已复核，内容属实" in supervisor.get(f"releases/{release}").text


def test_a_decision_not_to_send_is_final(office: Office, post: Post, supervisor: Person) -> None:
    release = office.approved()
    name(office, release, office.leader)  # who approved it
    decide(office, release, supervisor, "stop", "由他人另写")
    office.deliver_all(release)
    assert post.envelopes == []
    assert set(office.standings(release).values()) == {"stopped"}
    assert office.state(release) == "undelivered"
    with pytest.raises(Conflict, match="已有决定"):
        decide(office, release, supervisor)
    with office.place.inside(), pytest.raises(Conflict, match="暂缓"):
        actions.hand_over(release, way="post", receiver="王女士", at=None, version=1, by=supervisor.actor)
    with office.place.inside():
        assert not reached(db.session.get_one(Release, release), clock.now(), knows_page=True)
    name(office, release, office.manager)
    assert told(office, release).count("release.held") == 1


def test_what_was_sent_stays(office: Office, post: Post, supervisor: Person) -> None:
    release = office.approved()
    office.deliver(office.deliveries(release)["public_page"])
    name(office, release, office.steward)
    assert office.standings(release) == {"public_page": "accepted", "email": "held"}
    decide(office, release, supervisor, "stop")
    assert office.standings(release) == {"public_page": "accepted", "email": "stopped"}
    assert office.state(release) == "undelivered"
    everything = office.approved()
    office.deliver_all(everything)
    name(office, everything, office.steward)
    assert office.state(everything) == "delivered"
    assert "release.held" not in told(office, everything)


def test_who_took_no_part_holds_nothing_but_stays_away(office: Office, post: Post, supervisor: Person) -> None:
    release = office.approved()
    name(office, release, supervisor)
    assert office.state(release) == "delivering"
    with office.place.inside():
        assert db.session.get_one(Release, release).barred == [supervisor.id]
    office.deliver_all(release)
    assert len(post.envelopes) == 1
    with office.place.inside(), pytest.raises(Forbidden, match="应回避"):
        actions.hand_over(release, way="post", receiver="王女士", at=None, version=1, by=supervisor.actor)


def test_an_attempt_that_has_begun_is_left_alone_and_what_follows_it_waits(
    office: Office, smtp_at: Callable[[int], None], supervisor: Person
) -> None:
    release = office.approved()
    mail = office.deliveries(release)["email"]
    with patch.object(delivery, "send", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        office.deliver(mail)
    name(office, release, office.steward)
    assert office.standings(release)["email"] == "sending"
    assert office.state(release) == "held"
    other = office.approved()
    refused = office.deliveries(other)["email"]
    with serving(lambda talk: talk.say("451 later")) as (port, _):
        smtp_at(port)
        office.deliver(refused)
    name(office, other, office.steward)
    assert office.standings(other)["email"] == "held"
    with clock.at(clock.now() + PAUSES[0]):
        office.deliver(refused)
    assert len(office.attempts(refused)) == 1


def test_an_unknown_outcome_is_not_sent_again_while_it_is_held(office: Office, post: Post, supervisor: Person) -> None:
    release = office.approved()
    mail = office.deliveries(release)["email"]
    with patch.object(delivery, "send", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        office.deliver(mail)
    name(office, release, office.steward)
    (attempt,) = office.attempts(mail)
    with clock.at(clock.now() + delivery.UNKNOWN_AFTER), office.place.inside():
        with pytest.raises(Conflict, match="已暂缓发出"):
            actions.resolve_unknown(attempt.id, verdict="resend", note="客户说没有收到", by=supervisor.actor)
        db.session.rollback()
        actions.resolve_unknown(attempt.id, verdict="delivered", note="客户说收到了", by=supervisor.actor)
        db.session.commit()


def test_who_decides(office: Office, post: Post, supervisor: Person) -> None:
    other = office.place.staff("何静", "project_manager")
    release = office.approved()
    name(office, release, office.manager)
    for person, why in (
        (office.leader, "客服主管、项目经理"),
        (office.steward, "没有这项权限"),
        (office.manager, "应回避"),
    ):
        with pytest.raises(Forbidden, match=why):
            decide(office, release, person)
        assert person.post(f"releases/{release}/hold", {"verdict": "send", "hold_reason": "x"}).status_code == 403
        assert "仍然发出" not in person.get(f"releases/{release}").text.replace("决定是否仍然发出", "")
    decide(office, release, other)
    assert office.state(release) == "delivering"


@pytest.mark.rule("A3")
def test_the_author_does_not_send_what_another_ones_part_holds(office: Office, supervisor: Person) -> None:
    own = office.reply(by=supervisor)
    with office.place.inside():
        approval = actions.submit(own, version=1, by=supervisor.actor).id
        db.session.commit()
    office.decide(own, approval, office.manager)
    office.decide(own, approval, office.leader)
    name(office, own, office.manager)
    with pytest.raises(Forbidden, match="由其他同事决定"):
        decide(office, own, supervisor)
    decide(office, own, supervisor, "stop", "另写一封")
    assert office.state(own) == "undelivered"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"verdict": "send", "hold_reason": " "}, "请写明理由"),
        ({"verdict": "send", "hold_reason": "长" * 501}, "最多 500 字"),
        ({"verdict": "maybe", "hold_reason": "保留这句话"}, "请选择仍然发出或不再发出"),
    ],
)
def test_a_decision_needs_a_verdict_and_a_reason(
    office: Office, supervisor: Person, form: dict[str, str], says: str
) -> None:
    release = office.approved()
    name(office, release, office.steward)
    answer = supervisor.post(f"releases/{release}/hold", form)
    assert answer.status_code == 422
    assert says in answer.text
    assert form["hold_reason"].strip() in answer.text
    with pytest.raises(Problem):
        decide(office, release, supervisor, form["verdict"], form["hold_reason"])
    assert office.state(release) == "held"


def test_one_decision_of_two_at_once_counts(office: Office, supervisor: Person) -> None:
    other = office.place.staff("何静", "service_supervisor")
    release = office.approved()
    name(office, release, office.steward)

    def one(pair: tuple[Person, str]) -> str:
        try:
            decide(office, release, *pair)
        except Conflict:
            return "late"
        return pair[1]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, [(supervisor, "send"), (other, "stop")]))
    assert sorted(found)[0] == "late"
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    again = office.approved()
    name(office, again, office.steward)
    form = {"verdict": "send", "hold_reason": "属实", "key": key}
    assert [supervisor.post(f"releases/{again}/hold", form).status_code for _ in range(2)] == [303, 303]
    assert told(office, again).count("release.hold_decided") == 1


def test_a_page_alone_waits_to_be_handed_over(office: Office, supervisor: Person) -> None:
    release = office.approved(email="")
    office.deliver_all(release)
    assert office.state(release) == "published"
    name(office, release, office.steward)
    assert office.state(release) == "held"
    with office.place.inside(), pytest.raises(Conflict, match="暂缓"):
        actions.hand_over(release, way="post", receiver="王女士", at=None, version=1, by=supervisor.actor)
    assert "登记线下递交" not in supervisor.get(f"releases/{release}").text
    decide(office, release, supervisor)
    assert office.state(release) == "published"
    with office.place.inside():
        actions.hand_over(release, way="post", receiver="王女士", at=None, version=1, by=supervisor.actor)
        db.session.commit()
    assert office.state(release) == "delivered"


def test_the_database_keeps_back_what_is_held(office: Office, supervisor: Person) -> None:
    release = office.approved()
    mail = office.deliveries(release)["email"]
    name(office, release, office.steward)
    attempt = (
        "INSERT INTO attempts (id, delivery_id, number, message_id, started_at)"
        " SELECT gen_random_uuid(), id, 1, message_id, now() FROM deliveries WHERE id = :id"
    )
    with pytest.raises(DBAPIError, match="is held"):
        office.run(attempt, id=mail)
    handover = (
        "INSERT INTO handovers (id, release_id, version, content_hash, approval_id, way, receiver, handed_at,"
        " handed_by, handed_by_name, recorded_at) SELECT gen_random_uuid(), release_id, version, content_hash,"
        " approval_id, 'post', 'x', now(), :who, 'x', now() FROM deliveries WHERE id = :id"
    )
    with pytest.raises(DBAPIError, match="is held"):
        office.run(handover, id=mail, who=supervisor.id)
    decision = (
        "INSERT INTO hold_decisions SELECT release_id, nth, 'send', 'x', :who, 'x', now() FROM release_holds"
        " WHERE release_id = :id"
    )
    with pytest.raises(DBAPIError, match="is about who decides"):
        office.run(decision, id=release, who=office.steward.id)
    for statement in ("DELETE FROM release_holds", "UPDATE hold_decisions SET verdict = 'send'"):
        with pytest.raises(DBAPIError, match="permission denied"):
            office.run(statement)
    office.run(decision, id=release, who=supervisor.id)
    office.run(attempt, id=mail)
