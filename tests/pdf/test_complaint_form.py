"""投诉处理单 on paper: complete, tagged, with embedded fonts, and readable when the text is long or missing."""

import logging
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest

from saas.pdf.render import render
from tenants.complaints.form_sheet import ComplaintForm, Stage, complaint_form_html
from tests.pdf.reading import shown, text_of

AT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


def opened(form: ComplaintForm, archive: bool = True) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(render(complaint_form_html(form), archive=archive)))


def test_it_is_a_tagged_archive_file_in_chinese(form: ComplaintForm) -> None:
    pdf = opened(form)
    assert str(pdf.Root.Lang) == "zh-CN"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.StructTreeRoot is not None
    assert str(pdf.docinfo.Title) == "投诉处理单 TS-2026-1116-003"
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
    kinds = {str(o.S) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem"}
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= kinds


def test_dates_of_the_file_are_the_time_of_printing(form: ComplaintForm) -> None:
    assert str(opened(form).docinfo.CreationDate).startswith("D:20261122103000+08")
    assert render(complaint_form_html(form)) == render(complaint_form_html(form))


def test_fonts_are_embedded_and_every_glyph_exists(form: ComplaintForm) -> None:
    pdf = opened(replace(form, content="😡𠮷☑\u200d吵", demand="㎡ ℃ № ①"))
    drawn = list(shown(pdf))
    assert drawn
    assert all(glyph != 0 for _, glyph in drawn)
    for font in {f.objgen: f for f, _ in drawn}.values():
        descendant = font.DescendantFonts[0]
        assert re.search("Noto-(Sans|Serif)-SC", str(descendant.BaseFont))
        assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())


def test_rare_surnames_can_be_copied_out(form: ComplaintForm) -> None:
    text = text_of(opened(form))
    assert "周㛃䶮" in text
    assert "𬱖建国" in text


@pytest.mark.rule("D2")
def test_every_field_of_the_record_card_is_on_the_form(form: ComplaintForm) -> None:
    text = text_of(opened(form)).replace(" ", "")
    for field in fields(form):
        value = getattr(form, field.name)
        if isinstance(value, str):
            for line in value.split("\n"):
                assert line.replace(" ", "") in text, field.name
    entries = [(a.who, a.opinion) for a in form.approvals] + [(c.who, c.opinion) for c in form.callbacks]
    assert all(who in text and opinion in text for who, opinion in entries)
    assert "第1页/共2页" in text
    assert "逾期48分钟" in text


def test_a_form_without_content_says_so(form: ComplaintForm) -> None:
    bare = ComplaintForm(company="翠湖物业", project="翠湖花园", number="TS-1", printed_by="林晓", printed_at=AT)
    pdf = opened(bare)
    assert text_of(pdf).count("--") >= 25
    assert len(pdf.pages) == 2


def test_long_texts_run_over_pages_and_nothing_is_lost(form: ComplaintForm, caplog: pytest.LogCaptureFixture) -> None:
    sentences = [f"第{i}次反映楼上夜间施工至凌晨，家里老人孩子无法休息。" for i in range(180)]
    long = "".join(sentences)[:4900]
    wordy = (replace(form.approvals[0], opinion="久" * 3000),)
    with caplog.at_level(logging.WARNING):
        pdf = opened(replace(form, content=long, reply_text=long, closure_note="长" * 4900, approvals=wordy))
    raw = text_of(pdf)
    text = re.sub(r"翠湖物业服务有限公司.*?共 \d+ 页(二、投诉内容|九、答复客户|十三、办结)?", "", raw)
    assert caplog.messages == []
    assert all(text.count(s) == 2 for s in sentences[:150])
    assert (text.count("长"), text.count("久")) == (4900, 3000)
    assert 6 <= len(pdf.pages) <= 13
    assert raw.count("二、投诉内容") >= 3  # the head of a section repeats on each page it runs over


def test_markup_in_a_complaint_is_text(form: ComplaintForm) -> None:
    hostile = '</td></table><img src="file:///etc/hostname"><script>1</script>'
    assert hostile in text_of(opened(replace(form, content=hostile)))


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        (Stage("办结", AT, AT), "按时"),
        (Stage("办结", AT, AT + timedelta(minutes=48)), "逾期 48 分钟"),
        (Stage("办结", AT - timedelta(hours=51)), "逾期 2 天 3 小时，未完成"),
        (Stage("办结", AT + timedelta(minutes=1)), "未到期"),
        (Stage("办结", None), "–"),
    ],
)
def test_a_clock_is_judged_at_the_time_of_printing(stage: Stage, outcome: str) -> None:
    assert stage.outcome(AT) == outcome
