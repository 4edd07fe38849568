"""What the program forbids the database refuses too, even to SQL typed inside the tenant (promises 2 and 5)."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from saas.db import db
from tests.approvals.desk import HASH, Desk
from tests.world import Person

pytestmark = [pytest.mark.rule("A3"), pytest.mark.rule("H3")]

INSERT = text("""
INSERT INTO decisions (id, approval_id, position, verdict, reason, decided_by, decided_by_name, on_behalf_of,
                       delegation_id, author_id, version, content_hash, decided_at)
VALUES (gen_random_uuid(), :approval, :position, :verdict, '', :by, 'x', :of, :delegation, :author, :version, :hash,
        now())
""")


def refused(desk: Desk, statement: str, **values: object) -> str:
    with desk.place.inside():
        with pytest.raises(DBAPIError) as refusal:
            db.session.execute(text(statement), values)
        db.session.rollback()
        return str(refusal.value.orig)


def insert(desk: Desk, approval: UUID, by: Person, **changed: object) -> str:
    """The database's answer to a decision written by hand; empty when it took it."""
    values = {
        "approval": approval,
        "position": 1,
        "verdict": "approved",
        "by": by.id,
        "of": None,
        "delegation": None,
        "author": desk.steward.id,
        "version": 1,
        "hash": HASH,
        **changed,
    }
    with desk.place.inside():
        try:
            db.session.execute(INSERT, values)
        except DBAPIError as refusal:
            db.session.rollback()
            return str(refusal.orig)
        db.session.commit()
        return ""


def test_a_decision_by_the_author(desk: Desk) -> None:
    approval = desk.submit()
    assert "check constraint" in insert(desk, approval, desk.steward)
    assert "foreign key" in insert(desk, approval, desk.steward, author=desk.leader.id)


def test_a_decision_for_the_author(desk: Desk) -> None:
    delegation = desk.delegate(desk.steward, desk.manager, "steward")
    answer = insert(desk, desk.submit(), desk.manager, of=desk.steward.id, delegation=delegation)
    assert "check constraint" in answer


def test_a_decision_on_another_version_or_text(desk: Desk) -> None:
    approval = desk.submit()
    assert "foreign key" in insert(desk, approval, desk.manager, version=2)
    assert "foreign key" in insert(desk, approval, desk.manager, hash="0" * 64)


@pytest.mark.rule("D4")
def test_a_decision_by_or_for_whom_the_matter_is_about(desk: Desk) -> None:
    desk.place.staff("周正", "general_manager")
    approval = desk.submit(barred=[desk.manager.id])
    assert "turn" in insert(desk, approval, desk.manager)
    delegation = desk.delegate(desk.manager, desk.leader, "division_leader")
    assert "turn" in insert(desk, approval, desk.leader, of=desk.manager.id, delegation=delegation)
    assert insert(desk, approval, desk.leader) == ""


def test_a_return_without_a_reason(desk: Desk) -> None:
    assert "check constraint" in insert(desk, desk.submit(), desk.manager, verdict="returned")


def test_a_step_decided_twice_or_two_steps_by_one_person(desk: Desk) -> None:
    approval = desk.submit()
    desk.decide(approval, desk.manager)
    assert insert(desk, approval, desk.leader)
    assert insert(desk, approval, desk.manager, position=2)
    delegation = desk.delegate(desk.manager, desk.leader, "division_leader")
    assert insert(desk, approval, desk.leader, position=2, of=desk.manager.id, delegation=delegation)
    assert insert(desk, approval, desk.leader, position=2) == ""


def test_a_step_decided_before_its_turn(desk: Desk) -> None:
    assert "turn" in insert(desk, desk.submit(), desk.leader, position=2)


def test_a_decision_on_an_approval_that_has_ended(desk: Desk) -> None:
    approval = desk.submit()
    desk.decide(approval, desk.manager, "returned", "改")
    assert "turn" in insert(desk, approval, desk.leader, position=2)


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions SET verdict = 'approved'", "DELETE FROM decisions", "TRUNCATE decisions"]
)
def test_changing_what_was_decided(desk: Desk, statement: str) -> None:
    desk.decide(desk.submit(), desk.manager)
    assert "permission denied" in refused(desk, statement)


def test_approved_with_a_step_missing(desk: Desk) -> None:
    approval = desk.submit()
    desk.decide(approval, desk.manager)
    update = "UPDATE approvals SET state = 'approved', ended_at = now() WHERE id = :id"
    assert "lacks a decision" in refused(desk, update, id=approval)


def test_an_approval_without_any_step(desk: Desk) -> None:
    answer = refused(
        desk,
        "INSERT INTO approvals (id, kind, subject_type, subject_id, title, author_id, author_name, version,"
        " content_hash, state, submitted_at, ended_at) VALUES (gen_random_uuid(), 'sms', 'releases', gen_random_uuid(),"
        " 'x', :author, 'x', 1, 'x', 'approved', now(), now())",
        author=desk.steward.id,
    )
    assert "lacks a decision" in answer


@pytest.mark.parametrize("state", ["approved", "pending", "returned"])
def test_a_voided_approval_does_not_come_back(desk: Desk, state: str) -> None:
    approval = desk.submit(kind="notice")
    desk.decide(approval, desk.manager)
    with desk.place.inside():
        db.session.execute(text("UPDATE approvals SET state = 'voided'"))
        db.session.commit()
    ended = "NULL" if state == "pending" else "now()"
    answer = refused(desk, f"UPDATE approvals SET state = '{state}', ended_at = {ended} WHERE id = :id", id=approval)
    assert "has ended" in answer


@pytest.mark.parametrize("column", ["version = 2", "content_hash = 'x'", "author_id = author_id", "title = 'x'"])
def test_changing_what_was_submitted(desk: Desk, column: str) -> None:
    desk.submit()
    assert "permission denied" in refused(desk, f"UPDATE approvals SET {column}")
