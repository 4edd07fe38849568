"""Documents: asked for once, rendered in steps that can be seen, cancelled, downloaded by members only."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from saas.db import db
from saas.documents import actions
from saas.documents.models import Document
from saas.identity.actor import Forbidden
from saas.tenancy.staff import Staff
from tenants.complaints import actions as complaints
from tests.world import Person, World

READERS = ("steward", "service_supervisor", "project_manager")
SHEET = "<html lang='zh-CN'><head><title>单</title></head><body><p>邻声</p></body></html>"


@pytest.fixture
def supervisor(world: World, press: Path) -> Person:
    return world.project(world.company()).staff("周敏", "service_supervisor")


def asked(person: Person, barred: Collection[UUID] = ()) -> Document:
    document = actions.ask_for(
        "complaint_form", Staff(id=person.id), "投诉处理单 TS-1", readers=READERS, barred=barred, by=person.actor
    )
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


def test_no_transaction_stays_open_while_it_is_laid_out(supervisor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def laid_out(_: str, *, progress: Any, cancelled: Callable[[], bool]) -> bytes:
        assert not cancelled()
        assert not db.session().in_transaction()
        return b"%PDF"

    monkeypatch.setattr(actions, "render", laid_out)
    monkeypatch.setattr(actions, "CANCEL_POLL", 0)
    with supervisor.place.inside():
        id = asked(supervisor).id
        actions.produce(id, lambda _: SHEET)
        assert db.session.get_one(Document, id).state == "ready"


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


def opened(person: Person, id: UUID) -> set[int]:
    """How the page, the file and the cancellation answer."""
    return {
        person.get(f"documents/{id}").status_code, person.get(f"documents/{id}/file").status_code,
        person.post(f"documents/{id}/cancellation").status_code,
    }  # fmt: skip


@pytest.mark.rule("D4")
def test_only_readers_of_the_subject_open_it_and_never_the_accused(supervisor: Person) -> None:
    place = supervisor.place
    accused, outsiders = place.staff("林晓燕", "steward"), [place.staff("钱", "finance"), place.staff("法", "legal")]
    with place.inside():
        id = asked(supervisor, barred=[accused.id]).id
    for person in (*outsiders, accused):
        assert opened(person, id) == {403}
    with place.inside(), pytest.raises(Forbidden):
        asked(outsiders[0])
    late = place.staff("赵敏", "steward")
    assert late.get(f"documents/{id}").status_code == 200
    with place.inside():
        actions.bar(Staff(id=supervisor.id), [late.id])
        db.session.commit()
    assert opened(late, id) == {403}
    assert accused.get(f"documents/{id}").status_code == 200
    with place.inside():
        assert db.session.get_one(Document, id).state == "queued"


def test_only_who_asked_or_leads_cancels(supervisor: Person) -> None:
    place = supervisor.place
    steward, colleague = place.staff("林晓燕", "steward"), place.staff("赵敏", "steward")
    with place.inside():
        id = asked(steward).id
    assert "取消生成" not in colleague.get(f"documents/{id}").text
    assert colleague.post(f"documents/{id}/cancellation").status_code == 403
    assert "取消生成" in steward.get(f"documents/{id}").text
    assert supervisor.post(f"documents/{id}/cancellation").status_code == 303


@pytest.mark.rule("D4")
def test_the_form_of_a_complaint_follows_the_complaint(supervisor: Person) -> None:
    place = supervisor.place
    steward, finance = place.staff("林晓燕", "steward"), place.staff("钱", "finance")
    new = complaints.NewComplaint(
        subject="态度差", body="接待态度差", category="facilities", source="walk_in", channel="in_person",
        reporter="王晓梅", phone="13812345521",
    )  # fmt: skip
    with place.inside():
        complaint = complaints.register(new, by=supervisor.actor)
        id, version = complaint.id, complaint.version
        db.session.commit()
    where = supervisor.post(f"complaints/{id}/sheet").location.rpartition("/")[2]
    assert steward.get(f"documents/{where}").status_code == 200
    assert finance.get(f"documents/{where}/file").status_code == 403
    with place.inside():
        complaints.judge(
            id, accepted=True, established=True, category="facilities", severity="general", reason="属实",
            complained_about=steward.id, version=version, by=supervisor.actor,
        )  # fmt: skip
        db.session.commit()
    assert opened(steward, uuid4()) == {404}
    assert steward.get(f"documents/{where}").status_code == 403
    assert supervisor.get(f"documents/{where}").status_code == 200
