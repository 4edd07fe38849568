"""A project with one person for each role that a complaint meets, and one household."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from saas import clock
from saas.approvals.models import Approval
from saas.clock import CN
from saas.db import db
from tenants.complaints import actions
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.facts import Solution
from tenants.complaints.investigations.models import Investigation
from tenants.complaints.models import Complaint
from tenants.customers.models import Customer, Residency, Unit
from tests.world import Person, Place, World

PARTS = {
    "cause": "门机皮带老化", "course": "一周内停运三次", "responsible": "工程部维保班", "conclusion": "投诉属实",
    "countermeasure": "更换皮带并校准", "prevention": "每周加一次巡检",
}  # fmt: skip
"""An investigation report."""


def moment(text: str) -> datetime:
    """A time on the clock of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=CN)


@dataclass
class Yard:
    """云栖花园 with its people."""

    place: Place
    steward: Person
    colleague: Person
    supervisor: Person
    manager: Person
    leader: Person
    general: Person
    engineer: Person
    unit: UUID
    customer: UUID

    def register(self, at: datetime | None = None, **changes: Any) -> UUID:
        """A complaint of 王晓梅, made by the product's own action."""
        facts: dict[str, Any] = {
            "subject": "电梯一周内三次停运困人", "category": "facilities",
            "body": "11 月 13 日至 19 日，电梯三次停运，其中一次困人。",
            "source": "project_phone", "channel": "phone", "demand": "彻底检修", "unit_id": self.unit,
            "customer_id": self.customer,
        }  # fmt: skip
        with clock.at(at or clock.now()), self.place.inside():
            new = actions.NewComplaint(**{**facts, **changes})
            complaint = actions.register(new, by=self.steward.actor)
            db.session.commit()
            return complaint.id

    def version(self, complaint_id: UUID) -> int:
        """The version that a page would show now."""
        with self.place.inside():
            return db.session.get_one(Complaint, complaint_id).version

    def post(self, who: Person, complaint_id: UUID, verb: str, at: datetime | None = None, **fields: Any) -> Any:
        """Send a form of the complaint at its present version (unless one is given)."""
        data = {"version": str(self.version(complaint_id)), **fields}
        with clock.at(at or clock.now()):
            return who.post(f"complaints/{complaint_id}/{verb}", data)

    def accept(self, complaint_id: UUID, severity: str = "general", at: datetime | None = None, **fields: Any) -> None:
        """First response, ruling, assignment to the steward."""
        said = {"kind": "first", "channel": "phone", "text": "已致电说明"}
        assert self.post(self.steward, complaint_id, "responses", at, **said).status_code == 303
        ruled = {
            "accepted": "yes",
            "established": "yes",
            "category": "facilities",
            "severity": severity,
            "reason": "属实",
            "ground": "impact" if severity == "major" else "",
        }
        assert self.post(self.supervisor, complaint_id, "judgement", at, **ruled, **fields).status_code == 303
        given = {"department": "customer_service", "handler_id": str(self.steward.id)}
        assert self.post(self.supervisor, complaint_id, "assignment", at, **given).status_code == 303

    def solve(self, complaint_id: UUID, decider: Person | None = None, at: datetime | None = None) -> None:
        """Propose a solution, have it approved, carry it out."""
        proposed = self.post(self.steward, complaint_id, "solutions", at, text="更换门机皮带并校准")
        assert proposed.status_code == 303, proposed.text
        decided = self.decide(decider or self.manager, complaint_id, 1, at=at)
        assert decided.status_code == 303, decided.text
        assert self.post(self.steward, complaint_id, "handling", at, result="已更换皮带").status_code == 303

    def decided(self, kind: str, complaint_id: UUID, nth: int, *who: Person, at: datetime | None = None) -> None:
        """Have what was submitted approved, step after step."""
        model = {"investigations": Investigation, "compensations": Compensation}[kind]
        with self.place.inside():
            hashed = db.session.get_one(model, (complaint_id, nth)).content_hash
        for each in who:
            with clock.at(at or clock.now()):
                path = f"complaints/{complaint_id}/{kind}/{nth}/decision"
                answer = each.post(path, {"verdict": "approved", "reason": "", "hashed": hashed})
            assert answer.status_code == 303, answer.text

    def solve_again(self, complaint_id: UUID) -> None:
        """A second solution, approved by whoever sees important ones, carried out and answered."""
        assert self.post(self.steward, complaint_id, "solutions", text="换主板").status_code == 303
        assert self.decide(self.leader, complaint_id, 2).status_code == 303
        assert self.post(self.steward, complaint_id, "handling", result="已换").status_code == 303
        with self.place.inside():
            actions.reply_delivered(complaint_id, uuid4(), by=self.steward.actor)
            db.session.commit()

    def investigate(self, complaint_id: UUID, at: datetime | None = None) -> None:
        """A report of six parts by the steward, reviewed and approved."""
        answer = self.post(self.steward, complaint_id, "investigations", at, **PARTS)
        assert answer.status_code == 303, answer.text
        with self.place.inside():
            nth = db.session.query(Investigation).filter_by(complaint_id=complaint_id).count()
            severity = db.session.get_one(Complaint, complaint_id).severity
        deciders = [self.supervisor, self.manager, *([self.general] if severity == "major" else [])]
        self.decided("investigations", complaint_id, nth, *deciders, at=at)

    def pause(self, complaint_id: UUID, at: datetime) -> None:
        """Ask for a pause and have it approved, both at one moment; by action, for no browser stays open for weeks."""
        version = self.version(complaint_id)
        with clock.at(at), self.place.inside():
            asked = actions.ask_pause(complaint_id, reason="等待检测机构报告", version=version, by=self.steward.actor)
            hashed = db.session.get_one(Approval, asked.approval_id).content_hash
            said = {"verdict": "approved", "reason": "", "hashed": hashed}
            actions.decide_pause(complaint_id, pause_id=asked.id, by=self.manager.actor, **said)
            db.session.commit()

    def resume(self, complaint_id: UUID, at: datetime) -> None:
        """End the pause."""
        version = self.version(complaint_id)
        with clock.at(at), self.place.inside():
            actions.resume(complaint_id, version=version, by=self.steward.actor)
            db.session.commit()

    def decide(self, who: Person, complaint_id: UUID, nth: int, at: datetime | None = None, **changes: Any) -> Any:
        """Decide the solution as its page offers it."""
        path = f"complaints/{complaint_id}/solutions/{nth}/decision"
        with self.place.inside():
            hashed = db.session.get_one(Solution, (complaint_id, nth)).content_hash
        with clock.at(at or clock.now()):
            return who.post(path, {"verdict": "approved", "reason": "", "hashed": hashed, **changes})


@pytest.fixture
def yard(world: World) -> Yard:
    """See Yard."""
    place = world.project(world.company())
    unit, customer = uuid4(), uuid4()
    made = Yard(
        place, place.staff("林晓燕", "steward"), place.staff("何静", "steward", "front_desk"),
        place.staff("周敏", "service_supervisor"), place.staff("陈志远", "project_manager"),
        place.staff("韩立群", "division_leader"), place.staff("方总", "general_manager"),
        place.staff("赵强", "engineering_supervisor"), unit, customer,
    )  # fmt: skip
    with place.inside():
        now = clock.now()
        db.session.add(
            Unit(id=unit, building="3", unit="2", room="1502", label="3-2-1502", sort_key="3-2-1502", created_at=now)
        )
        db.session.add(
            Customer(id=customer, name="王晓梅", phone="13800005521", email="wang@example.com", created_at=now)
        )
        db.session.flush()
        db.session.add(Residency(unit_id=unit, customer_id=customer, relation="owner"))
        db.session.commit()
    return made


@pytest.fixture
def door(yard: Yard) -> str:
    """The token of a QR code made on its page."""
    answer = yard.supervisor.post("complaints/doors/", {"label": "3 栋大堂"})
    assert answer.status_code == 303
    poster = yard.supervisor.get(answer.headers["Location"]).text
    assert "<svg" in poster
    found = re.search(r"http://localhost/q/([\w-]+)", poster)
    assert found
    return found[1]
