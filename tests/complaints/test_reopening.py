"""A closed complaint is taken up again: new clocks beside the old ones, and everything is owed once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from saas import clock
from saas.db import db
from tenants.complaints import states
from tenants.complaints.models import Complaint, Stage
from tests.complaints.conftest import Yard, moment
from tests.complaints.test_course import CALLED, CLOSED

T = moment("2026-11-10T09:00")


@pytest.mark.rule("D7")
def test_reopened_with_new_clocks_and_closed_only_when_complete_again(yard: Yard) -> None:
    complaint = yard.register(T)
    yard.accept(complaint, at=T)
    day = T + timedelta(days=1)
    assert yard.post(yard.supervisor, complaint, "reopening", day, reason="x").status_code == 409, "it is open"
    yard.solve(complaint, at=day)
    assert yard.post(yard.steward, complaint, "callbacks", day, **CALLED).status_code == 303
    assert yard.post(yard.supervisor, complaint, "closure", day, **CLOSED).status_code == 303
    week = T + timedelta(days=8)
    assert yard.post(yard.steward, complaint, "reopening", week, reason="又停了").status_code == 403
    assert yard.post(yard.supervisor, complaint, "reopening", week, reason=" ").status_code == 422
    assert yard.post(yard.supervisor, complaint, "reopening", week, reason="又停了").status_code == 303
    with yard.place.inside():
        found = db.session.get_one(Complaint, complaint)
        assert found.state == states.HANDLING
        clocks = db.session.scalars(select(Stage).where(Stage.complaint_id == complaint)).all()
        again = {each.stage: each for each in clocks if each.round == 2}
        assert set(again) == {"solution", "closed"}
        assert again["closed"].due_at == week + timedelta(days=7)
        assert all(each.met_at or each.dropped_at for each in clocks if each.round == 1), "what was met stays"
    with clock.at(week):
        page = yard.steward.get(f"complaints/{complaint}").text
    assert "提交处理方案" in page
    assert yard.post(yard.steward, complaint, "handling", week, result="x").status_code == 409, (
        "the old solution is over"
    )
    assert yard.post(yard.steward, complaint, "solutions", week, text="换主板").status_code == 303
    assert yard.decide(yard.manager, complaint, 2, week).status_code == 303
    assert "处理完毕" in yard.post(yard.supervisor, complaint, "closure", week, **CLOSED).text
    assert yard.post(yard.steward, complaint, "handling", week, result="已换").status_code == 303
    with clock.at(week):
        assert "记录回访" in yard.steward.get(f"complaints/{complaint}").text
    assert yard.post(yard.supervisor, complaint, "closure", week, **CLOSED).status_code == 303
    with yard.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text("UPDATE complaint_reopenings SET reason = 'x'"))
