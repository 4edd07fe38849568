"""From the first response to closure: who may, who may not, what comes first, what cannot be done twice."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.approvals import queries as approvals
from saas.db import db
from saas.events import Event
from saas.identity.actor import Actor, Forbidden
from saas.problem import Conflict
from saas.tenancy.staff import Delegation
from tenants.complaints import actions, states
from tenants.complaints.facts import Assignment, Callback, Closure, Response, Solution
from tenants.complaints.models import Complaint
from tenants.releases import actions as releases
from tenants.releases import queries as letters
from tenants.releases.models import Release
from tests.complaints.conftest import Yard
from tests.repairs.workshop import stroke
from tests.world import Person

CALLED = {"channel": "on_site", "signed": "y", "satisfaction": "5", "opinion": "修好了"}
RAISED = {"raised_new": "y", "matter": "轿厢仍有异响", "promised_on": f"{clock.local(clock.now()):%Y-%m-%d}"}
CLOSED = {"conclusion": "已彻底检修", "no_reply": "spoken", "no_reply_note": "管家当面告知"}
RULED = {"accepted": "yes", "established": "yes", "category": "facilities", "severity": "general", "reason": "属实"}
SAID = {"kind": "first", "channel": "phone", "text": "已致电"}


def deliver(yard: Yard, complaint: UUID) -> None:
    """What the delivery worker says when the approved reply arrived."""
    with yard.place.inside():
        actions.reply_delivered(complaint, uuid4(), by=Actor.system(yard.place.schema))
        db.session.commit()


def replies(yard: Yard, complaint: UUID) -> list[UUID]:
    """The letters written about a complaint, newest first."""
    with yard.place.inside():
        return [release.id for release in letters.of_subject("complaints", complaint)]


def submit(yard: Yard, release: UUID, by: Person | None = None) -> None:
    """Send a letter on its way through the chain."""
    with yard.place.inside():
        version = db.session.get_one(Release, release).version
        releases.submit(release, version=version, by=(by or yard.steward).actor)
        db.session.commit()


def state(yard: Yard, complaint: UUID) -> str:
    with yard.place.inside():
        return db.session.get_one(Complaint, complaint).state


@pytest.mark.rule("D1")
@pytest.mark.rule("D8")
def test_the_whole_way(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert state(yard, complaint) == states.HANDLING
    yard.solve(complaint)
    assert state(yard, complaint) == states.HANDLED
    drafted = yard.post(yard.colleague, complaint, "reply", title="关于电梯的答复", body="已更换门机皮带。")
    assert drafted.status_code == 303
    deliver(yard, complaint)
    assert state(yard, complaint) == states.REPLIED
    assert yard.post(yard.steward, complaint, "callbacks", **CALLED).status_code == 303
    assert yard.post(yard.supervisor, complaint, "closure", conclusion="已彻底检修").status_code == 303
    shown = yard.steward.get(f"complaints/{complaint}").text
    for each in (
        "已办结",
        "电话回应",
        "受理，投诉成立，一般",
        "客服部 林晓燕",
        "更换门机皮带",
        "同意方案",
        "起草答复",
        "答复送达",
        "上门回访，非常满意",
    ):
        assert each in shown
    assert yard.post(yard.supervisor, complaint, "judgement", **RULED).status_code == 409
    with yard.place.inside():
        names = set(db.session.scalars(select(Event.name).where(Event.subject_id == complaint)))
    assert {"complaint.registered", "complaint.closed", "complaint.replied", "complaint.called_back"} <= names


@pytest.mark.parametrize(
    ("who", "verb", "fields"),
    [
        ("leader", "responses", SAID),
        ("steward", "judgement", RULED),
        ("engineer", "assignment", {"department": "engineering", "handler_id": ""}),
        ("leader", "solutions", {"text": "方案"}),
        ("steward", "closure", CLOSED),
    ],
)
def test_other_roles_are_refused(yard: Yard, who: str, verb: str, fields: dict[str, str]) -> None:
    complaint = yard.register()
    if verb == "assignment":
        fields = {**fields, "handler_id": str(yard.steward.id)}
    answer = yard.post(getattr(yard, who), complaint, verb, **fields)
    assert answer.status_code == 403
    assert "没有这项权限" in answer.text


@pytest.mark.rule("D4")
def test_whoever_is_complained_about_takes_no_part(yard: Yard) -> None:
    complaint = yard.register(complained_about=yard.steward.id)
    assert "被投诉人" in yard.steward.get(f"complaints/{complaint}").text
    said = yard.post(yard.steward, complaint, "responses", **SAID)
    assert said.status_code == 403
    assert "应回避" in said.text
    given = yard.post(
        yard.supervisor, complaint, "assignment", department="customer_service", handler_id=str(yard.steward.id)
    )
    assert given.status_code == 422
    assert yard.steward.post(f"complaints/{complaint}/reveals").status_code == 403
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 403
    assert yard.post(yard.steward, complaint, "callbacks", **CALLED).status_code == 403
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.mark.rule("D4")
def test_the_handler_cannot_become_the_one_complained_about(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    answer = yard.post(yard.supervisor, complaint, "judgement", **RULED, complained_about=str(yard.steward.id))
    assert answer.status_code == 422
    with yard.place.inside():
        db.session.get_one(Complaint, complaint).complained_about = yard.steward.id
        with pytest.raises(DBAPIError, match="check"):
            db.session.flush()


@pytest.mark.rule("D4")
def test_the_one_complained_about_does_not_approve_the_solution(yard: Yard) -> None:
    complaint = yard.register(complained_about=yard.manager.id)
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    refused = yard.decide(yard.manager, complaint, 1)
    assert refused.status_code == 403
    assert yard.manager.get(f"complaints/{complaint}/solutions/1/decision").status_code == 403
    assert yard.manager.post(f"complaints/{complaint}/sheet").status_code == 403
    card = yard.manager.get(f"complaints/{complaint}").text
    assert "/decision" not in card
    assert "生成 PDF" not in card
    assert yard.decide(yard.leader, complaint, 1).status_code == 303  # the next level up was asked


@pytest.mark.rule("D4")
def test_the_one_complained_about_has_no_part_in_the_reply(yard: Yard) -> None:
    complaint = yard.register(complained_about=yard.manager.id)
    letter = {"title": "关于门卫的答复", "body": "已批评教育。"}
    assert yard.post(yard.steward, complaint, "reply", **letter).status_code == 303
    release = replies(yard, complaint)[0]
    submit(yard, release)
    with yard.place.inside():
        (approval,) = approvals.of_subject("releases", release)
        assert [step.role for step in approval.steps] == ["division_leader", "general_manager"]
        assert not approvals.waiting_for(yard.manager.actor)
        with pytest.raises(Forbidden, match="应回避"):
            releases.decide(
                release, approval_id=approval.id, verdict="approved", reason="", version=1,
                content_hash=approval.content_hash, by=yard.manager.actor,
            )  # fmt: skip


@pytest.mark.rule("D4")
def test_who_is_accused_later_loses_every_part(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    assert yard.post(yard.colleague, complaint, "reply", title="答复", body="已处理。").status_code == 303
    release = replies(yard, complaint)[0]
    submit(yard, release, yard.colleague)
    assert yard.decide(yard.manager, complaint, 1).status_code == 303
    ruled = {**RULED, "complained_about": str(yard.manager.id)}
    assert yard.post(yard.supervisor, complaint, "judgement", **ruled).status_code == 303
    assert yard.post(yard.steward, complaint, "handling", result="做完了").status_code == 409
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    with yard.place.inside():
        assert not approvals.waiting_for(yard.manager.actor)
        assert db.session.get_one(Release, release).state == "draft"
    submit(yard, release, yard.colleague)
    with yard.place.inside():
        assert not approvals.waiting_for(yard.manager.actor)
        assert len(approvals.waiting_for(yard.leader.actor)) == 2
    accused = {**RULED, "complained_about": str(yard.colleague.id)}
    assert yard.post(yard.supervisor, complaint, "judgement", **accused).status_code == 303
    with pytest.raises(Forbidden, match="应回避"):
        submit(yard, release, yard.colleague)


@pytest.mark.rule("D4")
def test_nobody_in_particular_can_be_complained_about_after_all(yard: Yard) -> None:
    complaint = yard.register(complained_about=yard.manager.id)
    assert yard.post(yard.supervisor, complaint, "judgement", **RULED).status_code == 303
    with yard.place.inside():
        assert db.session.get_one(Complaint, complaint).complained_about == yard.manager.id  # the form was not asked
    assert yard.post(yard.supervisor, complaint, "judgement", **RULED, complained_about="").status_code == 303
    with yard.place.inside():
        assert db.session.get_one(Complaint, complaint).complained_about is None


@pytest.mark.rule("D7")
def test_a_graver_complaint_needs_the_eyes_of_the_graver_role(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    assert yard.decide(yard.manager, complaint, 1).status_code == 303
    assert yard.post(yard.supervisor, complaint, "judgement", **RULED).status_code == 303  # the same severity
    ruled = {**RULED, "severity": "major", "reason": "有人受伤", "ground": "impact"}
    assert yard.post(yard.supervisor, complaint, "judgement", **ruled).status_code == 303
    assert yard.post(yard.steward, complaint, "handling", result="做完了").status_code == 409
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    assert yard.decide(yard.manager, complaint, 2).status_code == 403
    assert yard.decide(yard.general, complaint, 2).status_code == 303
    assert yard.post(yard.steward, complaint, "handling", result="做完了").status_code == 303


def test_a_decision_is_opened_by_readers_and_by_those_who_stand_for_a_holder(yard: Yard) -> None:
    clerk, deputy = yard.place.staff("财务", "finance"), yard.place.staff("代理", "finance")
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    with yard.place.inside():
        today = clock.local(clock.now()).date()
        db.session.add(
            Delegation(
                from_id=yard.manager.id, to_id=deputy.id, role="project_manager", starts_on=today, ends_on=today,
                reason="出差", created_at=clock.now(),
            )
        )  # fmt: skip
        db.session.commit()
    path = f"complaints/{complaint}/solutions/1/decision"
    assert [who.get(path).status_code for who in (clerk, deputy, yard.colleague)] == [403, 200, 200]
    assert yard.decide(clerk, complaint, 1).status_code == 403
    assert yard.decide(deputy, complaint, 1).status_code == 303


@pytest.mark.rule("D7")
def test_closing_ends_what_nobody_can_decide_any_more(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.solve(complaint)
    assert yard.post(yard.steward, complaint, "pauses", reason="等待客户").status_code == 303
    assert yard.post(yard.supervisor, complaint, "closure", **CLOSED).status_code == 303
    with yard.place.inside():
        assert not approvals.waiting_for(yard.manager.actor)
        states_now = {a.kind: a.state for a in approvals.of_subject("complaints", complaint)}
    assert states_now == {"complaint_pause": "voided", "complaint_solution": "approved"}


@pytest.mark.rule("D8")
def test_the_handling_department_does_not_reply(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    given = {"department": "engineering", "handler_id": str(yard.engineer.id)}
    assert yard.post(yard.supervisor, complaint, "assignment", **given).status_code == 303
    letter = {"title": "答复", "body": "修好了"}
    assert yard.post(yard.engineer, complaint, "reply", **letter).status_code == 403
    given = {"department": "engineering", "handler_id": str(yard.colleague.id)}
    assert yard.post(yard.supervisor, complaint, "assignment", **given).status_code == 303
    refused = yard.post(yard.colleague, complaint, "reply", **letter)
    assert refused.status_code == 403
    assert "处理部门的经办人不能自己答复" in refused.text
    assert yard.post(yard.steward, complaint, "reply", **letter).status_code == 303


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("severity", "decider"), [("general", "manager"), ("important", "leader"), ("major", "general")]
)
def test_the_severity_says_who_sees_the_solution(yard: Yard, severity: str, decider: str) -> None:
    complaint = yard.register()
    yard.accept(complaint, severity)
    assert yard.post(yard.steward, complaint, "solutions", text="方案").status_code == 303
    for who in {"manager", "leader", "general"} - {decider}:
        assert yard.decide(getattr(yard, who), complaint, 1).status_code == 403
    assert yard.decide(yard.steward, complaint, 1).status_code == 403
    assert yard.decide(getattr(yard, decider), complaint, 1).status_code == 303


def test_a_returned_solution_needs_a_reason_and_a_new_version(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.post(yard.steward, complaint, "solutions", text="方案一")
    assert yard.decide(yard.manager, complaint, 1, verdict="returned").status_code == 422
    assert yard.decide(yard.manager, complaint, 1, verdict="returned", reason="写明完成时间").status_code == 303
    assert "写明完成时间" in yard.steward.get(f"complaints/{complaint}").text
    early = yard.post(yard.steward, complaint, "handling", result="修好了", handled_at="2026-11-19T10:00")
    assert early.status_code in (409, 422)
    assert yard.post(yard.steward, complaint, "solutions", text="方案二").status_code == 303
    assert yard.decide(yard.manager, complaint, 2, hashed="0" * 64).status_code == 409
    assert yard.decide(yard.manager, complaint, 2).status_code == 303
    with yard.place.inside():
        assert db.session.scalars(select(Solution.text).order_by(Solution.nth)).all() == ["方案一", "方案二"]


def test_a_second_solution_waits_for_the_first(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "solutions", text="方案一").status_code == 303
    assert yard.post(yard.steward, complaint, "solutions", text="方案二").status_code == 409


def test_a_stale_form_is_shown_again_with_who_was_faster(yard: Yard) -> None:
    complaint = yard.register()
    old = str(yard.version(complaint))
    assert yard.post(yard.steward, complaint, "responses", **SAID).status_code == 303
    answer = yard.post(yard.supervisor, complaint, "judgement", **{**RULED, "reason": "这句话要留着"}, version=old)
    assert answer.status_code == 409
    for words in ("林晓燕", "改过这份内容", "这句话要留着", "用我的覆盖"):
        assert words in answer.text
    again = {**RULED, "version": old, "overwrite": str(yard.version(complaint))}
    assert yard.post(yard.supervisor, complaint, "judgement", **again).status_code == 303


def test_two_people_at_once_have_one_effect(yard: Yard) -> None:
    complaint = yard.register()
    version = str(yard.version(complaint))
    given = {"department": "customer_service", "handler_id": str(yard.steward.id), "version": version}
    yard.post(yard.supervisor, complaint, "assignment", department="", handler_id="")  # fetches the CSRF token once

    def send(_: int) -> int:
        return yard.supervisor.post(f"complaints/{complaint}/assignment", given).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(send, range(12)))
    assert codes == [303] + [409] * 11
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Assignment)) == 1


def test_twenty_posts_of_one_form_respond_once(yard: Yard) -> None:
    complaint, key = yard.register(), str(uuid4())
    data = {**SAID, "version": str(yard.version(complaint)), "key": key}
    yard.post(yard.steward, complaint, "responses", kind="first")  # fetches the CSRF token once

    def send(_: int) -> int:
        return yard.steward.post(f"complaints/{complaint}/responses", data).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(20))) == {303}
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Response).where(Response.kind == "first")) == 1


@pytest.mark.rule("D10")
@pytest.mark.parametrize(
    ("severity", "decider", "refused", "allowed"),
    [
        ("general", "manager", "engineer", "steward"),
        ("important", "leader", "steward", "supervisor"),
        ("major", "general", "manager", "general"),
    ],
)
def test_the_severity_says_who_calls_back(yard: Yard, severity: str, decider: str, refused: str, allowed: str) -> None:
    complaint = yard.register()
    yard.accept(complaint, severity)
    yard.solve(complaint, getattr(yard, decider))
    assert yard.post(getattr(yard, refused), complaint, "callbacks", **CALLED).status_code == 403
    assert yard.post(getattr(yard, allowed), complaint, "callbacks", **CALLED).status_code == 303


@pytest.mark.rule("D10")
def test_the_first_callback_is_on_site_and_signed_later_ones_may_be_by_phone(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.solve(complaint)
    phone = {"channel": "phone", "satisfaction": "2", "opinion": "还有异响", **RAISED}
    assert yard.post(yard.steward, complaint, "callbacks", **phone).status_code == 422
    for drawing, said in (
        ("", "上门回访须由客户签名"), ("data:image/png;base64,AAAA", "签名没有传完整"),
        (stroke(drawn=False), "请客户在框内签名"),
    ):  # fmt: skip
        unsigned = yard.post(yard.steward, complaint, "callbacks", **{**CALLED, "signed": "", "signature": drawing})
        assert said in unsigned.text
    assert yard.post(yard.steward, complaint, "callbacks", **CALLED, **RAISED).status_code == 303
    assert yard.post(yard.steward, complaint, "callbacks", **phone).status_code == 303
    assert "电话回访，不满意" in yard.steward.get(f"complaints/{complaint}").text
    with yard.place.inside():
        assert db.session.scalars(select(Callback.channel).order_by(Callback.nth)).all() == ["on_site", "phone"]


@pytest.mark.rule("D10")
def test_what_the_customer_draws_on_the_phone_is_kept_with_the_case(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.solve(complaint)
    drawn = {**CALLED, "signed": "", "signature": stroke()}
    assert yard.post(yard.steward, complaint, "callbacks", **drawn).status_code == 303
    assert "第 1 次回访，客户签名" in yard.steward.get(f"complaints/{complaint}").text
    with yard.place.inside():
        assert db.session.scalars(select(Callback.signed)).one()
    again = yard.post(yard.steward, complaint, "callbacks", **drawn)
    assert again.status_code == 422
    assert "这个签名已经用过" in again.text, "each callback is signed anew"


@pytest.mark.rule("D10")
def test_a_major_complaint_is_always_called_back_on_site(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint, "major")
    yard.solve(complaint, yard.general)
    assert yard.post(yard.general, complaint, "callbacks", **CALLED).status_code == 303
    again = {"channel": "phone", "satisfaction": "5", "opinion": "好"}
    assert yard.post(yard.general, complaint, "callbacks", **again).status_code == 422


def test_a_callback_waits_for_the_work_to_be_finished(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "callbacks", **CALLED).status_code == 409


def test_closing_says_what_is_missing(yard: Yard) -> None:
    complaint = yard.register()
    answer = yard.post(yard.supervisor, complaint, "closure", conclusion="结案")
    assert answer.status_code == 422
    for words in ("首次回应", "判定", "处理完毕", "送达的答复"):
        assert words in answer.text
    yard.accept(complaint, "important")
    yard.solve(complaint, yard.leader)
    answer = yard.post(yard.supervisor, complaint, "closure", **CLOSED)
    assert answer.status_code == 422
    assert "回访（重要投诉须全部回访）" in answer.text
    assert yard.post(yard.supervisor, complaint, "callbacks", **CALLED, **RAISED).status_code == 303
    assert "再次回访" in yard.post(yard.supervisor, complaint, "closure", **CLOSED).text
    assert yard.post(yard.supervisor, complaint, "matter", nth="1", text="已排除异响").status_code == 303
    assert yard.post(yard.supervisor, complaint, "callbacks", **CALLED).status_code == 303
    assert "批准的调查报告" in yard.post(yard.supervisor, complaint, "closure", **CLOSED).text
    yard.investigate(complaint)
    assert yard.post(yard.supervisor, complaint, "closure", **CLOSED).status_code == 303


def test_no_reply_needs_a_true_reason(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    yard.solve(complaint)
    assert "应当答复" in yard.post(yard.supervisor, complaint, "closure", **{**CLOSED, "no_reply": "anonymous"}).text
    assert "写明何时" in yard.post(yard.supervisor, complaint, "closure", **{**CLOSED, "no_reply_note": ""}).text
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Closure)) == 0


@pytest.mark.rule("D1")
def test_an_anonymous_complaint_closes_without_reply_or_callback(yard: Yard) -> None:
    complaint = yard.register(customer_id=None, anonymous=True)
    yard.accept(complaint, "important")
    yard.solve(complaint, yard.leader)
    yard.investigate(complaint)
    assert yard.post(yard.steward, complaint, "reply", title="答复", body="文").status_code == 422
    closed = yard.post(yard.supervisor, complaint, "closure", conclusion="已处理", no_reply="anonymous")
    assert closed.status_code == 303


@pytest.mark.rule("D3")
def test_a_declined_complaint_is_answered_and_closed(yard: Yard) -> None:
    complaint = yard.register()
    yard.post(yard.steward, complaint, "responses", **SAID)
    ruled = {**RULED, "accepted": "no", "established": "no", "reason": "不属物业管理范围"}
    assert yard.post(yard.steward, complaint, "judgement", **ruled).status_code == 403, "the supervisor rules"
    assert yard.post(yard.supervisor, complaint, "judgement", **ruled | {"reason": " "}).status_code == 422
    assert yard.post(yard.supervisor, complaint, "judgement", **ruled).status_code == 303
    assert state(yard, complaint) == states.DECLINED
    assert "送达的答复" in yard.post(yard.supervisor, complaint, "closure", conclusion="不受理").text
    deliver(yard, complaint)
    assert yard.post(yard.supervisor, complaint, "closure", conclusion="不受理，已答复").status_code == 303


def test_a_declined_complaint_can_be_accepted_after_all(yard: Yard) -> None:
    complaint = yard.register()
    yard.post(yard.supervisor, complaint, "judgement", **{**RULED, "accepted": "no"})
    assert yard.post(yard.supervisor, complaint, "judgement", **RULED).status_code == 303
    assert state(yard, complaint) == states.ACCEPTED


def test_a_delivery_told_twice_is_one_fact(yard: Yard) -> None:
    complaint, release = yard.register(), uuid4()
    for _ in range(2):
        with yard.place.inside():
            actions.reply_delivered(complaint, release, by=Actor.system())
            db.session.commit()
    with yard.place.inside():
        told = select(func.count()).select_from(Event).where(Event.name == "complaint.replied")
        assert db.session.scalar(told) == 1


def test_moves_that_the_table_does_not_know_are_refused(yard: Yard) -> None:
    with yard.place.inside():
        complaint = Complaint(state=states.REGISTERED)
        with pytest.raises(Conflict, match="待受理"):
            states.move(complaint, states.HANDLED)


@pytest.mark.parametrize("table", ["responses", "judgements", "assignments", "solutions", "callbacks", "closures"])
def test_facts_cannot_be_changed_or_removed(yard: Yard, table: str) -> None:
    for statement in (f"DELETE FROM complaint_{table}", f"UPDATE complaint_{table} SET complaint_id = complaint_id"):
        with yard.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text(statement))


def test_the_handling_form_is_asked_for_once(yard: Yard) -> None:
    complaint = yard.register()
    first = yard.steward.post(f"complaints/{complaint}/sheet")
    assert first.status_code == 303
    assert yard.steward.get(first.headers["Location"]).status_code == 200
    assert yard.steward.post(f"complaints/{complaint}/sheet").headers["Location"] == first.headers["Location"]
    assert "生成投诉处理单" in yard.steward.get(f"complaints/{complaint}").text


def test_the_household_remembers_its_complaints(yard: Yard) -> None:
    complaint = yard.register()
    assert f"/complaints/{complaint}" in yard.steward.get(f"customers/{yard.unit}").text


@pytest.mark.parametrize("verb", ["responses", "judgement", "assignment", "pauses", "reply"])
def test_every_form_has_a_page_and_a_fragment(yard: Yard, verb: str) -> None:
    complaint = yard.register()
    ruled = {**RULED, "reason": "先受理"}
    if verb == "reply":
        yard.post(yard.supervisor, complaint, "judgement", **ruled)
    page = yard.supervisor.get(f"complaints/{complaint}/{verb}")
    assert page.status_code == 200
    assert 'name="version"' in page.text
    part = yard.supervisor.part(f"complaints/{complaint}/{verb}")
    assert part.text.lstrip().startswith("<form")


def test_a_form_that_is_not_due_leads_back(yard: Yard) -> None:
    complaint = yard.register()
    for verb in ("solutions", "handling", "callbacks", "closure"):
        assert yard.steward.get(f"complaints/{complaint}/{verb}").status_code == 303
    assert yard.steward.get(f"complaints/{uuid4()}").status_code == 404
    assert yard.steward.get(f"complaints/{uuid4()}/closure").status_code == 404
    assert yard.steward.get(f"complaints/{complaint}/nonsense").status_code == 404


@pytest.mark.parametrize("verb", ["responses", "judgement", "assignment", "pauses", "reply", "closure", "callbacks"])
@pytest.mark.parametrize("fill", ["", "\x00", "<script>alert(1)</script>"])
def test_nonsense_in_a_form_is_told_never_an_error(yard: Yard, verb: str, fill: str) -> None:
    complaint = yard.register()
    names = (
        "kind", "channel", "text", "accepted", "established", "category", "severity", "reason", "department",
        "handler_id", "note", "title", "body", "conclusion", "no_reply", "satisfaction", "opinion", "complained_about",
    )  # fmt: skip
    data, path = dict.fromkeys(names, fill), f"complaints/{complaint}/{verb}"
    codes = {yard.supervisor.post(path, {**data, "version": version}).status_code for version in ("1", "x")}
    assert codes <= {303, 409, 422}
    assert "<script>alert" not in yard.supervisor.get(f"complaints/{complaint}").text


@pytest.mark.rule("D4")
def test_a_letter_under_way_is_held_when_its_author_is_accused(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.colleague, complaint, "reply", title="关于电梯的答复", body="已处理。").status_code == 303
    release = replies(yard, complaint)[0]
    submit(yard, release, yard.colleague)
    for person in (yard.manager, yard.leader):
        with yard.place.inside():
            seen = letters.submissions(db.session.get_one(Release, release))[0]
            shown = {"version": seen.version, "content_hash": seen.content_hash, "approval_id": seen.id}
            releases.decide(release, verdict="approved", reason="", by=person.actor, **shown)
            db.session.commit()
    accused = {**RULED, "complained_about": str(yard.colleague.id)}
    assert yard.post(yard.supervisor, complaint, "judgement", **accused).status_code == 303
    card = yard.supervisor.get(f"complaints/{complaint}").text
    assert "已暂缓" in card
    assert "决定是否发出" in card
    assert "决定是否发出" not in yard.colleague.get(f"complaints/{complaint}").text
    form = {"verdict": "stop", "hold_reason": "由他人另写"}
    assert yard.supervisor.post(f"releases/{release}/hold", form).status_code == 303
    assert "未送达" in yard.supervisor.get(f"complaints/{complaint}").text
