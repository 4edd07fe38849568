"""On paper: 送审稿 at any time, the final copy after the approval, progress, crash and cancel (I7)."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from flask.testing import FlaskClient
from PIL import Image

from saas import files
from saas.db import db
from saas.documents import actions as documents
from saas.documents.models import Document
from saas.problem import Problem
from tenants.reports import archive, book, drafting, papers, pictures
from tenants.reports.models import Report, ReportArchive, ReportPaper, ReportVersion
from tests.reports.desk import WORDS, Desk
from tests.reports.test_public import send
from workers import rendering

pytestmark = pytest.mark.usefixtures("press")

HOSTILE = """## 情况 <script>alert(1)</script>

见[明细](http://127.0.0.1/x)和![图](file:///etc/passwd)，<img src=http://10.0.0.1/a>与<b>粗</b>。

| 项目 | 数量 |
| --- | ---: |
| 电梯保养 <iframe> | 12 |
"""


def photo() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(stream, "JPEG")
    return stream.getvalue()


def work(desk: Desk, document: UUID) -> None:
    """What the PDF worker does."""
    with desk.place.inside():
        rendering.render(str(document))
        db.session.commit()


def pdf_of(desk: Desk, document: UUID) -> bytes:
    with desk.place.inside():
        row = db.session.get_one(Document, document)
        assert row.failure is None
        assert row.sha256 is not None
        return files.read(desk.place.schema, row.sha256)


def words_of(pdf: pikepdf.Pdf) -> str:
    return str(pdf.docinfo.get("/Keywords", ""))


@pytest.mark.rule("I7")
def test_a_draft_bears_its_word_and_can_be_made_at_any_time(desk: Desk) -> None:
    report = desk.start()
    desk.write(report, "overview")
    paper = desk.draft_paper(report)
    assert desk.draft_paper(report) == paper
    assert "<progress" in desk.supervisor.get(f"reports/{report}").text
    assert "every 1s" in desk.supervisor.part(f"reports/{report}/papers").text
    work(desk, paper)
    assert "every 1s" not in desk.supervisor.part(f"reports/{report}/papers").text
    with pikepdf.open(BytesIO(pdf_of(desk, paper))) as pdf:
        assert len(pdf.pages) >= 3
        with desk.place.inside():
            row = db.session.get_one(Report, report)
            assert archive.mark(row, db.session.get_one(ReportVersion, (report, 2))) in words_of(pdf)
            made = book.book(row, db.session.get_one(ReportVersion, (report, 2)), final=False)
            assert (made.draft, made.verification_url) == ("送审稿", "")
    with desk.place.inside():
        assert db.session.query(ReportArchive).count() == 0


@pytest.mark.rule("I7")
@pytest.mark.rule("I3")
def test_the_final_copy_is_made_archived_and_recognised(desk: Desk, home: Path) -> None:
    report = desk.written()
    desk.run(pictures.add, report, "facilities", caption="电梯限速器校验", data=photo(), by=desk.supervisor)
    desk.submit(report)
    desk.decide(report, desk.manager)
    assert desk.final(report) is None
    desk.decide(report, desk.leader)
    final = desk.final(report)
    assert final is not None
    work(desk, final)
    work(desk, final)  # the relay may hand it over twice
    data = pdf_of(desk, final)
    with desk.place.inside():
        kept = db.session.query(ReportArchive).one()
        row = db.session.get_one(Report, report)
        made = book.book(row, db.session.get_one(ReportVersion, (report, row.version)), final=True)
        assert archive.intact(kept)
        assert made.verification_url.endswith(f"/verify/{row.token}")
        assert [(s.step, s.name, s.seal) for s in made.signatures] == [
            ("编制", "周敏", ""), ("审核", "陈志远", "已审核"), ("审批", "韩立群", "已审批")
        ]  # fmt: skip
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.Root.Lang == "zh-CN"
        names = list(pdf.attachments)
        assert any(name.endswith(".csv") for name in names)
        assert b"WYBG-2026Q3" in data  # said in the clear, so that a copy can be told without opening it
    visitor: FlaskClient = desk.place.world.app.test_client()
    said = send(visitor, f"/verify/{desk.token(report)}", file=(BytesIO(data), "a.pdf")).text
    assert "完全一致" in said
    altered = data.replace(b"/Producer", b"/Produced", 1) + b"\n"
    said = send(visitor, f"/verify/{desk.token(report)}", file=(BytesIO(altered), "a.pdf")).text
    assert "内容不同" in said


@pytest.mark.rule("I7")
def test_a_killed_render_is_begun_again_and_a_cancelled_one_leaves_nothing(desk: Desk) -> None:
    report = desk.approved()
    final = desk.final(report)
    assert final is not None

    def die(_: Document) -> str:
        raise KeyboardInterrupt

    with desk.place.inside():
        with pytest.raises(KeyboardInterrupt):
            documents.produce(final, die)
        db.session.rollback()
    with desk.place.inside():  # ready, and killed before it was archived
        documents.produce(
            final, lambda _: "<html lang='zh-CN'><head><title>报告</title></head><body>报告</body></html>"
        )
        assert db.session.query(ReportArchive).count() == 0
    work(desk, final)
    with desk.place.inside():
        assert db.session.query(ReportArchive).count() == 1
    draft = desk.draft_paper(report)
    assert desk.supervisor.post(f"documents/{draft}/cancellation").status_code == 303
    work(desk, draft)
    with desk.place.inside():
        row = db.session.get_one(Document, draft)
        assert (row.state, row.sha256) == ("cancelled", None)
    assert "已取消生成" in desk.supervisor.get(f"reports/{report}").text


def test_a_draft_of_an_older_version_is_cancelled_for_the_newer(desk: Desk) -> None:
    report = desk.start()
    first = desk.draft_paper(report)
    desk.write(report, "plan")
    second = desk.draft_paper(report)
    assert first != second
    with desk.place.inside():
        assert db.session.get_one(Document, first).state == "cancelled"
        assert db.session.get_one(ReportPaper, second).version == 2


def test_a_version_edited_while_its_copy_was_made_is_not_the_current_ones(desk: Desk) -> None:
    report = desk.approved()
    final = desk.final(report)
    assert final is not None
    desk.write(report, "plan", WORDS + "改")
    with desk.place.inside():
        found = db.session.get_one(Document, final)
        documents._end(found, "ready", data=b"%PDF-1.7 of the version before")
        archive.keep(final)
        db.session.commit()
    desk.submit(report)
    desk.decide(report, desk.manager)
    desk.decide(report, desk.leader)
    again = desk.final(report)
    assert again not in (None, final)
    desk.archive(report)
    with desk.place.inside():
        assert db.session.query(ReportArchive).count() == 2
    with pytest.raises(Problem, match="不用再生成"):
        desk.run(papers.ask_final, report, by=desk.manager)


def test_hostile_text_is_shown_as_typed(desk: Desk) -> None:
    report = desk.start()
    desk.write(report, "facilities", HOSTILE)
    page = desk.supervisor.get(f"reports/{report}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=http" not in page
    editor = desk.supervisor.get(f"reports/{report}/sections/facilities").text
    assert "链接按文字显示" in editor
    paper = desk.draft_paper(report)
    work(desk, paper)
    with pikepdf.open(BytesIO(pdf_of(desk, paper))) as pdf:
        links = [a for page in pdf.pages for a in page.get("/Annots", []) if "/URI" in str(a.get("/A", ""))]
        assert not links


def test_a_table_of_five_thousand_rows_is_refused(desk: Desk) -> None:
    report = desk.start()
    rows = "\n".join("|a|1|" for _ in range(5000))
    for text, words in ((f"|项目|数量|\n|---|---|\n{rows}", "最多"), ("长" * 20_001, "最多 20,000 字")):
        with pytest.raises(Problem, match=words):
            desk.run(drafting.write, report, "charges", text, version=1, by=desk.supervisor)
        page = desk.supervisor.post(f"reports/{report}/sections/charges", {"text": text, "version": "1"})
        assert page.status_code == 422
        assert text[:40] in page.text
    assert desk.version(report) == 1
