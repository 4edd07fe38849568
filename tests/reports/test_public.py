"""Without an account: the published page, the verification of a copy, the owners' committee (I3, I7)."""

from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from saas import clock, files
from saas.db import db
from saas.documents import actions as documents
from saas.problem import Problem
from tenants.releases.covering import cover_of
from tenants.reports import archive, committee, pictures
from tenants.reports.models import (
    CommitteeAnswer,
    CommitteeLink,
    Report,
    ReportArchive,
    ReportCheck,
    ReportPublication,
    ReportVersion,
)
from tests.reports.desk import NOW, Desk
from tests.world import TOKEN

FINAL = b"%PDF-1.7 the final copy of this very test"


def photo(width: int = 60, height: int = 40) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture
def visitor(desk: Desk) -> FlaskClient:
    """A browser of somebody without an account."""
    return desk.place.world.app.test_client()


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Post a form as the page offers it."""
    found = TOKEN.search(client.get(path).text)
    assert found, client.get(path).text
    sent = {name: FileStorage(*value) if isinstance(value, tuple) else value for name, value in fields.items()}
    boundary, body = encode_multipart({"csrf_token": found[1], "key": str(uuid4()), **sent})
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def out(desk: Desk) -> tuple[UUID, str]:
    """A published report and its token."""
    report = desk.written()
    desk.run(pictures.add, report, "facilities", caption="电梯限速器校验", data=photo(), by=desk.supervisor)
    desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    desk.archive(report, FINAL)
    desk.waive(report)
    desk.publish(report)
    return report, desk.token(report)


@pytest.mark.rule("I3")
def test_nobody_reads_it_before_it_is_published(desk: Desk, visitor: FlaskClient) -> None:
    report = desk.approved()
    token = desk.token(report)
    assert visitor.get(f"/r/{token}").status_code == 404
    desk.archive(report, FINAL)
    page = visitor.get(f"/r/{token}")
    assert page.status_code == 404
    assert "还没有公布" in page.text
    assert "尚未公布" in visitor.get(f"/verify/{token}").text
    assert visitor.get(f"/r/{token}/file").status_code == 404


@pytest.mark.rule("I3")
def test_everybody_reads_it_without_script(desk: Desk, visitor: FlaskClient) -> None:
    report, token = out(desk)
    page = visitor.get(f"/r/{token}")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "noindex" in page.headers["X-Robots-Tag"]
    for words in ("服务概况", "停车秩序有改善", "投诉等级", "电梯限速器校验", "2026 年 7 月 1 日至 9 月 30 日"):
        assert words in page.text
    assert visitor.get(f"/r/{token}/file").data == FINAL
    with desk.place.inside():
        (entry,) = db.session.get_one(ReportVersion, (report, desk_version(report))).pictures
    picture = visitor.get(f"/r/{token}/pictures/{entry['sha256']}")
    assert picture.mimetype == "image/jpeg"
    assert visitor.get(f"/r/{token}/pictures/{'0' * 64}").status_code == 404
    letter = desk.ask(lambda: cover_of("reports", report))
    assert letter is not None
    assert f"/r/{token}" in desk.supervisor.get(f"releases/{letter.id}").text


def desk_version(report: UUID) -> int:
    return db.session.get_one(Report, report).version


@pytest.mark.rule("I3")
@pytest.mark.rule("I7")
def test_the_archived_file_is_read_again_at_each_verification(desk: Desk, visitor: FlaskClient, home: Path) -> None:
    report, token = out(desk)
    page = visitor.get(f"/verify/{token}").text
    assert "存档文件完好" in page
    assert "<script" not in page
    for words in ("审核 陈志远", "审批 韩立群", "公布"):
        assert words in page
    with desk.place.inside():
        sha256 = db.session.query(ReportArchive).one().sha256
    assert sha256 in page
    path = files.path_of(home, desk.place.schema, sha256)
    try:
        path.write_bytes(FINAL + b" ")
        assert "不一致" in visitor.get(f"/verify/{token}").text
        assert visitor.get(f"/r/{token}/file").status_code == 404
        desk.run(archive.check_again, report)
        assert "已被改动" in desk.manager.get("reports/archive").text
    finally:
        path.write_bytes(FINAL)
    assert desk.manager.post(f"reports/{report}/check").status_code == 303
    with desk.place.inside():
        found = db.session.query(ReportCheck).order_by(ReportCheck.checked_at, ReportCheck.checked_by).all()
        assert sorted(check.intact for check in found) == [False, True]


@pytest.mark.rule("I7")
def test_a_visitor_compares_their_own_copy(desk: Desk, visitor: FlaskClient) -> None:
    report, token = out(desk)
    where = f"/verify/{token}"

    def said(data: bytes) -> str:
        answer = send(visitor, where, file=(BytesIO(data), "报告.pdf"))
        assert answer.status_code == 200
        return answer.text

    assert "完全一致" in said(FINAL)
    assert "不是我们的报告" in said(b"%PDF-1.4 something else")
    with desk.place.inside():
        row = db.session.get_one(Report, report)
        mark = archive.mark(row, db.session.get_one(ReportVersion, (report, row.version))).encode()
    forged = said(b"%PDF-1.7 " + b"x" * 1_048_500 + b"/Keywords (" + mark + b") altered")
    assert "内容不同" in forged
    assert "报告编号、版本、内容校验码" in forged
    assert "内容不同" in said(b"%PDF " + mark.replace(b" v", b" v9") + b" altered")
    assert send(visitor, where).status_code == 422


@pytest.mark.rule("I7")
def test_another_version_is_said_to_be_one(desk: Desk, visitor: FlaskClient) -> None:
    report = desk.written()
    paper = desk.draft_paper(report)
    with desk.place.inside():
        documents._end(db.session.get_one(documents.Document, paper), "ready", data=b"%PDF-1.7 a draft")
    desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    desk.archive(report, FINAL)
    answer = send(visitor, f"/verify/{desk.token(report)}", file=(BytesIO(b"%PDF-1.7 a draft"), "a.pdf"))
    assert "另一份文件" in answer.text
    assert "送审稿" in answer.text


def test_a_large_file_is_compared_and_a_larger_one_refused(desk: Desk, visitor: FlaskClient) -> None:
    _, token = out(desk)
    taken = send(visitor, f"/verify/{token}", file=(BytesIO(b"x" * 30_000_000), "a.pdf"))
    assert "不是我们的报告" in taken.text
    refused = send(visitor, f"/verify/{token}", file=(BytesIO(b"x" * 70_000_000), "a.pdf"))
    assert refused.status_code == 413


@pytest.mark.rule("I3")
def test_the_committee_reads_and_answers_once(desk: Desk, visitor: FlaskClient) -> None:
    report = desk.archived()
    assert desk.manager.post(f"reports/{report}/committee").status_code == 303
    shown = desk.manager.get(f"reports/{report}/committee").text
    with desk.place.inside():
        token = db.session.query(CommitteeLink).one().token
    where = f"/c/{token}"
    assert f"http://localhost{where}" in shown
    page = visitor.get(where)
    assert "<script" not in page.text
    assert "停车秩序有改善" in page.text
    for fields, words in (
        ({}, "请选择同意公布或有意见"), ({"verdict": "opinion", "name": "赵国平"}, "请写明意见"),
        ({"verdict": "agreed"}, "请填写签署人姓名"), ({"verdict": "yes", "name": "赵"}, "请从列表里选择"),
        ({"verdict": "agreed", "name": "赵国平", "sheet": (BytesIO(b"no picture"), "a.jpg")}, "只能上传 JPEG"),
    ):  # fmt: skip
        answer = send(visitor, where, **fields)
        assert answer.status_code == 422
        assert words in answer.text
    kept = send(
        visitor, where, verdict="opinion", opinion="绿化费用请写明", name="赵国平", sheet=(BytesIO(photo()), "a.jpg")
    )
    assert kept.status_code == 303
    assert "意见已收到" in visitor.get(kept.location).text
    again = visitor.get(where)
    assert again.status_code == 410
    assert "索取新的链接" in again.text
    with desk.place.inside():
        answer = db.session.query(CommitteeAnswer).one()
        assert (answer.verdict, answer.name) == ("opinion", "赵国平")
        link = answer.link_id
    page = desk.manager.get(f"reports/{report}").text
    assert "绿化费用请写明" in page
    assert desk.manager.get(f"reports/{report}/sheets/{link}").mimetype == "image/jpeg"


@pytest.mark.rule("I3")
def test_a_new_link_ends_the_former_and_all_expire(desk: Desk, visitor: FlaskClient) -> None:
    report = desk.archived()
    first = desk.run(committee.open_link, report, by=desk.manager)
    desk.run(committee.open_link, report, by=desk.supervisor)
    with desk.place.inside():
        links = {link.id: link.token for link in db.session.query(CommitteeLink)}
        second = next(id for id in links if id != first)
        until = db.session.get_one(CommitteeLink, second).expires_at
    assert visitor.get(f"/c/{links[first]}").status_code == 410
    assert visitor.get(f"/c/{links[second]}").status_code == 200
    with clock.at(until):
        assert visitor.get(f"/c/{links[second]}").status_code == 410
        with pytest.raises(Problem, match="失效"):
            desk.run(committee.answer, second, verdict="agreed", opinion="", name="赵国平")


@pytest.mark.rule("I3")
def test_guessing_is_slowed_down(desk: Desk, visitor: FlaskClient) -> None:
    seen = set()
    for number in range(80):
        for path in ("/c/", "/r/", "/verify/"):
            answer = visitor.get(f"{path}guess-{number}", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
            seen.add(answer.status_code)
            if answer.status_code == 429:
                assert "次数太多" in answer.text
                assert visitor.get("/c/x", environ_overrides={"REMOTE_ADDR": "203.0.113.10"}).status_code == 404
                assert seen == {404, 429}
                return
    raise AssertionError("nobody stopped it")


@pytest.mark.rule("A1")
def test_links_of_one_kind_open_nothing_of_another(desk: Desk, visitor: FlaskClient) -> None:
    report, token = out(desk)
    for path in (f"/c/{token}", f"/p/{token}", f"/s/{token}", f"/q/{token}"):
        assert visitor.get(path).status_code == 404, path
    with desk.place.inside():
        release = cover_of("reports", report)
        assert release is not None
    assert visitor.get(f"/r/{release.token}").status_code == 404


def test_pictures_are_looked_at_before_they_are_kept(desk: Desk) -> None:
    report = desk.start()
    huge = BytesIO()
    Image.new("1", (10_000, 8_000)).save(huge, "PNG")
    for data, words in ((huge.getvalue(), "万像素"), (b"<svg/>", "只能上传 JPEG"), (b"", "重新选择")):
        with pytest.raises(Problem, match=words):
            desk.run(pictures.add, report, "order", caption="门岗", data=data, by=desk.supervisor)
    with pytest.raises(Problem, match="图片说明"):
        desk.run(pictures.add, report, "order", caption=" ", data=photo(), by=desk.supervisor)
    page = desk.supervisor.post(
        f"reports/{report}/sections/order/pictures", {"caption": "门岗", "picture": (BytesIO(huge.getvalue()), "a.png")}
    )
    assert page.status_code == 422
    assert "万像素" in page.text
    assert "门岗" in page.text
    desk.run(pictures.add, report, "order", caption="门岗", data=photo(3000, 2000), by=desk.supervisor)
    with desk.place.inside():
        (entry,) = db.session.get_one(ReportVersion, (report, 2)).pictures
        assert (entry["width"], entry["height"]) == (2000, 1333)
    gone = desk.supervisor.post(f"reports/{report}/pictures/{entry['id']}/removal")
    assert gone.status_code == 303
    assert desk.supervisor.post(f"reports/{report}/pictures/{entry['id']}/removal").status_code == 404
    with desk.place.inside():
        assert db.session.get_one(ReportVersion, (report, 3)).pictures == []


@pytest.mark.rule("I3")
def test_twenty_publications_at_once_publish_once(desk: Desk) -> None:
    from concurrent.futures import ThreadPoolExecutor

    report = desk.archived()
    desk.waive(report)
    version, people = desk.version(report), [desk.manager, desk.supervisor]

    def press(number: int) -> int:
        with clock.at(NOW):
            return people[number % 2].post(f"reports/{report}/publication", {"version": version}).status_code

    for person in people:
        person.post("nowhere")  # fetches its token before the race
    with ThreadPoolExecutor(8) as many:
        codes = list(many.map(press, range(20)))
    assert sorted(set(codes)) == [303, 409]
    assert codes.count(303) == 1
    with desk.place.inside():
        assert db.session.query(ReportPublication).count() == 1
        release = cover_of("reports", report)
        assert release is not None
        assert len(release.deliveries) == 1
