"""线下递交: an approved letter that a person hands over is a fact, and the end of its way (H1, C1)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from saas.events import timeline
from saas.identity.actor import Forbidden
from saas.policy.evidence import Question, told
from saas.policy.loader import pack
from saas.problem import Conflict, Problem
from tenants.releases import actions
from tenants.releases.evidence import EVIDENCE
from tenants.releases.models import Handover, Release
from tests.releases.office import BODY, TITLE, Office
from tests.world import Person

pytestmark = pytest.mark.rule("H1")


def on_paper(office: Office, approved: bool = True) -> UUID:
    """A notice without recipients."""
    with office.place.inside():
        release = actions.draft(kind="notice", title=TITLE, body=BODY, to=[], by=office.steward.actor).id
        db.session.commit()
    if approved:
        office.decide(release, office.submit(release), office.manager)
    return release


def hand_over(office: Office, release: UUID, by: Person | None = None, **changed: object) -> None:
    values = {"way": "posted", "receiver": "3 栋大堂", "at": None, "version": 1, **changed}
    with office.place.inside():
        actions.hand_over(release, **values, by=(by or office.steward).actor)
        db.session.commit()


def test_a_handed_over_letter_is_delivered_and_no_longer_edited(office: Office) -> None:
    release = on_paper(office)
    assert office.state(release) == "approved"
    hand_over(office, release, note="下午张贴")
    assert office.state(release) == "delivered"
    with office.place.inside():
        found = db.session.get_one(Release, release)
        assert [(h.handed_by_name, h.receiver, h.note) for h in found.handovers] == [("林晓燕", "3 栋大堂", "下午张贴")]
        assert "release.handed_over" in [event.name for event in timeline(found)]
        with pytest.raises(Conflict, match="另发一份"):
            actions.edit(release, title=TITLE, body="改", to=[], version=1, by=office.steward.actor)
    hand_over(office, release, receiver="4 栋大堂")
    with pytest.raises(DBAPIError, match="foreign key"):
        office.run("UPDATE approvals SET state = 'voided', ended_at = now() WHERE subject_id = :r", r=release)
    for statement in ("UPDATE handovers SET note = 'x'", "DELETE FROM handovers"):
        with pytest.raises(DBAPIError, match="permission denied"):
            office.run(statement)


def test_nothing_is_handed_over_before_the_full_approval(office: Office) -> None:
    draft = on_paper(office, approved=False)
    with pytest.raises(Conflict, match="没有提交审批"):
        hand_over(office, draft)
    release = office.reply()
    approval = office.submit(release)
    office.decide(release, approval, office.manager)
    with pytest.raises(Conflict, match="还没有批准"):
        hand_over(office, release)
    insert = (
        "INSERT INTO handovers (id, release_id, version, content_hash, approval_id, way, receiver, handed_at,"
        " handed_by, handed_by_name, recorded_at) SELECT gen_random_uuid(), release_id, version, content_hash,"
        " :approval, 'posted', 'x', now(), written_by, 'x', now() FROM release_versions WHERE release_id = :release"
    )
    with pytest.raises(DBAPIError, match="foreign key"):
        office.run(insert, approval=approval, release=release)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"way": "telepathy"}, "way"),
        ({"receiver": "  "}, "receiver"),
        ({"note": "长" * 501}, "note"),
        ({"at": clock.now() + timedelta(days=1)}, "handed_at"),
        ({"at": clock.now() - timedelta(days=1)}, "handed_at"),
    ],
)
def test_a_hand_over_says_how_to_whom_and_when(office: Office, changed: dict, field: str) -> None:
    release = on_paper(office)
    with pytest.raises(Problem) as refusal:
        hand_over(office, release, **changed)
    assert refusal.value.field == field


def test_who_may_not_write_letters_hands_none_over(office: Office) -> None:
    release = on_paper(office)
    with pytest.raises(Forbidden):
        hand_over(office, release, by=office.place.staff("财务", "finance"))
    with pytest.raises(Conflict, match="更新的版本"):
        hand_over(office, release, version=2)


def test_it_is_recorded_on_the_page(office: Office) -> None:
    release = on_paper(office)
    assert "登记线下递交" in office.steward.get(f"releases/{release}").text
    now = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    form = {"version": "1", "way": "in_person", "receiver": "王秀梅", "handed_at": now, "note": "本人签收"}
    url = f"releases/{release}/handover"
    for changed in ({"way": ""}, {"receiver": ""}, {"handed_at": "x"}, {"handed_at": "9" * 5000}):
        answer = office.steward.post(url, {**form, **changed})
        assert answer.status_code == 422
    for wrong in ("9" * 5000, "x", ""):
        assert office.steward.post(url, {**form, "version": wrong}).status_code == 409
    key = {"key": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    for _ in range(2):
        assert office.steward.post(url, {**form, **key}).status_code == 303
    shown = office.steward.get(f"releases/{release}").text
    assert "王秀梅" in shown
    assert "本人签收" in shown
    assert "已送达" in shown
    assert "已送达" in office.steward.get("releases?state=delivered").text
    with office.place.inside():
        assert db.session.query(Handover).count() == 1


def test_a_page_alone_is_public_and_reaches_nobody(office: Office) -> None:
    release = office.approved(email="")
    office.deliver_all(release)
    assert office.state(release) == "published"
    hand_over(office, release, way="in_person", receiver="王秀梅")
    assert office.state(release) == "delivered"


def test_what_was_handed_over_is_evidence(office: Office) -> None:
    release = on_paper(office)
    rules, day = pack("property"), timedelta(days=1)
    clause = next(iter(rules.clauses.values()))
    asked = Question(clause, rules, clock.now() - day, clock.now() + day)
    for source in EVIDENCE.values():
        with office.place.inside():
            assert told(source.query(asked)).met == 0
    hand_over(office, release)
    for source in EVIDENCE.values():
        with office.place.inside():
            assert told(source.query(asked)).met == 1


@pytest.mark.rule("B10")
def test_numbers_in_the_notes_are_masked_until_a_reason_is_given(office: Office) -> None:
    release = on_paper(office)
    hand_over(office, release, receiver="王女士 13912345678", note="本人签收，电话 13912345678")
    page = office.steward.get(f"releases/{release}").text
    assert "139 **** 5678" in page
    assert "13912345678" not in page
    path = f"releases/{release}/reveals"
    assert office.steward.post(path, {"reason": ""}).status_code == 422
    outsider = office.place.staff("赵强", "technician")
    assert outsider.post(path, {"reason": "好奇"}).status_code == 403
    assert "显示完整号码" not in outsider.get(f"releases/{release}").text
    shown = office.steward.post(path, {"reason": "核对签收"}).text
    assert "本人签收，电话 13912345678" in shown
    assert "原因：核对签收" in office.steward.get(f"releases/{release}").text
