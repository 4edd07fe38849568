"""The regulation as it ships: the report of a quarter fulfils what its clauses ask for, by its own records (I1, R2)."""

import re

import pytest

from saas import clock
from saas.db import db
from saas.policy.loader import pack
from tenants.duties import queries
from tenants.duties.actions import plan
from tenants.duties.rules import rules_here
from tenants.duties.standing import State
from tests.reports.conftest import desk
from tests.reports.desk import Desk, moment

__all__ = ["desk"]


def states(desk: Desk) -> dict[str, State]:
    """How the duties of the third quarter stand."""
    with desk.place.inside():
        rules = rules_here(desk.place.world.app.extensions["evidence"])
        found = queries.around(clock.local(clock.now()).date(), rules)
        quarter = [each for each in found if f"{each.duty.begins} {each.duty.ends}" == "2026-07-01 2026-10-01"]
        return {each.duty.clause: each.state for each in quarter}


@pytest.mark.rule("I1")
@pytest.mark.rule("R2")
def test_an_approved_report_fulfils_its_duty_and_no_other(desk: Desk) -> None:
    for day in ("2026-07-01T00:05", "2026-10-08T00:05"):
        with clock.at(moment(day)), desk.place.inside():
            plan(desk.place.world.app.extensions["evidence"])
            db.session.commit()
    owed = {
        "report-approval": State.SOON, "report-published": State.OPEN, "report-accounts": State.OPEN,
        "case-review": State.SOON,
    }  # fmt: skip
    assert states(desk) == owed
    report = desk.approved()
    assert states(desk) == owed | {"report-approval": State.DONE}
    html = desk.manager.get("duties").text
    assert "10 日前服务报告审批" in html
    path = re.search(r'href="(/[^"]*/duties/[^"]*)"><b>按时完成</b> 10 日前服务报告审批', html)
    assert path
    page = desk.manager.get(path[1]).text
    assert f'href="{desk.manager.at(f"reports/{report}")}"' in page
    with clock.at(moment("2026-10-21T09:00")):
        assert states(desk) == {
            "report-approval": State.DONE, "report-published": State.LATE, "report-accounts": State.LATE,
            "case-review": State.LATE,
        }  # fmt: skip


@pytest.mark.rule("R2")
def test_every_periodic_clause_that_is_kept_can_be_planned(desk: Desk) -> None:
    """Whatever the pack asks for by when: the round of any day of two years generates it without a stumble."""
    any_source = desk.place.world.app.extensions["evidence"]["reports.approved"]
    known = {clause.evidence: any_source for clause in pack("property").clauses.values()}
    for day in ("2026-07-01", "2026-12-31", "2027-03-31", "2028-02-29"):
        with clock.at(moment(f"{day}T00:05")), desk.place.inside():
            plan(known)
            db.session.commit()
    with desk.place.inside():
        rules = rules_here(known)
        planned = {duty.clause for duty in db.session.query(queries.Duty)}
    periodic = {c.id for c in pack("property").clauses.values() if rules.owes(c, clock.local(clock.now()).date())}
    assert len(periodic) > 15
    assert planned == periodic
