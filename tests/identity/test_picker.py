"""The picker (A2): every project of a person, with what waits there."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from saas import clock
from saas.approvals import actions
from saas.db import db
from saas.policy.loader import pack
from tenants.complaints.models import Complaint
from tests.complaints.conftest import Yard
from tests.complaints.conftest import yard as yard
from tests.identity.door import Stranger
from tests.world import Person, Place, World

pytestmark = pytest.mark.rule("A2")


def submit(place: Place, by: Person) -> None:
    chain = pack("property").chains["reply_letter"]
    with place.inside():
        actions.submit(
            kind="reply_letter", subject_type="releases", subject_id=uuid4(), title="答复", version=1, content_hash="x",
            steps=chain.steps_for(), pack=pack("property"), by=by.actor,
        )  # fmt: skip
        db.session.commit()


def test_one_session_opens_every_project_with_its_own_roles_and_counts(world: World) -> None:
    office = world.company()
    yunqi, feicui = world.project(office), world.project(office, "feicui", "翡翠湾")
    manager = yunqi.staff("陈志远", "project_manager")
    feicui.staff("陈志远", "steward", email=manager.email)
    for place in (yunqi, feicui):
        place.staff("王海峰", "division_leader")
    steward, other = yunqi.staff("林晓燕", "steward"), feicui.staff("孙丽", "steward")
    feicui.staff("周强", "project_manager")
    for _ in range(3):
        submit(yunqi, steward)
    submit(feicui, other)
    page = manager.get("/projects").text
    assert tile(page, "云栖花园") == "3"
    assert tile(page, "翡翠湾") == "0", "no reviewer there"
    for place in (yunqi, feicui):
        assert manager.client.get(f"/xiangrui/{place.slug}/delegations/").status_code == 200


def test_what_is_late_or_due_today_counts_and_what_is_paused_or_due_later_does_not(yard: Yard) -> None:
    received = clock.now() - timedelta(days=2)
    yard.register(received)
    halted, later = yard.register(received), yard.register()
    with yard.place.inside():
        db.session.get_one(Complaint, later).next_due_at = clock.now() + timedelta(days=3)
        db.session.commit()
    assert tile(yard.manager.get("/projects").text, "云栖花园") == "2"
    yard.pause(halted, clock.now())
    assert tile(yard.manager.get("/projects").text, "云栖花园") == "1"


def tile(page: str, name: str) -> str:
    """The number on the tile of this name."""
    found = re.search(rf"<span>{name}</span>\s*<b>(\d+)</b>", page)
    assert found, name
    return found[1]


def test_only_ones_own_projects_are_there(world: World) -> None:
    first = world.project(world.company())
    second = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
    person = first.staff("林晓燕", "steward")
    second.staff("赵敏", "steward")
    page = person.get("/projects").text
    assert "云栖花园" in page
    assert "滨江一号" not in page
    assert person.client.get("/hengtai/binjiang/delegations/").status_code == 404


def test_search_narrows_and_a_fragment_is_only_the_results(world: World) -> None:
    office = world.company()
    person = world.project(office).staff("林晓燕", "steward")
    world.project(office, "feicui", "翡翠湾").staff("林晓燕", "steward", email=person.email)
    page = person.get("/projects?q=翡翠").text
    assert "云栖花园" not in page
    part = person.part("/projects?q=yunqi").text
    assert part.lstrip().startswith('<div id="results"')
    assert "云栖花园" in part
    for words in ("没有", "%", "_", "\\", "%00", "' OR 1=1 --", "x" * 5000):
        answer = person.get("/projects", query_string={"q": words})
        assert "没有符合条件的项目" in answer.text or words == "%00", words
    assert person.get("/projects?page=99999999999999&q=%00").status_code == 200


def test_nobodys_picker_says_who_can_help(world: World, app: Flask) -> None:
    project = world.project(world.company())
    person, admin = project.staff("林晓燕", "steward"), project.staff("周敏", "company_admin")
    admin.post(f"members/{person.id}/departure")
    assert "请本公司的公司管理员邀请" in person.get("/projects").text
    assert Stranger(app).get("/projects").location == "/login?next=/projects"
