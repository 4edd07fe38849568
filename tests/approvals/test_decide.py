"""Deciding: in order, once, by somebody else, on exactly what was shown (A3, H3)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from saas.approvals import actions, queries
from saas.approvals.deciders import NobodyCanDecide
from saas.approvals.models import Approval, Decision
from saas.db import db
from saas.identity.actor import Forbidden
from saas.identity.asking import counts
from saas.problem import Conflict, Problem
from tests.approvals.desk import HASH, Desk

pytestmark = pytest.mark.rule("A3")


def test_a_chain_is_decided_step_by_step(desk: Desk) -> None:
    approval = desk.submit()
    assert desk.state(approval) == ("pending", ["waiting", "later"])
    first = desk.decide(approval, desk.manager)
    assert (first.state, first.decided.label, first.next and first.next.role) == ("pending", "审核", "division_leader")
    assert desk.state(approval) == ("pending", ["approved", "waiting"])
    last = desk.decide(approval, desk.leader)
    assert (last.state, last.next) == ("approved", None)
    assert desk.state(approval) == ("approved", ["approved", "approved"])


def test_a_flag_adds_the_general_manager(desk: Desk) -> None:
    head = desk.place.staff("周正", "general_manager")
    approval = desk.submit(flags=["general_manager"])
    for person in (desk.manager, desk.leader):
        assert desk.decide(approval, person).state == "pending"
    assert desk.decide(approval, head).state == "approved"


def test_the_author_cannot_decide(desk: Desk) -> None:
    author = desk.place.staff("兼任", "steward", "project_manager")
    approval = desk.submit(author)
    with pytest.raises(Forbidden, match="经办人"):
        desk.decide(approval, author)
    assert desk.state(approval) == ("pending", ["waiting", "later"])


def test_nobody_decides_twice(desk: Desk) -> None:
    both = desk.place.staff("兼任", "project_manager", "division_leader")
    approval = desk.submit()
    desk.decide(approval, both)
    with pytest.raises(Forbidden, match="前面的步骤"):
        desk.decide(approval, both)


def test_a_later_step_cannot_be_taken_first(desk: Desk) -> None:
    with pytest.raises(Forbidden, match="审核"):
        desk.decide(desk.submit(), desk.leader)


def test_somebody_without_the_role_cannot_decide(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        desk.decide(desk.submit(), desk.place.staff("财务", "finance"))


@pytest.mark.rule("H3")
@pytest.mark.parametrize(("version", "text"), [(2, HASH), (1, "0" * 64)])
def test_another_version_or_text_than_shown_is_a_conflict(desk: Desk, version: int, text: str) -> None:
    with pytest.raises(Conflict, match="正文已修改"):
        desk.decide(desk.submit(), desk.manager, version=version, text=text)


def test_a_return_needs_a_reason_and_voids_what_was_to_come(desk: Desk) -> None:
    approval = desk.submit()
    with pytest.raises(Problem, match="退回时") as refusal:
        desk.decide(approval, desk.manager, "returned", "  ")
    assert refusal.value.field == "reason"
    assert desk.decide(approval, desk.manager, "returned", "请写明时长").state == "returned"
    assert desk.state(approval) == ("returned", ["returned", "voided"])
    with pytest.raises(Conflict):
        desk.decide(approval, desk.leader)


def test_a_verdict_is_one_of_two(desk: Desk) -> None:
    with pytest.raises(Problem):
        desk.decide(desk.submit(), desk.manager, "maybe")


def test_when_only_the_author_holds_the_role_the_next_level_up_decides(desk: Desk) -> None:
    head = desk.place.staff("周正", "general_manager")
    approval = desk.submit(desk.manager)
    with desk.place.inside():
        steps = db.session.get_one(Approval, approval).steps
        assert [(s.role, s.raised_from) for s in steps] == [
            ("division_leader", "project_manager"),
            ("general_manager", "division_leader"),
        ]
    desk.decide(approval, desk.leader)
    assert desk.decide(approval, head).state == "approved"


def test_when_nobody_can_decide_submitting_is_refused_naming_the_role(desk: Desk) -> None:
    with pytest.raises(NobodyCanDecide, match="总经理"):
        desk.submit(flags=["general_manager"])
    with desk.place.inside():
        assert db.session.query(Approval).count() == 0


def test_nobody_takes_a_step_that_leaves_a_later_one_without_a_person(desk: Desk) -> None:
    both = desk.place.staff("兼任", "project_manager", "general_manager")
    approval = desk.submit(flags=["general_manager"])
    with pytest.raises(Forbidden, match="总经理批准"):
        desk.decide(approval, both)
    assert desk.decide(approval, desk.manager).state == "pending"


def test_one_subject_waits_once(desk: Desk) -> None:
    subject = uuid4()
    desk.submit(subject=subject)
    with pytest.raises(Conflict):
        desk.submit(subject=subject)


@pytest.mark.rule("H3")
def test_voiding_ends_pending_and_approved_submissions(desk: Desk) -> None:
    subject = uuid4()
    approval = desk.submit(subject=subject, kind="notice")
    desk.decide(approval, desk.manager)
    again = desk.submit(subject=subject, kind="notice", version=2)
    with desk.place.inside():
        assert {a.id for a in actions.void("releases", subject)} == {approval, again}
        db.session.commit()
    assert desk.state(approval)[0] == desk.state(again)[0] == "voided"


def test_the_author_withdraws_while_it_is_pending(desk: Desk) -> None:
    approval = desk.submit()
    with desk.place.inside():
        with pytest.raises(Forbidden):
            actions.withdraw(approval, by=desk.manager.actor)
        actions.withdraw(approval, by=desk.steward.actor)
        with pytest.raises(Conflict):
            actions.withdraw(approval, by=desk.steward.actor)
        db.session.commit()
    assert desk.state(approval) == ("withdrawn", ["voided", "voided"])


def test_a_step_is_transferred_to_another_holder(desk: Desk) -> None:
    other = desk.place.staff("赵敏", "project_manager")
    approval = desk.submit()
    with desk.place.inside():
        for wrong in (desk.steward, desk.leader, desk.manager):
            with pytest.raises(Problem):
                actions.transfer(approval, wrong.id, by=desk.manager.actor)
        for stranger in (desk.steward, desk.leader):
            with pytest.raises(Forbidden):
                actions.transfer(approval, other.id, by=stranger.actor)
        actions.transfer(approval, other.id, by=desk.manager.actor)
        db.session.commit()
        assert [a.id for a in queries.waiting_for(other.actor)] == [approval]
        assert counts([queries.waiting()], desk.manager.actor) == [0]
    with pytest.raises(Forbidden):
        desk.decide(approval, desk.manager)
    assert desk.decide(approval, other).state == "pending"


def test_a_copy_is_seen_and_not_decided(desk: Desk) -> None:
    brand = desk.place.staff("品牌", "brand")
    approval = desk.submit()
    with desk.place.inside():
        found = db.session.get_one(Approval, approval)
        actions.copy_to(found, [brand.id, brand.id])
        db.session.flush()
        actions.copy_to(found, [brand.id])
        db.session.commit()
        assert counts([queries.waiting()], brand.actor) == [0]
    with pytest.raises(Forbidden):
        desk.decide(approval, brand)


def test_each_person_sees_what_waits_for_them(desk: Desk) -> None:
    approval = desk.submit()

    def waiting() -> list[bool]:
        with desk.place.inside():
            return [bool(queries.waiting_for(p.actor)) for p in (desk.steward, desk.manager, desk.leader)]

    assert waiting() == [False, True, False]
    desk.decide(approval, desk.manager)
    assert waiting() == [False, False, True]
    desk.decide(approval, desk.leader)
    assert waiting() == [False, False, False]


@pytest.mark.rule("H3")
def test_twenty_decisions_at_once_have_one_effect(desk: Desk) -> None:
    approval = desk.submit()

    def one(_: int) -> str:
        try:
            return desk.decide(approval, desk.manager).state
        except (Conflict, Forbidden) as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(20)))
    assert answers.count("pending") == 1
    assert set(answers) == {"pending", "Forbidden"}
    with desk.place.inside():
        assert db.session.query(Decision).count() == 1
    assert desk.state(approval) == ("pending", ["approved", "waiting"])


@pytest.mark.rule("D4")
def test_whom_the_matter_is_about_decides_nothing(desk: Desk) -> None:
    head, other = desk.place.staff("周正", "general_manager"), desk.place.staff("赵敏", "steward")
    desk.delegate(desk.manager, other, "project_manager")
    approval = desk.submit(barred=[desk.manager.id])
    with desk.place.inside():
        steps = db.session.get_one(Approval, approval).steps
        assert [(s.role, s.raised_from) for s in steps] == [
            ("division_leader", "project_manager"),
            ("general_manager", "division_leader"),
        ]
        assert not queries.waiting_for(desk.manager.actor)
        assert not queries.waiting_for(other.actor)
        assert counts([queries.waiting()], desk.leader.actor) == [1]
    desk.decide(approval, desk.leader)
    assert desk.decide(approval, head).state == "approved"


@pytest.mark.rule("D4")
def test_one_of_several_holders_keeps_out_and_so_do_those_who_stand_for_them(desk: Desk) -> None:
    second, deputy = desk.place.staff("第二位", "project_manager"), desk.place.staff("赵敏", "steward")
    desk.delegate(desk.manager, deputy, "project_manager")
    approval = desk.submit(barred=[desk.manager.id])
    with pytest.raises(Forbidden, match="应回避"):
        desk.decide(approval, desk.manager)
    with pytest.raises(Forbidden, match="审核"):
        desk.decide(approval, deputy)
    with desk.place.inside():
        assert not queries.waiting_for(desk.manager.actor)
        assert not queries.waiting_for(deputy.actor)
        assert counts([queries.waiting()], second.actor) == [1]
        with pytest.raises(Problem):
            actions.transfer(approval, desk.manager.id, by=second.actor)
    assert desk.decide(approval, second).state == "pending"
