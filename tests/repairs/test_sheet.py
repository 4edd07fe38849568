"""The printed 维修单: three copies with fees and both signatures, personal data masked (E3)."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from saas.db import db
from saas.documents.models import Document
from saas.pdf.render import render
from tenants.repairs import sheet
from tests.pdf.reading import text_of
from tests.repairs.workshop import Workshop


@pytest.mark.rule("E3")
def test_three_copies_with_fees_and_signatures(shop: Workshop, press: Path) -> None:
    made = shop.bring_to("finished")
    answer = shop.technician.post(f"repairs/{made}/sheet")
    assert answer.status_code == 303
    with shop.place.inside():
        document = db.session.query(Document).one()
        assert "technician" in document.readers
        made_of = sheet.html(document)
    assert set(made_of.assets) == {"consent", "completion"}
    with pikepdf.open(BytesIO(render(made_of))) as pdf:
        assert len(pdf.pages) == 3
        for nth, copy in enumerate(("客户", "工程部存档", "财务收费")):
            told = text_of(pdf, slice(nth, nth + 1)).replace(" ", "")
            for words in (copy, "更换龙头", "35.00", "王*梅", "138****5521"):
                assert words in told, (nth, words)
            assert "王晓梅" not in told
            assert sum(1 for image in pdf.pages[nth].resources.XObject.values() if image.Subtype == "/Image") == 2
