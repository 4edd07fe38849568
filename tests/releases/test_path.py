"""From draft to delivered through the whole chain, and every way back (H1, H2, H3, D8)."""

from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from saas.db import db
from saas.events import timeline
from saas.identity.actor import Forbidden
from saas.policy.loader import pack
from saas.problem import Conflict, Problem
from tenants.releases import actions, queries
from tenants.releases.models import Release
from tests.releases.office import BODY, TITLE, Office, Post


@pytest.mark.rule("H1")
@pytest.mark.rule("H2")
@pytest.mark.rule("D8")
def test_a_reply_goes_from_the_draft_to_the_customer(office: Office, post: Post) -> None:
    release = office.reply()
    assert office.state(release) == "draft"
    approval = office.submit(release)
    assert office.state(release) == "in_review"
    assert office.decide(release, approval, office.manager) == "pending"
    assert office.deliveries(release) == {}
    assert office.decide(release, approval, office.leader) == "approved"
    assert office.state(release) == "delivering"
    assert office.standings(release) == {"email": "waiting", "public_page": "waiting"}
    office.deliver_all(release)
    assert office.standings(release) == {"email": "accepted", "public_page": "accepted"}
    assert office.state(release) == "delivered"
    (envelope,) = post.envelopes
    assert envelope.rcpt_tos == ["wang@example.com"]
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["From"].addresses[0].display_name == "云栖花园管家服务中心"
    text = mail.get_content()
    assert "深表歉意" in text
    assert "林晓燕" not in text + str(mail["From"])
    with office.place.inside():
        found = db.session.get_one(Release, release)
        assert f"/p/{found.token}" in text
        assert found.number.startswith("FB-")
        names = [event.name for event in timeline(found)]
        assert sorted(names) == sorted(
            ["release.drafted", "release.submitted", *["release.decided"] * 2, *["release.attempted"] * 2]
        )
        assert [r.id for r in queries.of_subject("complaints", found.subject_id)] == [release]


@pytest.mark.rule("H2")
@pytest.mark.parametrize(
    ("kind", "flags", "roles"),
    [
        ("notice", [], ["project_manager"]),
        ("reply_letter", [], ["project_manager", "division_leader"]),
        ("reply_letter", ["general_manager"], ["project_manager", "division_leader", "general_manager"]),
        ("online_reply", [], ["project_manager", "division_leader"]),
        ("hotline_change", [], ["general_manager"]),
    ],
)
def test_each_kind_takes_the_chain_of_the_pack(office: Office, kind: str, flags: list[str], roles: list[str]) -> None:
    office.place.staff("周正", "general_manager")
    office.place.staff("品质", "quality")
    with office.place.inside():
        release = actions.draft(kind=kind, title=TITLE, body=BODY, to=[], flags=flags, by=office.steward.actor)
        approval = actions.submit(release.id, version=1, by=office.steward.actor)
        assert [step.role for step in approval.steps] == roles
        assert kind in pack("property").chains


@pytest.mark.rule("H1")
def test_the_database_takes_no_delivery_without_the_full_approval(office: Office) -> None:
    release = office.reply()
    approval = office.submit(release)
    insert = (
        "INSERT INTO deliveries (id, release_id, version, content_hash, recipient_id, channel, approval_id, message_id,"
        " created_at) SELECT gen_random_uuid(), r.release_id, r.version, :hash, r.id, r.channel, :approval,"
        " gen_random_uuid()::text, now() FROM recipients r WHERE r.release_id = :release AND r.channel = 'email'"
    )
    ((own,),) = office.run("SELECT content_hash FROM release_versions WHERE release_id = :r", r=release)
    for hash_ in (own, "0" * 64):
        with pytest.raises(DBAPIError, match="foreign key"):
            office.run(insert, hash=hash_, approval=approval, release=release)
    office.decide(release, approval, office.manager)
    with pytest.raises(DBAPIError, match="foreign key"):
        office.run(insert, hash=own, approval=approval, release=release)
    other, approved = office.reply(), office.approved()
    ((there,),) = office.run("SELECT approval_id FROM deliveries WHERE release_id = :r LIMIT 1", r=approved)
    with pytest.raises(DBAPIError, match="foreign key"):  # the approval of another release, even with the same text
        office.run(insert, hash=own, approval=there, release=other)


@pytest.mark.rule("H3")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_versions SET body = 'x'",
        "DELETE FROM release_versions",
        "UPDATE recipients SET address = 'x'",
        "DELETE FROM deliveries",
        "UPDATE deliveries SET approval_id = approval_id",
        "UPDATE attempts SET number = 2",
        "DELETE FROM attempt_outcomes",
        "UPDATE resolutions SET note = 'x'",
        "UPDATE releases SET author_id = author_id",
        "DELETE FROM releases",
    ],
)
def test_facts_stay_as_they_were_written(office: Office, statement: str) -> None:
    office.approved()
    with pytest.raises(DBAPIError, match="permission denied"):
        office.run(statement)


@pytest.mark.rule("H3")
def test_an_edit_after_a_decision_voids_it_and_keeps_every_version(office: Office) -> None:
    release = office.reply()
    approval = office.submit(release)
    office.decide(release, approval, office.manager)
    to = [actions.To("public_page", "公开页")]
    with office.place.inside():
        actions.edit(release, title=TITLE, body=BODY + "\n谢谢。", to=to, version=1, by=office.steward.actor)
        db.session.commit()
        found = db.session.get_one(Release, release)
        assert (found.state, found.version) == ("draft", 2)
        assert [v.body for v in found.versions] == [BODY, BODY + "\n谢谢。"]
        assert [a.state for a in queries.submissions(found)] == ["voided"]
    with pytest.raises(Conflict):
        office.decide(release, approval, office.leader)
    again = office.submit(release, version=2)
    assert office.decide(release, again, office.manager) == "pending"


@pytest.mark.rule("H3")
def test_an_edit_after_full_approval_voids_it_while_nothing_was_sent(office: Office) -> None:
    with office.place.inside():
        release = actions.draft(kind="notice", title=TITLE, body=BODY, to=[], by=office.steward.actor).id
        db.session.commit()
    approval = office.submit(release)
    assert office.decide(release, approval, office.manager) == "approved"
    assert office.state(release) == "approved"
    with office.place.inside():
        actions.edit(release, title=TITLE, body="改了。" + BODY, to=[], version=1, by=office.steward.actor)
        db.session.commit()
        assert [a.state for a in queries.submissions(db.session.get_one(Release, release))] == ["voided"]


@pytest.mark.rule("H3")
def test_what_is_being_delivered_cannot_be_edited_nor_its_approval_voided(office: Office) -> None:
    release = office.approved()
    with office.place.inside(), pytest.raises(Conflict, match="另发一份"):
        actions.edit(release, title=TITLE, body="改", to=[], version=1, by=office.steward.actor)
    with pytest.raises(DBAPIError, match="foreign key"):
        office.run("UPDATE approvals SET state = 'voided', ended_at = now() WHERE subject_id = :r", r=release)


def test_an_edit_that_changes_nothing_makes_no_version(office: Office) -> None:
    release = office.reply(email="")
    approval = office.submit(release)
    to = [actions.To("public_page", "公开页")]
    with office.place.inside():
        found = actions.edit(release, title=f" {TITLE} ", body=BODY + "\r\n", to=to, version=1, by=office.steward.actor)
        assert (found.version, found.state) == (1, "in_review")
    assert office.decide(release, approval, office.manager) == "pending"


@pytest.mark.rule("H3")
def test_a_changed_recipient_is_a_new_version(office: Office) -> None:
    release = office.reply()
    to = [actions.To("public_page", "公开页"), actions.To("email", "别人", "other@example.com")]
    with office.place.inside():
        assert actions.edit(release, title=TITLE, body=BODY, to=to, version=1, by=office.steward.actor).version == 2


def test_a_return_comes_back_with_its_reason(office: Office) -> None:
    release = office.reply()
    approval = office.submit(release)
    with pytest.raises(Problem, match="退回时"):
        office.decide(release, approval, office.manager, "returned")
    assert office.decide(release, approval, office.manager, "returned", "请写明时长") == "returned"
    assert office.state(release) == "returned"


def test_two_edits_of_one_version_conflict(office: Office) -> None:
    release = office.reply()
    with office.place.inside():
        actions.edit(release, title=TITLE, body="一。" + BODY, to=[], version=1, by=office.steward.actor)
        with pytest.raises(Conflict):
            actions.edit(release, title=TITLE, body="二。" + BODY, to=[], version=1, by=office.steward.actor)


def test_only_the_author_edits_submits_withdraws_and_urges(office: Office) -> None:
    release = office.reply()
    stranger = office.place.staff("赵敏", "steward").actor
    with office.place.inside():
        with pytest.raises(Forbidden, match="林晓燕"):
            actions.edit(release, title=TITLE, body=BODY, to=[], version=1, by=stranger)
        with pytest.raises(Forbidden):
            actions.submit(release, version=1, by=stranger)
    office.submit(release)
    with office.place.inside():
        for verb in (actions.withdraw, actions.urge):
            with pytest.raises(Forbidden):
                verb(release, by=stranger)
        actions.urge(release, by=office.steward.actor)
        with pytest.raises(Conflict, match="今天已经催办"):
            actions.urge(release, by=office.steward.actor)
        assert actions.withdraw(release, by=office.steward.actor).state == "draft"


@pytest.mark.rule("H3")
def test_a_personal_signature_is_not_submitted(office: Office) -> None:
    release = office.reply(body=BODY + "\n您的管家 林晓燕")
    with pytest.raises(Problem, match="云栖花园管家服务中心落款"):
        office.submit(release)


def test_an_identity_number_is_not_submitted(office: Office) -> None:
    release = office.reply(body=BODY + "\n身份证号 330106199001011234。")
    with pytest.raises(Problem, match="身份证号"):
        office.submit(release)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"body": "\n"}, "body"),
        ({"body": "长" * 20_001}, "body"),
        ({"kind": "none"}, "kind"),
        ({"flags": ["x"]}, "flags"),
        ({"kind": "reply_letter", "to": [actions.To("email", "王", "nobody")]}, "emails"),
        ({"to": [actions.To("fax", "王", "1")]}, "channels"),
        ({"to": [actions.To("email", "王", "wang@example.com")]}, "emails"),
        ({"kind": "online_reply", "to": [actions.To("email", "王", "wang@example.com")]}, "emails"),
        ({"kind": "sms"}, "kind"),
        ({"kind": "questionnaire"}, "kind"),
        ({"subject_type": "complaints", "subject_id": uuid4()}, "kind"),
    ],
)
def test_a_bad_draft_is_refused_naming_the_field(office: Office, changed: dict, field: str) -> None:
    values = {"kind": "notice", "title": TITLE, "body": BODY, "to": [], **changed}
    with office.place.inside():
        with pytest.raises(Problem) as refusal:
            actions.draft(**values, by=office.steward.actor)
        assert refusal.value.field == field


def test_who_has_no_writing_role_drafts_nothing(office: Office) -> None:
    outsider = office.place.staff("财务", "finance")
    with pytest.raises(Forbidden):
        office.reply(by=outsider)


def test_a_copy_is_acknowledged_once(office: Office) -> None:
    brand = office.place.staff("品牌", "brand")
    release = office.reply()
    with office.place.inside():
        actions.submit(release, version=1, by=office.steward.actor, copies=[brand.id])
        assert len(queries.register(queries.Wanted(view="copies"), brand.actor, size=20, page=1)[0]) == 1
        actions.acknowledge(release, by=brand.actor)
        with pytest.raises(Conflict):
            actions.acknowledge(release, by=brand.actor)


def test_a_copy_goes_to_somebody_who_is_here(office: Office) -> None:
    brand = office.place.staff("品牌", "brand")
    release = office.reply()
    office.submit(release)
    with office.place.inside():
        with pytest.raises(Problem):
            actions.copy(release, to=[uuid4()], by=office.steward.actor)
        with pytest.raises(Forbidden):
            actions.copy(release, to=[brand.id], by=office.manager.actor)
        actions.copy(release, to=[brand.id], by=office.steward.actor)
        assert [name for _, name in queries.copies(queries.submissions(db.session.get_one(Release, release))[0])] == [
            "品牌"
        ]


def test_an_approval_of_another_release_decides_nothing_here(office: Office) -> None:
    one, two = office.reply(), office.reply()
    office.submit(one)
    approval = office.submit(two)
    with pytest.raises(Conflict):
        office.decide(one, approval, office.manager)


def test_an_unknown_release_is_a_conflict(office: Office) -> None:
    with office.place.inside(), pytest.raises(Conflict):
        actions.withdraw(uuid4(), by=office.steward.actor)


@pytest.mark.rule("H2")
def test_a_mail_does_not_slip_into_a_shorter_chain_later(office: Office) -> None:
    with office.place.inside():
        notice = actions.draft(kind="notice", title=TITLE, body=BODY, to=[], by=office.steward.actor)
        with pytest.raises(Problem, match="通知、通告不能用电子邮件发出"):
            actions.edit(
                notice.id, title=TITLE, body=BODY, to=[actions.To("email", "王", "wang@example.com")], version=1,
                by=office.steward.actor,
            )  # fmt: skip
