"""Documents: asked for once, rendered in steps that can be seen, cancelled, downloaded by members only."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from saas.db import db
from saas.documents import actions
from saas.documents.models import Document
from saas.tenancy.staff import Staff
from tests.world import Person, World

SHEET = "<html lang='zh-CN'><head><title>单</title></head><body><p>邻声</p></body></html>"


@pytest.fixture
def supervisor(world: World, press: Path) -> Person:
    return world.project(world.company()).staff("周敏", "service_supervisor")


def asked(person: Person) -> Document:
    document = actions.ask_for("complaint_form", Staff(id=person.id), "投诉处理单 TS-1", by=person.actor)
    db.session.commit()
    return document


def test_a_sheet_is_rendered_and_downloaded(supervisor: Person) -> None:
    with supervisor.place.inside():
        id = asked(supervisor).id
    assert supervisor.get(f"documents/{id}").text.count("<progress") == 1
    with supervisor.place.inside():
        actions.produce(id, lambda _: SHEET)
        document = db.session.get(Document, id)
        assert document is not None
        assert (document.state, document.failure) == ("ready", None)
    answer = supervisor.get(f"documents/{id}/file")
    assert answer.data.startswith(b"%PDF")
    assert "every 1s" not in supervisor.part(f"documents/{id}").text


def test_asking_again_while_it_is_under_way_gives_the_same(supervisor: Person) -> None:
    with supervisor.place.inside():
        assert asked(supervisor).id == asked(supervisor).id


def test_a_render_that_died_is_begun_again(supervisor: Person) -> None:
    def die(_: Document) -> str:
        raise KeyboardInterrupt

    with supervisor.place.inside():
        id = asked(supervisor).id
        with pytest.raises(KeyboardInterrupt):
            actions.produce(id, die)
        db.session.rollback()
        actions.produce(id, lambda _: SHEET)
        assert db.session.scalars(select(Document.state)).one() == "ready"


def test_a_bad_sheet_ends_with_a_reason(supervisor: Person) -> None:
    with supervisor.place.inside():
        id = asked(supervisor).id
        actions.produce(id, lambda _: SHEET.replace("邻声", "<img src='http://127.0.0.1/x'>"))
    page = supervisor.get(f"documents/{id}").text
    assert "没能生成" in page
    assert supervisor.get(f"documents/{id}/file").status_code == 404


def test_cancelled_is_not_rendered(supervisor: Person) -> None:
    with supervisor.place.inside():
        id = asked(supervisor).id
    key = str(uuid4())
    assert supervisor.post(f"documents/{id}/cancellation", {"key": key}).status_code == 303
    assert supervisor.post(f"documents/{id}/cancellation", {"key": key}).status_code == 303
    assert supervisor.post(f"documents/{id}/cancellation").status_code == 409
    with supervisor.place.inside():
        actions.produce(id, lambda _: SHEET)
        assert db.session.scalars(select(Document.state)).one() == "cancelled"


def test_another_tenant_sees_nothing(supervisor: Person, world: World) -> None:
    with supervisor.place.inside():
        id = asked(supervisor).id
    stranger = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    assert stranger.get(f"documents/{id}").status_code == 404
    assert stranger.get(supervisor.at(f"documents/{id}")).status_code == 404
    assert stranger.get(supervisor.at(f"documents/{id}/file")).status_code == 404
