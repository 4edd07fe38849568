"""The QR form and the status page: no login, no script, nothing of anybody else."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from saas import clock
from saas.db import db
from saas.events import Event
from saas.identity.actor import Actor
from saas.tenancy import digest
from tenants.complaints import actions, links
from tenants.complaints.facts import Door
from tenants.complaints.models import Complaint
from tenants.releases.models import Release
from tests.complaints.conftest import Yard
from tests.complaints.resident import FILLED, Resident
from tests.world import TOKEN


def count(yard: Yard) -> int:
    with yard.place.inside():
        return db.session.scalar(select(func.count()).select_from(Complaint)) or 0


@pytest.mark.rule("D1")
def test_a_resident_complains_and_follows_it(yard: Yard, door: str) -> None:
    resident = Resident(yard, door)
    form = resident.open()
    assert "<script" not in form.text
    assert "3 栋大堂" in form.text
    sent = resident.send()
    assert sent.status_code == 303
    status = resident.client.get(sent.headers["Location"])
    assert status.status_code == 200
    for words in ("TS-", "待受理", "您反映的事项我们已收到", "2 小时内回应"):
        assert words in status.text
    for secret in ("李四", "13900001234", "3-2-1502", "停了三次"):
        assert secret not in status.text
    with yard.place.inside():
        complaint = db.session.scalars(select(Complaint)).one()
        assert (complaint.source, complaint.registered_by, complaint.reporter) == ("qr_code", None, "李四")
    assert "电梯停运" in yard.steward.get("complaints/").text


@pytest.mark.rule("D1")
def test_without_a_name(yard: Yard, door: str) -> None:
    assert Resident(yard, door).send(reporter="", phone="").status_code == 422
    assert Resident(yard, door).send(reporter="", phone="", anonymous="y").status_code == 303


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"subject": ""}, "请用一句话写明投诉什么"),
        ({"body": "长" * 4001}, "最多 4000 字"),
        ({"category": "x"}, "请从列表里选择一项"),
        ({"phone": "打给我"}, "电话应是"),
        ({"email": "x"}, "邮箱应形如"),
    ],
)
def test_wrong_input_is_told_and_kept(yard: Yard, door: str, changes: dict[str, str], says: str) -> None:
    answer = Resident(yard, door).send(**{"demand": "保留这句话", **changes})
    assert answer.status_code == 422
    assert says in answer.text
    assert "保留这句话" in answer.text
    assert count(yard) == 0


def test_one_form_twice_is_one_complaint(yard: Yard, door: str) -> None:
    resident, key = Resident(yard, door), str(uuid4())
    first, second = resident.send(key), resident.send(key)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(yard) == 1


def test_machines_are_thanked_and_forgotten(yard: Yard, door: str) -> None:
    answer = Resident(yard, door).send(website="http://spam.example")
    assert answer.status_code == 200
    assert "已收到" in answer.text
    assert count(yard) == 0


def test_too_many_from_one_address_must_wait(yard: Yard, door: str) -> None:
    resident = Resident(yard, door, f"198.51.100.{uuid4().int % 250}")
    codes = [resident.send(subject="").status_code for _ in range(31)]
    assert codes[-1] == 429
    assert set(codes[:-1]) == {422}
    assert Resident(yard, door, "192.0.2.77").send().status_code == 303


def test_wrong_addresses_lead_nowhere(yard: Yard, door: str) -> None:
    client = yard.place.world.app.test_client()
    for path in ("/q/nonsense", f"/s/{door}", "/s/nonsense", "/q/" + "x" * 3000):
        assert client.get(path).status_code == 404
    ended = yard.register()
    with yard.place.world.app.app_context(), yard.place.inside():
        token = links.status_link(yard.place.schema, ended)
    assert client.get(f"/q/{token}").status_code == 404
    assert client.get(f"/s/{token}").status_code == 200


def test_the_published_answer_is_linked(yard: Yard) -> None:
    complaint = yard.register()
    token = links_for(yard, complaint)
    client = yard.place.world.app.test_client()
    assert "关于电梯的答复" not in client.get(f"/s/{token}").text
    letter = {"title": "关于电梯的答复", "body": "已更换门机皮带。"}
    yard.accept(complaint)
    assert yard.post(yard.steward, complaint, "reply", **letter).status_code == 303
    assert "关于电梯的答复" not in client.get(f"/s/{token}").text  # a draft is nobody's business
    with yard.place.inside():
        release = db.session.scalars(select(Release)).one()
        actions.reply_delivered(complaint, release.id, by=Actor.system())
        db.session.commit()
        address = f"/p/{release.token}"
    shown = client.get(f"/s/{token}").text
    assert "关于电梯的答复" in shown
    assert address in shown


def links_for(yard: Yard, complaint: UUID) -> str:
    with yard.place.inside():
        return links.status_link(yard.place.schema, complaint)


def test_only_hashes_of_addresses_are_kept_on_the_platform(yard: Yard, door: str, admin: object) -> None:
    rows = admin.execute("SELECT token_hash FROM platform.public_links WHERE kind = 'complaint_form'").fetchall()  # type: ignore[attr-defined]
    assert [bytes(row[0]) for row in rows] == [digest(door)]


def test_only_supervisors_make_codes(yard: Yard) -> None:
    assert yard.steward.get("complaints/doors/").status_code == 403
    assert yard.steward.post("complaints/doors/", {"label": "大堂"}).status_code == 403
    assert yard.manager.post("complaints/doors/", {"label": " "}).status_code == 422
    assert yard.supervisor.get(f"complaints/doors/{uuid4()}").status_code == 404


def test_the_clock_starts_when_the_resident_sends(yard: Yard, door: str) -> None:
    Resident(yard, door).send()
    with yard.place.inside():
        complaint = db.session.scalars(select(Complaint)).one()
        assert {s.stage for s in complaint.stages} == {"first_response", "contact", "solution", "closed"}
        assert complaint.received_at <= clock.now()


def test_a_closed_door_says_so_and_takes_nothing(yard: Yard, door: str) -> None:
    resident = Resident(yard, door)
    found = TOKEN.search(resident.open().text)
    with yard.place.inside():
        key = db.session.scalars(select(Door.id)).one()
    assert "停用 3 栋大堂" in yard.manager.get("complaints/doors/").text
    assert yard.steward.post(f"complaints/doors/{key}/closure").status_code == 403
    for _ in range(2):
        assert yard.manager.post(f"complaints/doors/{key}/closure").status_code == 303
    assert yard.manager.post(f"complaints/doors/{uuid4()}/closure").status_code == 404
    closed = resident.open()
    assert (closed.status_code, "这个二维码已停用" in closed.text) == (410, True)
    data = {**FILLED, "csrf_token": found[1] if found else "", "key": str(uuid4())}
    assert resident.client.post(resident.path, data=data).status_code == 410
    assert count(yard) == 0
    assert "已停用" in yard.manager.get("complaints/doors/").text
    assert "请不要再张贴" in yard.manager.get(f"complaints/doors/{key}").text
    with yard.place.inside():
        events = db.session.scalars(select(Event).where(Event.name == "complaint_door.closed")).all()
        assert [each.actor_name for each in events] == ["陈志远"]
