"""The quarterly report on paper: complete, tagged, an archive with its figures inside; hostile text does nothing."""

import csv
import logging
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pikepdf
import pytest

from saas.charts import Chart, Series
from saas.markdown import parse
from saas.pdf.book import Book, Cell, Figure, Figures, Head, Note, Photo, Photos, Prose, Section, Signature, Step, Steps
from saas.pdf.book import Table as BookTable
from saas.pdf.render import RenderRefused, render
from saas.pdf.report import report_sheet
from saas.pdf.report.numbering import numbered
from tests.pdf.reading import shown, text_of
from tests.pdf.sample_book import AS_OF, PEOPLE, PHOTOS, sample_book, sample_photos

pytestmark = pytest.mark.rule("I7")


def printed(book: Book, photos: dict[str, bytes] | None = None) -> bytes:
    return render(report_sheet(book, {name: lambda data=data: data for name, data in (photos or {}).items()}))


def opened(book: Book, photos: dict[str, bytes] | None = None) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(printed(book, photos)))


@pytest.fixture(scope="module")
def report(press: object) -> pikepdf.Pdf:
    """The sample with fewer tickets, printed once for all that look into it."""
    return opened(sample_book(rows=60), sample_photos(400))


def small(*blocks: object, **changes: object) -> Book:
    """One chapter and nothing else."""
    fields = {"sections": (Section("one", "概况", blocks=blocks),), "signatures": (), "facts": ()}  # type: ignore[arg-type]
    return sample_book(0, **(fields | changes))


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem"]


def test_it_is_a_tagged_archive_file_in_chinese(report: pikepdf.Pdf) -> None:
    assert str(report.Root.Lang) == "zh-CN"
    assert report.Root.MarkInfo.Marked
    assert str(report.docinfo.Title) == "翠湖花园 2026 年第三季度物业服务报告"
    assert str(report.docinfo.Author) == "和悦物业服务有限公司"
    assert str(report.docinfo.CreationDate).startswith("D:20261008180000+08")
    with report.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
    assert report.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert not report.is_encrypted
    assert not [o for o in report.objects if isinstance(o, pikepdf.Dictionary) and ("/JS" in o or "/Launch" in o)]
    kinds = {str(element.S) for element in elements(report)}
    assert {"/H1", "/H2", "/H3", "/H5", "/P", "/L", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds
    for page in report.pages:
        assert all(annotation.F == 4 and annotation.Contents for annotation in page.get("/Annots", []))


def test_every_picture_says_what_it_shows(report: pikepdf.Pdf) -> None:
    alts = [str(each.get("/Alt", "")) for each in elements(report) if each.S == "/Figure"]
    assert len(alts) == 4 + 6 + 1  # charts, photos, the code
    assert all(len(alt) > 8 for alt in alts)
    assert "近 12 个月投诉量与办结率：投诉量由上年 10 月的 81 件降到 9 月的 20 件，办结率由 86% 升到 98.2%。" in alts
    assert "投诉类别构成：停车管理 15；噪音扰民 14；设施维修 13；环境卫生 11；宠物管理 7；服务态度 4" in alts
    assert {photo.caption for photo in PHOTOS} <= set(alts)


def test_fonts_are_embedded_and_every_glyph_exists(report: pikepdf.Pdf) -> None:
    drawn = {(font.objgen, glyph) for font, glyph in shown(report)}
    assert len(drawn) > 500
    assert all(glyph != 0 for _, glyph in drawn)
    for font in {f.objgen: f for f, _ in shown(report)}.values():
        descendant = font.DescendantFonts[0]
        assert re.search(r"[A-Z]{6}\+Noto-(Sans|Serif)-SC", str(descendant.BaseFont))
        assert "/FontFile2" in descendant.FontDescriptor
    text = text_of(report)
    assert all(name in text for name in PEOPLE)


def test_bookmarks_lead_to_each_chapter_and_part(report: pikepdf.Pdf) -> None:
    assert report.Root.PageMode == "/UseOutlines"
    with report.open_outline() as outline:
        top = [item.title for item in outline.root]
        parts = {item.title: [child.title for child in item.children] for item in outline.root}
        where = {item.title: item.destination[0].objgen for item in outline.root}
    assert top[0] == "目录"
    assert top[1:3] == ["第一章　服务综述", "第二章　客户服务"]
    assert top[-2:] == ["第十章　工单明细", "签署"]
    assert parts["第二章　客户服务"] == ["2.1 投诉受理与办结", "2.2 走访与沟通", "2.3 满意度"]
    pages = [page.obj.objgen for page in report.pages]
    contents = text_of(report, slice(1, 2))
    for title in top[1:]:
        number, _, name = title.rpartition("　")
        page = pages.index(where[title]) + 1
        assert re.search(rf"{number}{name}[ .]* {page}(第|签署|翠湖花园|\d+\.\d)", contents), title


def test_heads_and_numbers_are_on_every_page_but_the_covers(report: pikepdf.Pdf) -> None:
    last = len(report.pages)
    assert last >= 14
    for number in range(2, last):
        text = text_of(report, slice(number - 1, number))
        assert f"第 {number} 页 / 共 {last} 页" in text
        assert "翠湖花园・2026 年第三季度物业服务报告" in text
        assert "报告编号 WYBG-2026Q3-0317　版本 V1.0" in text
    for cover in (slice(0, 1), slice(last - 1, last)):
        assert "页 / 共" not in text_of(report, cover)
    assert "第二章　客户服务" in text_of(report, slice(4, 5))


def test_no_page_is_nearly_empty_and_no_title_stands_alone(report: pikepdf.Pdf) -> None:
    texts = [text_of(report, slice(n, n + 1)) for n in range(1, len(report.pages) - 1)]
    assert all(len(text) > 250 for text in texts)
    titles = [part.section.title for part in numbered(sample_book(60))]
    for text in texts[1:]:
        for title in titles:
            if re.search(rf"(章|\d\.\d){title}", text):  # what follows it, up to the foot
                assert len(text) - text.index(title) - len(title) > 60, title


def test_the_figures_are_inside_as_files(report: pikepdf.Pdf) -> None:
    names = [f"figure-{number}.csv" for number in ("2-1", "2-2", "2-3", "7-1")]
    names += [f"table-{number}.csv" for number in ("1-1", "10-1", "2-1", "3-1", "4-1", "6-1", "7-1", "8-1", "8-2")]
    assert list(report.attachments) == names
    associated = [each.objgen for each in report.Root.AF]
    assert len(associated) == len(set(associated)) == len(names)
    for specification in report.Root.AF:
        assert specification.AFRelationship == "/Data"
        assert specification.EF.F.Subtype == "/text/csv"
        assert str(specification.EF.F.Params.ModDate) == "D:20261008100000Z"
    assert report.attachments["table-8-1.csv"].description == "表 8-1 2026 年第三季度收支表"
    rows = list(csv.reader(StringIO(report.attachments["table-10-1.csv"].get_file().read_bytes().decode("utf-8-sig"))))
    assert rows[0] == ["单号", "受理时间", "位置", "类别", "事项", "处理结果", "处理人", "时限"]
    assert len(rows) == 61
    chart = report.attachments["figure-2-1.csv"].get_file().read_bytes().decode("utf-8-sig")
    assert chart.startswith("项目,投诉量（件）,办结率（%）\r\n10月,81,86\r\n")


def test_who_signed_is_told_with_the_digest(report: pikepdf.Pdf) -> None:
    text = text_of(report, slice(-2, -1))
    for each in sample_book(0).signatures:
        assert each.name in text
        assert each.role in text
        assert each.seal in text
    assert "9f2c4b7e 0d1a6835 c4e2f718" in text
    assert "https://linsheng.example/verify/7f3a9c2e51b84d06" in text_of(report, slice(-1, None))


def test_equal_books_give_equal_bytes_and_a_digit_changes_them() -> None:
    table = BookTable("表", (Head("项"), Head("数", "right")), (("甲", "1"),))
    assert printed(small(table)) == printed(small(table))
    assert printed(small(replace(table, rows=(("甲", "2"),)))) != printed(small(table))


def test_a_draft_says_so_on_every_page_and_has_no_code(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        pdf = opened(small(Prose(parse("未定稿。")), draft="送审稿", verification_url="", digest="", version=""))
    assert caplog.messages == []
    texts = [text_of(pdf, slice(n, n + 1)) for n in range(len(pdf.pages))]
    assert len(texts) == 3
    assert all(text.count("送审稿") >= (1 if n == 0 else 2) for n, text in enumerate(texts))
    assert not [each for each in elements(pdf) if each.S == "/Figure"]
    unsigned = small(signatures=(Signature("审批", "分管领导"),))
    assert "待签署" in text_of(opened(unsigned))


def test_five_thousand_rows_are_cut_on_paper_and_whole_in_the_file() -> None:
    rows = tuple((f"{n}", Cell("=1+1", "red")) for n in range(5_000))
    pdf = opened(small(BookTable("明细", (Head("序"), Head("事项")), rows)))
    assert "其余 4,200 行见附件 table-1-1.csv" in text_of(pdf)
    data = pdf.attachments["table-1-1.csv"].get_file().read_bytes().decode("utf-8-sig")
    assert data.count("\r\n") == 5_001
    assert data.splitlines()[-1] == "4999,'=1+1"


TRICKS = (
    '</style><script>alert(1)</script><img src="{url}"><svg><image href="{url}"/></svg>',
    "}}</style>@import url({url});\"><link rel=attachment href='file:///etc/passwd'>",
    "![图]({url}) [链接]({url}) <iframe src={url}>",
    "url({url}) file:///etc/passwd javascript:alert(1) asset:cover.svg {{{{ book }}}} {{% raw %}}",
    "<div>" * 90,
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A real port on this machine: whoever knocked stays in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def hostile(trick: str) -> Book:
    """A book that says the trick wherever somebody could have typed it."""
    text = parse(f"{trick}\n\n## {trick}\n\n- {trick}\n\n|{trick}|\n|-|\n|{trick}|")
    blocks = (
        Prose(text), Note(trick, text), Figures((Figure(trick, trick, trick, trick, trick, "red"),)),
        BookTable(trick, (Head(trick), Head(trick)), ((trick, Cell(trick, "red")),), trick, trick, trick, (0,)),
        Chart("bars", trick, (trick, "乙"), (Series(trick, (1, 2)), Series(trick, (2, 1))), trick, 1, alt=trick),
        Chart("donut", trick, (trick,), (Series(trick, (1,)),), trick, wide=False),
        Chart("heat", trick, (trick,), (Series(trick, (1,)),), trick, alt=trick),
        Photos((Photo("photo", trick, 4, 3),)), Steps((Step(trick, trick, trick),)),
    )  # fmt: skip
    who = Signature(trick, trick, trick, date(2026, 10, 9), "已审核")
    return Book(
        trick, trick, trick, trick, trick, AS_OF, trick, (Section("x", trick, blocks=blocks), Section("y", trick, 2)),
        (who,), ((trick, trick),), trick, f"https://linsheng.example/{trick[:40]}", trick, draft=trick[:20],
    )  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS, ids=range(len(TRICKS)))
def test_hostile_text_is_text_and_nothing_is_fetched(trick: str, listener: socket.socket) -> None:
    words = trick.format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/probe")
    pdf = opened(hostile(words), {"photo": sample_photos(200)["lobby"]})
    assert words[:60].replace(" ", "") in re.sub(r"[ \u00a0]", "", text_of(pdf))
    assert list(pdf.attachments) == ["figure-1-1.csv", "figure-1-2.csv", "figure-1-3.csv", "table-1-1.csv"]
    targets = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note]
    assert all(target.startswith("https://linsheng.example/") for target in targets)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_photo_that_is_none_is_refused_and_the_next_report_comes_out() -> None:
    book = small(Photos((Photo("photo", "大门", 4, 3),)))
    with pytest.raises(RenderRefused, match="只能上传 JPEG、PNG、WebP 格式的照片"):
        printed(book, {"photo": b"<svg xmlns='http://www.w3.org/2000/svg'/>"})
    with pytest.raises(KeyError):
        report_sheet(book, {})
    assert printed(book, {"photo": sample_photos(200)["lobby"]}).startswith(b"%PDF")


def test_only_a_web_address_becomes_a_code() -> None:
    with pytest.raises(ValueError, match="http"):
        report_sheet(small(verification_url="javascript:alert(1)"), {})
