"""The forms of a price list: its head in fields, its lines as rows of plain inputs."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from wtforms import DateField, Form, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from saas.web import typed
from saas.web.typed import clean
from tenants.price_lists.actions import MOST, NewLine
from tenants.price_lists.models import PriceLine

COLUMNS = ("charge", "item", "unit", "price", "note")
SPARE = 5
"""Empty rows below the lines."""


class ListForm(Form):  # type: ignore[misc]
    """Title, day and note of a draft."""

    Meta = typed.Meta

    title = StringField("名称", validators=[DataRequired("请填写名称"), Length(max=60, message="最多 60 字")])
    valid_from = DateField("执行日期", validators=[InputRequired("请填写从哪天起执行")])
    note = TextAreaField("说明", validators=[Length(max=500, message="最多 500 字")])


class DecisionForm(Form):  # type: ignore[misc]
    """Approve or return what was shown."""

    Meta = typed.Meta

    hashed = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField("意见", validators=[Length(max=2000, message="最多 2000 字")])


class DisplayForm(Form):  # type: ignore[misc]
    """Where the list is put on display."""

    Meta = typed.Meta

    label = StringField(
        "公示位置",
        validators=[DataRequired("请写明在哪里公示，例如管家服务中心前台"), Length(max=60, message="最多 60 字")],
    )


def typed_lines(form: Any) -> list[NewLine]:
    """The rows of the form, blank ones too: what was typed is kept. At most a few more than a list may have."""
    columns = [[clean(value)[:500] for value in form.getlist(name)[: MOST + SPARE]] for name in COLUMNS]
    return [NewLine(*row) for row in zip_longest(*columns, fillvalue="")]


def rows_of(lines: Sequence[PriceLine]) -> list[NewLine]:
    """The lines of a draft as rows to type over, and some empty ones below."""
    rows = [NewLine(line.charge, line.item, line.unit, f"{line.price_fen / 100:.2f}", line.note) for line in lines]
    return spared(rows)


def spared(rows: Sequence[NewLine]) -> list[NewLine]:
    """Always some empty rows at the end, for the group that was typed last."""
    full = [row for row in rows if not row.blank]
    charge = full[-1].charge if full else ""
    return full + [NewLine(charge, "", "", "")] * SPARE
