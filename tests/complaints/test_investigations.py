"""Investigation reports: six parts, reviewed and approved version by version; grave complaints need one (D6)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from saas.approvals import queries as approvals
from saas.db import db
from tenants.complaints.investigations.models import PARTS as TITLES
from tests.complaints.conftest import PARTS, Yard
from tests.complaints.test_evidence import ask, counts


@pytest.mark.rule("D6")
def test_six_parts_are_owed_and_nothing_typed_is_lost(yard: Yard) -> None:
    complaint = yard.register()
    path = f"complaints/{complaint}/investigations"
    assert yard.post(yard.steward, complaint, "investigations", **PARTS).status_code == 409, "nobody handles it yet"
    yard.accept(complaint)
    page = yard.steward.get(path).text
    assert all(title in page for title in TITLES.values())
    for missing in PARTS:
        answer = yard.post(yard.steward, complaint, "investigations", **{**PARTS, missing: " "})
        assert answer.status_code == 422
        assert f"请写明{TITLES[missing]}" in answer.text
        assert PARTS["prevention" if missing == "cause" else "cause"] in answer.text
    assert yard.post(yard.leader, complaint, "investigations", **PARTS).status_code == 403
    version = yard.version(complaint)
    assert yard.post(yard.colleague, complaint, "pauses", reason="等配件").status_code == 303
    stale = yard.steward.post(path, {"version": str(version), **PARTS})
    assert stale.status_code == 409
    assert "改过这份内容" in stale.text
    assert PARTS["course"] in stale.text
    taken = yard.steward.post(path, {"version": str(version), "overwrite": str(yard.version(complaint)), **PARTS})
    assert taken.status_code == 303


@pytest.mark.rule("D6")
def test_supervisor_then_manager_then_void_by_an_edit(yard: Yard) -> None:
    complaint = yard.register()
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "investigations", **PARTS).status_code == 303
    shown = yard.supervisor.get(f"complaints/{complaint}/investigations/1/decision").text
    assert all(words in shown for words in PARTS.values())
    with yard.place.inside():
        hashed = approvals.of_subject("complaints", complaint, ["investigation"])[0].content_hash
    path, said = f"complaints/{complaint}/investigations/1/decision", {"reason": "", "hashed": hashed}
    assert yard.manager.post(path, {"verdict": "approved", **said}).status_code == 403, "the review comes first"
    assert yard.supervisor.post(path, {"verdict": "returned", **said}).status_code == 422, "without a reason"
    back = {"verdict": "returned", **said, "reason": "责任者写到人"}
    assert yard.supervisor.post(path, back).status_code == 303
    card = yard.steward.get(f"complaints/{complaint}").text
    assert "退回意见：责任者写到人" in card
    assert "每周加一次巡检" in yard.steward.get(f"complaints/{complaint}/investigations").text, "goes on from there"
    yard.investigate(complaint)
    assert counts(ask(yard, "investigation", around=True)) == (1, 0, 0)
    assert yard.post(yard.steward, complaint, "investigations", **PARTS).status_code == 303
    with yard.place.inside():
        states = [each.state for each in approvals.of_subject("complaints", complaint, ["investigation"])]
    assert states == ["pending", "voided", "returned"]
    assert "上一版的审批作废" in yard.steward.get(f"complaints/{complaint}").text
    for statement in ("UPDATE complaint_investigations SET cause = 'x'", "DELETE FROM complaint_investigations"):
        with yard.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text(statement))


@pytest.mark.rule("D6")
def test_the_general_manager_sees_what_is_flagged_and_all_that_is_major(yard: Yard) -> None:
    ordinary, flagged, major = yard.register(), yard.register(), yard.register()
    for each in (ordinary, flagged):
        yard.accept(each)
    yard.accept(major, "major")
    for each, more in ((ordinary, {}), (flagged, {"general_manager": "y"}), (major, {})):
        assert yard.post(yard.steward, each, "investigations", **PARTS, **more).status_code == 303
    assert "需总经理批准" not in yard.steward.get(f"complaints/{major}/investigations").text
    with yard.place.inside():
        chains = [
            [step.role for step in approvals.of_subject("complaints", each, ["investigation"])[0].steps]
            for each in (ordinary, flagged, major)
        ]
    assert chains[0] == ["service_supervisor", "project_manager"]
    assert chains[1] == chains[2] == [*chains[0], "general_manager"]
