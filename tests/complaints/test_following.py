"""What follows an answer: promises from callbacks, plans and checks, letters for many, responsibilities."""

from uuid import UUID, uuid4

import psycopg
import pytest

from saas import clock
from saas.db import db
from saas.policy.evidence import Evidence, Question, counted, told
from saas.policy.loader import pack
from tenants.complaints import actions, states
from tenants.complaints.evidence import EVIDENCE
from tenants.complaints.facts import Callback, Reply
from tenants.complaints.follow_ups.models import FollowUp
from tenants.complaints.models import Complaint
from tenants.obligations.models import Reminder
from tenants.releases.models import Release
from tests.complaints.conftest import Yard, moment
from workers import reminding

RECEIVED = moment("2026-11-10T09:00")
CALLED = {"channel": "on_site", "signed": "y", "satisfaction": "5", "opinion": "修好了"}
RAISED = CALLED | {"satisfaction": "3", "raised_new": "y", "matter": "轿厢灯闪", "promised_on": "2026-11-16"}
CLOSED = {"conclusion": "已彻底检修", "no_reply": "spoken", "no_reply_note": "管家当面告知"}
DONE = moment("2026-11-12T09:00")
CALLING = moment("2026-11-13T09:00")


def ask(yard: Yard, clause: str, at: str = "2026-11-30T12:00") -> Evidence:
    """November, as it stands at a moment."""
    rules = pack("property")
    bound = rules.clauses[clause]
    with clock.at(moment(at)), yard.place.inside():
        asked = Question(bound, rules, moment("2026-11-01T00:00"), moment("2026-12-01T00:00"))
        if bound.target:
            assert counted(EVIDENCE[bound.evidence].query(asked)).whole is not None
        return told(EVIDENCE[bound.evidence].query(asked))


def counts(found: Evidence) -> tuple[int, int, int]:
    return found.met, found.missed, found.open


def handled(yard: Yard, severity: str = "general", **changes: object) -> UUID:
    """A complaint whose work is finished on the 12th."""
    made = yard.register(RECEIVED, **changes)
    yard.accept(made, severity, at=RECEIVED)
    decider = {"general": yard.manager, "important": yard.leader, "major": yard.general}[severity]
    yard.solve(made, decider, at=DONE)
    return made


@pytest.mark.rule("D11")
def test_what_a_callback_raises_is_promised_answered_and_called_back_again(
    yard: Yard, admin: psycopg.Connection
) -> None:
    case = handled(yard)
    for lacking in ({"matter": " "}, {"promised_on": ""}, {"promised_on": "2026-11-12"}):
        refused = yard.post(yard.steward, case, "callbacks", CALLING, **RAISED | lacking)
        assert refused.status_code == 422
        assert next(iter(lacking)) in refused.text
    assert yard.post(yard.steward, case, "callbacks", CALLING, **RAISED).status_code == 303
    assert counts(ask(yard, "callback-new-matter")) == (1, 0, 0)
    assert counts(ask(yard, "matters-answered")) == (0, 0, 1)
    with clock.at(moment("2026-11-16T09:00")):
        assert "答复回访中的问题：轿厢灯闪" in yard.steward.get("").text
        assert "答复回访中的问题" in yard.supervisor.get("").text
        assert "答复回访中的问题" not in yard.colleague.get("").text
    for at, what in (("2026-11-16T09:00", "warn"), ("2026-11-17T00:00", "late")):
        with clock.at(moment(at)), yard.place.inside():
            reminding.promise_due(str(case), "1", what)
            reminding.promise_due(str(case), "1", what)
            db.session.commit()
    with yard.place.inside():
        told_of = db.session.query(Reminder).filter_by(stage="follow_up").all()
        assert sorted((each.kind, each.staff_id == yard.steward.id) for each in told_of) == [
            ("late", False), ("late", True), ("warn", True),
        ]  # fmt: skip
    stopped = yard.post(yard.supervisor, case, "closure", moment("2026-11-16T10:00"), **CLOSED)
    assert stopped.status_code == 422
    assert "答复回访中提出的问题（答应 11-16 答复）" in stopped.text
    with pytest.raises(psycopg.errors.CheckViolation):
        admin.execute(
            f"INSERT INTO {yard.place.schema}.complaint_closures (complaint_id, nth, conclusion, closed_at, closed_by,"
            " closed_by_name) VALUES (%s, 1, 'x', now(), %s, 'x')",
            [case, yard.supervisor.id],
        )
    said = {"nth": "1", "text": "已更换灯管"}
    assert yard.post(yard.engineer, case, "matter", DONE, **said).status_code == 403
    at = moment("2026-11-16T11:00")
    key = str(uuid4())
    answered = [yard.post(yard.steward, case, "matter", at, key=key, **said).status_code for _ in range(2)]
    assert answered == [303, 303]
    assert yard.post(yard.steward, case, "matter", at, **said).status_code == 409
    again = yard.post(yard.supervisor, case, "closure", at, **CLOSED)
    assert "再次回访" in again.text
    phone = {"channel": "phone", "satisfaction": "5", "opinion": "满意"}
    assert yard.post(yard.steward, case, "callbacks", at, **phone).status_code == 303
    assert yard.post(yard.supervisor, case, "closure", at, **CLOSED).status_code == 303
    assert counts(ask(yard, "matters-answered")) == (1, 0, 0)
    shown = yard.steward.get(f"complaints/{case}").text
    assert "答应 11-16 答复" in shown
    assert "已更换灯管" in shown
    with yard.place.inside():
        reminding.promise_due(str(case), "1", "late")
        assert db.session.query(FollowUp).count() == 1


@pytest.mark.rule("D17")
def test_callbacks_are_arranged_and_each_of_a_steward_is_checked_by_another(
    yard: Yard, admin: psycopg.Connection
) -> None:
    case, grave = handled(yard), handled(yard, "important")
    with clock.at(moment("2026-11-12T12:00")):
        page = yard.supervisor.get("complaints/callbacks").text
        assert page.count("未安排") == 2
        assert "安排回访：2 件" in yard.supervisor.get("").text
        assert yard.steward.get("complaints/callbacks").status_code == 403
    plan = {"caller_id": str(yard.colleague.id), "planned_for": "2026-11-13T10:00"}
    at = moment("2026-11-12T12:00")
    assert yard.post(yard.steward, case, "arrangement", at, **plan).status_code == 403
    for wrong, words in (
        ({"planned_for": "2026-11-11T10:00"}, "现在以后"), ({"planned_for": "2026-11-29T10:00"}, "请提前"),
        ({"caller_id": str(yard.engineer.id)}, "从列表里选择"),
    ):  # fmt: skip
        refused = yard.post(yard.supervisor, case, "arrangement", at, **plan | wrong)
        assert refused.status_code == 422
        assert words in refused.text
    assert yard.post(yard.supervisor, case, "arrangement", at, **plan).status_code == 303
    refused = yard.post(yard.supervisor, grave, "arrangement", at, **plan)
    assert refused.status_code == 422
    with clock.at(at):
        assert "安排回访：1 件" in yard.supervisor.get("").text
        assert "周敏安排于 11-13 10:00" in yard.colleague.get("").text
        with yard.place.inside():
            reminding.callback_planned(str(case), "1")
            db.session.commit()
            (told_of,) = db.session.query(Reminder).filter_by(stage="callback_plan").all()
            assert told_of.staff_id == yard.colleague.id
    assert yard.post(yard.colleague, case, "callbacks", CALLING, **CALLED).status_code == 303
    assert yard.post(yard.supervisor, grave, "callbacks", CALLING, **CALLED).status_code == 303
    assert counts(ask(yard, "callback-checks")) == (0, 0, 1), "the supervisor's own needs no check"
    assert yard.post(yard.supervisor, case, "closure", CALLING, **CLOSED).status_code == 303
    signed = {"nth": "1", "passed": "yes", "opinion": "记录完整，客户满意"}
    assert yard.post(yard.steward, case, "check", CALLING, **signed).status_code == 403
    assert yard.post(yard.supervisor, case, "check", CALLING, **signed | {"opinion": ""}).status_code == 422
    assert yard.post(yard.supervisor, case, "check", CALLING, **signed).status_code == 303
    assert yard.post(yard.supervisor, case, "check", CALLING, **signed).status_code == 409
    assert counts(ask(yard, "callback-checks")) == (1, 0, 0)
    own = yard.post(yard.supervisor, grave, "check", CALLING, **signed)
    assert own.status_code == 403
    assert "本人做的" in own.text
    with pytest.raises(psycopg.errors.CheckViolation):
        admin.execute(
            f"INSERT INTO {yard.place.schema}.callback_checks VALUES (%s, 1, true, 'x', now(), %s, 'x')",
            [grave, yard.supervisor.id],
        )


def published(yard: Yard, title: str) -> UUID:
    """A public letter that is out."""
    key = uuid4()
    with yard.place.inside():
        letter = Release(
            id=key, number=f"XF-{key.hex[:8]}", kind="notice", subject_type=None, subject_id=None, title=title,
            version=1, state="published", author_id=yard.manager.id, author_name="陈志远", token=key.hex,
            created_at=RECEIVED, changed_at=RECEIVED,
        )  # fmt: skip
        db.session.add(letter)
        db.session.commit()
    return key


@pytest.mark.rule("D12")
def test_one_public_letter_answers_many_and_takes_the_place_of_their_callbacks(yard: Yard) -> None:
    first, second, other, alone = handled(yard), handled(yard), yard.register(RECEIVED), handled(yard)
    major = handled(yard, "major")
    letter = published(yard, "关于电梯停运的公开信")
    known = {"kind": "public_letter", "release_id": str(letter), "reason": "同一部电梯，十一户反映"}
    at = moment("2026-11-13T12:00")
    offered = yard.supervisor.get(f"complaints/{first}/exemption").text
    assert str(second) in offered
    assert str(other) not in offered
    assert yard.post(yard.steward, first, "exemption", at, **known).status_code == 403
    refused = yard.post(yard.supervisor, major, "exemption", at, **known)
    assert (refused.status_code, "必须回访" in refused.text) == (422, True)
    wrong = yard.post(yard.supervisor, first, "exemption", at, **known | {"release_id": str(uuid4())})
    assert wrong.status_code == 422
    only = yard.post(yard.supervisor, first, "exemption", at, **known | {"kind": "reply_only"})
    assert (only.status_code, "还没有送达" in only.text) == (422, True)
    taken = yard.post(yard.supervisor, first, "exemption", at, **known, others=str(second))
    assert taken.status_code == 303
    with yard.place.inside():
        for each in (first, second):
            case = db.session.get_one(Complaint, each)
            assert case.state == states.REPLIED
            assert db.session.get(Reply, (each, letter)) is not None
            assert not [stage for stage in case.stages if stage.stage == "callback" and stage.running]
        assert db.session.query(Callback).count() == 0
    assert yard.post(yard.supervisor, second, "exemption", at, **known).status_code == 409
    with yard.place.inside():
        actions.reply_delivered(alone, letter, by=yard.supervisor.actor)
        db.session.commit()
    asked_only = known | {"kind": "reply_only", "reason": "客户只要求复函"}
    assert yard.post(yard.supervisor, alone, "exemption", at, **asked_only).status_code == 303
    assert counts(ask(yard, "callback-exempt")) == (3, 0, 0)
    assert counts(ask(yard, "complaint-callback-quota")) == (0, 1, 0), "the exempt ones count in no share"
    assert yard.post(yard.supervisor, second, "closure", at, conclusion="已用公开信答复").status_code == 303


@pytest.mark.rule("D15")
def test_a_delay_is_somebodys_and_is_suggested_until_it_is_recorded(yard: Yard) -> None:
    kept, case = handled(yard), yard.register(RECEIVED)
    yard.accept(case, at=moment("2026-11-10T15:00"))
    yard.solve(case, at=DONE)
    at = moment("2026-11-13T09:00")
    with clock.at(at):
        assert "按规程应认定责任" in yard.manager.get(f"complaints/{case}").text
    assert yard.post(yard.steward, case, "callbacks", at, **CALLED).status_code == 303
    assert case in {each.where["id"] for each in ask(yard, "delay-responsibility").records if each.verdict == "open"}
    assert yard.post(yard.supervisor, case, "closure", at, **CLOSED).status_code == 303
    assert case in {each.where["id"] for each in ask(yard, "delay-responsibility").records if each.verdict == "missed"}
    named = {
        "kind": "delay", "person_id": str(yard.steward.id), "finding": "收到后六小时才回应", "measure": "提醒谈话",
    }  # fmt: skip
    assert yard.post(yard.supervisor, case, "responsibility", at, **named).status_code == 403
    assert yard.post(yard.manager, case, "responsibility", at, **named | {"finding": ""}).status_code == 422
    himself = yard.post(yard.manager, case, "responsibility", at, **named | {"person_id": str(yard.manager.id)})
    assert himself.status_code == 422
    assert yard.post(yard.manager, case, "responsibility", at, **named).status_code == 303
    shown = yard.manager.get(f"complaints/{case}").text
    assert "责任认定：林晓燕" in shown
    assert "首次回应" in shown
    assert case in {each.where["id"] for each in ask(yard, "delay-responsibility").records if each.verdict == "met"}
    in_time = yard.register(moment("2026-11-13T08:50"))
    none = yard.post(yard.manager, in_time, "responsibility", at, **named)
    assert (none.status_code, "没有逾期的时限" in none.text) == (422, True)
    assert kept
