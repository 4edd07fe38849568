"""The contact record on paper: form number, what was said, the course; masked; only for who reads contacts (C1)."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest

from saas import files
from saas.db import db
from saas.documents.models import Document
from tests.pdf.reading import text_of
from tests.receptions.conftest import Lobby
from tests.receptions.test_course import NINE
from workers import rendering


@pytest.mark.rule("C1")
def test_the_form_bears_its_number_and_the_course(lobby: Lobby, press: Path) -> None:
    key = lobby.received(NINE, summary="忘带钥匙，请回电 13912345678", answer="4")
    assert lobby.step(key, "handling", NINE, words="已开门", channel="phone").status_code == 303
    done = {"channel": "phone", "satisfaction": "5", "words": "谢谢"}
    assert lobby.step(key, "revisit", NINE + timedelta(days=1), **done).status_code == 303
    page = lobby.front.get(f"contacts/{key}").text
    assert "打印记录表" in page
    asked = lobby.front.post(f"contacts/{key}/sheet")
    assert asked.status_code == 303
    assert lobby.front.get(asked.headers["Location"]).status_code == 200
    document = UUID(asked.headers["Location"].rsplit("/", 1)[1])
    with lobby.estate.place.inside():
        rendering.render(str(document))
        found = db.session.get_one(Document, document)
        assert (found.state, found.failure) == ("ready", None)
        assert found.sha256
        pdf = pikepdf.open(BytesIO(files.read(lobby.estate.place.schema, found.sha256)))
        db.session.commit()
    text = text_of(pdf).replace(" ", "")
    for words in (
        "XRWY-KF-12", "客户沟通记录表", "3-2-1502", "王*梅", "138****5521", "139****5678", "■求助", "告知预计时间",
        "已开门", "非常满意：谢谢", "已办结", "孙雨薇",
    ):  # fmt: skip
        assert words in text, words
    assert len(pdf.pages) == 1
    finance = lobby.estate.place.staff("钱会计", "finance")
    assert finance.post(f"contacts/{key}/sheet").status_code == 403
    assert finance.get(asked.headers["Location"]).status_code == 403
