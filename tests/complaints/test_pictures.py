"""Photos of a case: sent by residents without script, added by staff, seen by who may read it but the accused."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from saas import files
from saas.db import db
from saas.events import Event
from saas.pictures import decoding
from saas.pictures.models import Photo
from tenants.complaints.models import Complaint
from tests.complaints.conftest import Yard
from tests.complaints.resident import Resident
from tests.complaints.test_register import fields
from tests.pictures.shots import PLACE, from_a_phone, only_a_header, shot
from tests.world import Person


def sent(*photos: bytes, name: str = "IMG.jpg") -> list[tuple[BytesIO, str]]:
    """Photos as a browser sends them."""
    return [(BytesIO(photo), name) for photo in photos]


def shots(count: int) -> list[bytes]:
    return [shot(shade=10 * n) for n in range(count)]


def photos(yard: Yard) -> list[Photo]:
    with yard.place.inside():
        found = list(db.session.scalars(select(Photo).order_by(Photo.added_at, Photo.id)))
        db.session.expunge_all()
        return found


def add(yard: Yard, who: Person, complaint: UUID, *pictures: bytes, **more: Any) -> Any:
    return who.post(f"complaints/{complaint}/pictures", {"pictures": sent(*pictures), **more})


def events(yard: Yard) -> list[Event]:
    with yard.place.inside():
        found = list(db.session.scalars(select(Event).where(Event.name == "complaint.pictures_added")))
        db.session.expunge_all()
        return found


@pytest.mark.rule("D1")
def test_a_resident_sends_photos_without_script(yard: Yard, door: str) -> None:
    resident = Resident(yard, door)
    form = resident.open().text
    assert 'enctype="multipart/form-data"' in form
    assert "最多 3 张" in form
    answer = resident.send(pictures=sent(from_a_phone(), shot("PNG"), shot("WEBP", shade=0)))
    assert answer.status_code == 303
    kept = photos(yard)
    assert [(each.added_by, each.added_by_name) for each in kept] == [(None, "客户")] * 3
    for each in kept:
        data = files.read(yard.place.schema, each.sha256)
        assert data.startswith(b"\xff\xd8")
        assert PLACE.encode() not in data
    status = resident.client.get(answer.headers["Location"]).text
    assert "/pictures/" not in status  # whoever has the address of the status page sees no photo
    with yard.place.inside():
        complaint = db.session.scalars(select(Complaint.id)).one()
    shown = yard.steward.get(f"complaints/{complaint}").text
    assert shown.count('/small"') == 6  # in their panel, and in the course


@pytest.mark.rule("D1")
@pytest.mark.parametrize(
    ("pictures", "says"),
    [
        (shots(4), "一次最多 3 张照片，您选了 4 张"),
        ([shot(), b"not a photo"], "第 2 张：只能上传 JPEG、PNG、WebP"),
        ([only_a_header(9000, 9000)], "超过 4000 万像素"),
        ([b""], "照片是空的"),
    ],
)
def test_photos_that_cannot_be_taken_are_told_and_the_text_is_kept(
    yard: Yard, door: str, pictures: list[bytes], says: str
) -> None:
    answer = Resident(yard, door).send(pictures=sent(*pictures), demand="保留这句话")
    assert answer.status_code == 422
    for words in (says, "照片须重新选择", "保留这句话"):
        assert words in answer.text
    assert photos(yard) == []
    with yard.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_three_photos_of_the_largest_size_fit_in_one_form(yard: Yard, door: str) -> None:
    largest = [each + bytes(decoding.LARGEST - len(each)) for each in shots(3)]
    taken = Resident(yard, door).send(pictures=sent(*largest))
    refused = Resident(yard, door).send(pictures=sent(largest[0] + b"x"))
    for answer in (taken, refused):
        answer.request.environ["wsgi.input"].close()  # the test client's own spool file
    assert taken.status_code == 303
    assert (refused.status_code, "照片超过 10 MB" in refused.text) == (422, True)


def test_another_mistake_says_that_photos_must_be_chosen_again(yard: Yard, door: str) -> None:
    answer = Resident(yard, door).send(pictures=sent(shot()), subject="")
    assert answer.status_code == 422
    assert "其他内容还在，照片须重新选择" in answer.text
    assert "照片须重新选择" not in Resident(yard, door).send(subject="").text


def test_one_form_twice_keeps_its_photos_once(yard: Yard, door: str) -> None:
    resident, key = Resident(yard, door), str(uuid4())
    first = resident.send(key, pictures=sent(*shots(2)))
    assert resident.send(key, pictures=sent(*shots(2))).headers["Location"] == first.headers["Location"]
    assert len(photos(yard)) == 2


def test_machines_have_nothing_decoded(yard: Yard, door: str) -> None:
    answer = Resident(yard, door).send(website="http://spam.example", pictures=sent(b"not a photo"))
    assert (answer.status_code, "已收到" in answer.text) == (200, True)


def test_the_register_form_takes_photos(yard: Yard) -> None:
    assert yard.steward.post("complaints/", fields(yard, pictures=sent(b"no", b"no"))).status_code == 422
    answer = yard.steward.post("complaints/", fields(yard, pictures=sent(*shots(2))))
    assert answer.status_code == 303
    assert [each.added_by_name for each in photos(yard)] == ["林晓燕"] * 2
    assert "添加照片" in yard.steward.get(answer.headers["Location"]).text
    again = yard.steward.post("complaints/", fields(yard, pictures=sent(shot()), category="x"))
    assert "照片须重新选择" in again.text


@pytest.mark.rule("D2")
def test_staff_add_photos_and_the_course_shows_them(yard: Yard) -> None:
    complaint = yard.register()
    version = yard.version(complaint)
    assert add(yard, yard.engineer, complaint, *shots(2), caption=" 门机皮带，更换前 ").status_code == 303
    assert yard.version(complaint) == version  # nobody's open form is stale
    shown = yard.steward.get(f"complaints/{complaint}").text
    assert "添加照片 2 张" in shown
    assert "门机皮带，更换前" in shown
    assert len(events(yard)) == 1
    answer = add(yard, yard.steward, complaint, shots(2)[0])
    assert "这些照片已经在案卷里" in yard.steward.get(answer.headers["Location"]).text
    assert (len(photos(yard)), len(events(yard))) == (2, 1)


def test_the_same_form_twice_adds_once(yard: Yard) -> None:
    complaint, key = yard.register(), str(uuid4())
    for shade in (1, 2):
        assert add(yard, yard.steward, complaint, shot(shade=shade * 60), key=key).status_code == 303
    assert len(photos(yard)) == 1


@pytest.mark.parametrize(
    ("pictures", "more", "says"),
    [
        ([], {}, "请选择照片"),
        ([b"no"], {"caption": "皮带"}, "只能上传 JPEG、PNG、WebP"),
        ([shot()], {"caption": "长" * 61}, "最多 60 字"),
        (shots(10), {}, "一次最多 9 张"),
    ],
)
def test_wrong_photos_are_told_on_the_card(yard: Yard, pictures: list[bytes], more: dict[str, str], says: str) -> None:
    complaint = yard.register()
    answer = add(yard, yard.steward, complaint, *pictures, **more)
    assert answer.status_code == 422
    assert says in answer.text
    assert "<details open>" in answer.text
    assert more.get("caption", "") in answer.text
    assert photos(yard) == []


def test_who_only_reads_adds_nothing_and_a_closed_case_takes_none(yard: Yard) -> None:
    complaint = yard.register()
    assert add(yard, yard.leader, complaint, shot()).status_code == 403
    assert "<summary" not in yard.leader.get(f"complaints/{complaint}").text.split('id="content"')[1].split("经过")[0]
    yard.accept(complaint)
    yard.solve(complaint)
    called = {"channel": "on_site", "signed": "y", "satisfaction": "5", "opinion": ""}
    assert yard.post(yard.steward, complaint, "callbacks", **called).status_code == 303
    closed = {"conclusion": "已修复", "no_reply": "spoken", "no_reply_note": "当面告知"}
    assert yard.post(yard.supervisor, complaint, "closure", **closed).status_code == 303
    assert add(yard, yard.steward, complaint, shot()).status_code == 409
    assert photos(yard) == []


@pytest.mark.rule("B10")
def test_photos_are_served_only_to_who_may_read_the_case(yard: Yard) -> None:
    complaint, other = yard.register(), yard.register()
    add(yard, yard.steward, complaint, shot(size=(1600, 1200)))
    (photo,) = photos(yard)
    path = f"complaints/{complaint}/pictures/{photo.id}"
    whole, small = yard.leader.get(path), yard.leader.get(f"{path}/small")
    assert whole.data == files.read(yard.place.schema, photo.sha256)
    assert len(small.data) < len(whole.data)
    for answer in (whole, small):
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    outsider = yard.place.staff("品牌某", "brand")
    for wrong in (f"complaints/{other}/pictures/{photo.id}", f"complaints/{complaint}/pictures/{uuid4()}"):
        assert yard.steward.get(wrong).status_code == 404
    assert outsider.get(path).status_code == outsider.get(f"{path}/small").status_code == 403
    assert yard.place.world.app.test_client().get(yard.steward.at(path)).status_code == 302


@pytest.mark.rule("D4")
def test_whoever_is_complained_about_sees_no_photo(yard: Yard) -> None:
    complaint = yard.register(complained_about=yard.colleague.id)
    add(yard, yard.steward, complaint, shot(), caption="前台没有人")
    (photo,) = photos(yard)
    for path in (f"complaints/{complaint}/pictures/{photo.id}", f"complaints/{complaint}/pictures/{photo.id}/small"):
        refused = yard.colleague.get(path)
        assert refused.status_code == 403
        assert "回避" in refused.text
    card = yard.colleague.get(f"complaints/{complaint}").text
    assert "/pictures/" not in card
    assert add(yard, yard.colleague, complaint, shot(shade=0)).status_code == 403
    assert len(photos(yard)) == 1


def test_a_kept_photo_cannot_be_changed_or_removed(yard: Yard) -> None:
    complaint = yard.register()
    add(yard, yard.steward, complaint, shot())
    for statement in ("UPDATE pictures SET caption = 'x'", "DELETE FROM pictures"):
        with yard.place.inside(), pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text(statement))
