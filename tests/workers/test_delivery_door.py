"""What happens behind the delivery: the complaint learns of its answer, and the letter is a contact."""

import pytest
from sqlalchemy import func, select

from saas.approvals import queries as approvals
from saas.db import db
from saas.identity import Actor
from tenants.complaints import actions as complaints
from tenants.complaints.facts import Reply
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.releases import actions as releases
from tenants.releases.models import Delivery, Release
from tests.world import Person, World
from workers.delivery import deliver


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


@pytest.mark.rule("D8", "C1")
def test_a_delivered_answer_is_noted_once_with_its_contact(people: dict[str, Person]) -> None:
    steward = people["steward"]
    with steward.place.inside():
        new = complaints.NewComplaint(
            subject="门禁失灵", body="门一直开着", category="facilities", source="walk_in", channel="in_person",
            reporter="王晓梅", phone="13812345521",
        )  # fmt: skip
        case = complaints.register(new, by=steward.actor)
        complaints.judge(
            case.id, accepted=True, established=True, category="facilities", severity="general", reason="属实",
            version=case.version, by=people["service_supervisor"].actor,
        )  # fmt: skip
        release = complaints.draft_reply(case.id, title="答复", body="已修好。", version=case.version, by=steward.actor)
        releases.submit(release.id, version=release.version, by=steward.actor)
        approve(release, people["project_manager"].actor)
        approve(release, people["division_leader"].actor)
        db.session.commit()
        for delivery in db.session.scalars(select(Delivery.id)).all():
            deliver(str(delivery))
            deliver(str(delivery))
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(Reply)) == 1
        letters = db.session.scalars(select(Contact).where(Contact.channel == "letter")).all()
        assert [letter.summary for letter in letters] == [f"答复 {release.number} 已送达：答复"]
        assert db.session.get_one(Complaint, case.id).version > 1
