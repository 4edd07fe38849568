"""Skills are given where roles are edited, and repairs are assigned by them (E2)."""

import pytest

from saas.db import db
from saas.events import timeline
from saas.tenancy.staff import Staff
from tests.world import World


@pytest.mark.rule("E2")
def test_who_goes_to_customers_has_skills_and_nobody_else(world: World) -> None:
    place = world.project(world.company())
    admin, technician = place.staff("钱文博", "company_admin"), place.staff("赵强", "technician")
    desk = place.staff("孙雨薇", "front_desk")
    assert "专长" in admin.get(f"members/{technician.id}").text
    assert "修改专长" not in admin.get(f"members/{desk.id}").text
    given = admin.post(f"members/{technician.id}/skills", {"skills": ["electricity", "plumbing"]})
    assert given.status_code == 303
    assert admin.post(f"members/{technician.id}/skills", {"skills": ["magic"]}).status_code == 422
    assert admin.post(f"members/{desk.id}/skills", {"skills": ["plumbing"]}).status_code == 422
    assert technician.post(f"members/{technician.id}/skills", {"skills": []}).status_code == 403
    shown = admin.get(f"members/{technician.id}").text
    assert shown.count("checked") >= 3
    assert admin.post(f"members/{technician.id}/roles", {"roles": ["technician", "steward"]}).status_code == 303
    with place.inside():
        person = db.session.get_one(Staff, technician.id)
        assert person.skills == ["plumbing", "electricity"], "in the order of the pack, and kept when roles change"
        assert [event.name for event in timeline(person)] == ["staff.skills_changed"]
