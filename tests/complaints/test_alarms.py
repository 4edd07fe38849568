"""Major complaints: told at once, warned within a day, convened, negotiated; closed only with all of it (D8, D9)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.tenancy.models import QUALITY_SLUG, Tenant
from tenants.complaints.alarms import office
from tenants.complaints.alarms.models import Alarm, Telling
from tenants.complaints.models import Stage
from tenants.obligations import alarming, rounds
from tenants.obligations.models import Reminder
from tests.complaints.conftest import Yard, moment
from tests.complaints.test_course import CALLED, CLOSED, RULED
from tests.complaints.test_evidence import ask, counts
from tests.world import Place

T = moment("2026-11-10T09:00")
MAJOR = {**RULED, "severity": "major", "ground": "media", "reason": "电视台来采访"}


def at(hours: float) -> str:
    return f"{clock.local(T + timedelta(hours=hours)):%Y-%m-%dT%H:%M}"


def reach(yard: Yard, complaint: UUID, hours: float, *, warned: bool = False) -> None:
    """What the worker does with the outbox row."""
    with clock.at(T + timedelta(hours=hours)), yard.place.inside():
        alarm = db.session.scalars(select(Alarm).where(Alarm.complaint_id == complaint)).one()
        (alarming.warned if warned else alarming.raised)(alarm.id)
        db.session.commit()


def stages(yard: Yard, complaint: UUID) -> dict[str, Stage]:
    with yard.place.inside():
        found = db.session.scalars(select(Stage).where(Stage.complaint_id == complaint)).all()
        db.session.expunge_all()
        return {each.stage: each for each in found}


@pytest.mark.rule("D9")
def test_told_warned_convened_negotiated_then_closed(yard: Yard) -> None:
    quality, legal = yard.place.staff("孟晓岚", "quality"), yard.place.staff("罗一鸣", "legal")
    complaint = yard.register(T)
    when = T + timedelta(hours=1)
    yard.accept(complaint, at=when)
    lacking = yard.post(yard.supervisor, complaint, "judgement", when, **{**MAJOR, "ground": ""})
    assert lacking.status_code == 422
    assert "属于哪种情形" in lacking.text
    assert yard.post(yard.supervisor, complaint, "judgement", when, **MAJOR).status_code == 303
    assert counts(ask(yard, "major-told", at(1.5))) == (0, 0, 1)
    assert counts(ask(yard, "major-told", at(3))) == (0, 1, 0), "nobody told within the hour"
    with yard.place.inside():
        rows = db.session.execute(
            select(Alarm.ground, Alarm.raised_at).where(Alarm.complaint_id == complaint)
        ).all()  # fmt: skip
    assert rows == [("media", when)]
    reach(yard, complaint, 1.1)
    reach(yard, complaint, 1.2)
    with yard.place.inside():
        told = set(db.session.scalars(select(Telling.staff_name)))
        heard = db.session.scalars(select(Reminder).where(Reminder.kind == "alarm")).all()
        assert told == {"周敏", "陈志远", "方总"}, "head of the department, manager and general manager"
        assert len(heard) == 3, "each once"
        assert heard[0].clause.endswith("重大投诉即报负责人")
    assert stages(yard, complaint)["told"].met_at == T + timedelta(hours=1.1)
    assert counts(ask(yard, "major-told", at(3))) == (1, 0, 0)
    assert stages(yard, complaint)["warning"].due_at == when + timedelta(hours=24)
    assert "alarm" in yard.steward.get(f"complaints/{complaint}").text
    assert "1 件重大投诉正在处理" in yard.steward.get("complaints/").text
    assert yard.post(yard.steward, complaint, "pauses", when, reason="等").status_code == 409

    assert yard.post(yard.steward, complaint, "warning", when, text="x").status_code == 403
    assert yard.post(yard.supervisor, complaint, "warning", when, text=" ").status_code == 422
    warned = yard.post(yard.supervisor, complaint, "warning", T + timedelta(hours=20), text="电视台采访，已成立专班")
    assert warned.status_code == 303
    assert yard.post(yard.supervisor, complaint, "warning", T + timedelta(hours=20), text="x").status_code == 409
    reach(yard, complaint, 20.1, warned=True)
    with yard.place.inside():
        got = select(Reminder.staff_id).where(Reminder.kind == "alarm", Reminder.stage == "warned")
        assert set(db.session.scalars(got)) == {quality.id, legal.id}
    assert legal.get(f"complaints/{complaint}").status_code == 200
    assert counts(ask(yard, "major-warning", at(30))) == (1, 0, 0)

    met = {
        "held_at": at(3),
        "participants": "方总、陈志远、罗一鸣",
        "decisions": "停梯整改",
        "leader_id": str(yard.manager.id),
    }
    late = T + timedelta(hours=22)
    assert yard.post(yard.supervisor, complaint, "meetings", late, **met).status_code == 403
    for wrong in (
        {"leader_id": ""},
        {"participants": ""},
        {"decisions": " "},
        {"held_at": at(40)},
        {"held_at": at(-9)},
    ):
        assert yard.post(yard.manager, complaint, "meetings", late, **{**met, **wrong}).status_code == 422
    assert yard.post(yard.manager, complaint, "meetings", late, **met).status_code == 303
    yard.solve(complaint, yard.general, late)
    yard.investigate(complaint, late)
    assert yard.post(yard.general, complaint, "callbacks", late, **CALLED).status_code == 303
    refused = yard.post(yard.supervisor, complaint, "closure", late, **CLOSED)
    assert "双方经理与客户协商的记录" in refused.text
    talk = {
        "held_at": at(5), "business_id": str(yard.engineer.id), "service_id": str(yard.supervisor.id),
        "customer": "王女士", "outcome": "同意方案",
    }  # fmt: skip
    same = {**talk, "service_id": talk["business_id"]}
    assert "须是两个人" in yard.post(yard.supervisor, complaint, "negotiations", late, **same).text
    assert counts(ask(yard, "major-negotiation", at(40))) == (0, 0, 1)
    assert yard.post(yard.supervisor, complaint, "negotiations", late, **talk).status_code == 303
    assert yard.post(yard.supervisor, complaint, "closure", late, **CLOSED).status_code == 303
    for clause in ("major-negotiation", "crisis-team", "investigation"):
        assert counts(ask(yard, clause, at(40))) == (1, 0, 0), clause
    page = yard.manager.get("alarms/").text
    assert "媒体或网络负面报道" in page
    assert "陈志远" in page


@pytest.mark.rule("D9")
def test_lifted_when_it_is_not_major_after_all_and_raised_anew(yard: Yard) -> None:
    complaint = yard.register(T)
    yard.accept(complaint, "major", T)
    again = {**RULED, "severity": "important", "reason": "没有媒体"}
    assert yard.post(yard.supervisor, complaint, "judgement", T, **again).status_code == 303
    assert stages(yard, complaint)["warning"].dropped_at == T
    reach(yard, complaint, 0.2)
    with yard.place.inside():
        assert db.session.scalars(select(Telling)).all() == [], "nobody is frightened for nothing"
    assert yard.post(yard.supervisor, complaint, "meetings", T, held_at=at(0)).status_code in (403, 409, 422)
    assert counts(ask(yard, "major-warning", at(40))) == (0, 0, 0)
    assert yard.post(yard.supervisor, complaint, "judgement", T, **MAJOR).status_code == 303
    with yard.place.inside():
        assert db.session.scalars(select(Alarm.nth).order_by(Alarm.nth)).all() == [1, 2]
    assert counts(ask(yard, "major-warning", at(40))) == (0, 1, 0)


@pytest.mark.rule("D9")
def test_an_alarm_ends_a_pause_and_its_lateness_climbs(yard: Yard) -> None:
    complaint = yard.register(T)
    yard.accept(complaint, at=T)
    yard.pause(complaint, T + timedelta(hours=1))
    assert yard.post(yard.supervisor, complaint, "judgement", T + timedelta(hours=2), **MAJOR).status_code == 303
    warning = stages(yard, complaint)["warning"]
    with clock.at(warning.due_at + timedelta(hours=4)), yard.place.inside():
        told = rounds.stage_came_due(warning.id, "escalation-3")
        assert len(told) == 1, "the clock runs"
        reminder = db.session.get_one(Reminder, told[0])
        assert reminder.staff_id == yard.general.id
        assert reminder.clause.endswith("重大投诉 24 小时预警")


@pytest.mark.rule("D4")
def test_the_one_complained_about_is_not_told_and_leads_nothing(yard: Yard) -> None:
    complaint = yard.register(T, complained_about=yard.manager.id)
    yard.accept(complaint, "major", T, complained_about=str(yard.manager.id))
    reach(yard, complaint, 0.1)
    with yard.place.inside():
        assert "陈志远" not in set(db.session.scalars(select(Telling.staff_name)))
    met = {"held_at": at(0), "participants": "方总", "decisions": "查", "leader_id": str(yard.manager.id)}
    answer = yard.post(yard.general, complaint, "meetings", T + timedelta(hours=1), **met)
    assert answer.status_code == 422
    met["leader_id"] = str(yard.general.id)
    assert yard.post(yard.manager, complaint, "meetings", T + timedelta(hours=1), **met).status_code == 403


@pytest.mark.rule("A4")
@pytest.mark.rule("D9")
def test_the_head_office_sees_how_the_alarms_of_its_projects_stand(yard: Yard) -> None:
    world = yard.place.world
    with world.app.app_context():
        head = db.session.execute(select(Tenant.id, Tenant.schema_name).where(Tenant.slug == QUALITY_SLUG)).one()
    inspector = Place(world, yard.place.company, QUALITY_SLUG, *head).staff("孟晓岚", "quality")
    complaint = yard.register(T)
    yard.accept(complaint, "major", T)
    assert "没有重大投诉" in inspector.get("alarms/").text

    def carry(hours: float) -> None:
        with clock.at(T + timedelta(hours=hours)), yard.place.inside():
            assert office.carry_over(complaint) == 1

    carry(0.1)
    reach(yard, complaint, 0.2)
    carry(30)
    carry(1)  # an older look that comes late
    page = inspector.get("alarms/").text
    assert "电梯一周内三次停运困人" in page
    assert "云栖花园" in page
    assert "陈志远" in page
    assert "1 件重大投诉正在处理" in page
    with yard.place.inside():
        assert office.of_projects() == [], "a project sees none of this"
    with inspector.place.inside():
        assert [row.at for row in office.of_projects()] == [T + timedelta(hours=30)]
