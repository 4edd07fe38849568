"""The forms of linking."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from saas.web.typed import choices, longest
from tenants.complaints.forms.base import Base
from tenants.complaints.repeats.models import KINDS
from tenants.complaints.repeats.suggesting import Suggestion


class LinkForm(Base):
    """关联同一事项."""

    number = StringField("投诉编号", validators=[DataRequired("请填写另一件投诉的编号"), longest(40)])
    kind = RadioField("怎样关联", validators=[InputRequired("请选择怎样关联")])
    reason = TextAreaField("理由", validators=[DataRequired("请写明为什么是同一事项"), longest(2000)])

    @classmethod
    def make(cls, data: Any, suggested: Sequence[Suggestion], wanted: str) -> "LinkForm":
        """With the number that was clicked, or that of the most alike one."""
        known = {each.number for each in suggested}
        form = cls(data, number=wanted if wanted in known else next((each.number for each in suggested), ""))
        form.kind.choices = choices(KINDS)
        return form


class UnlinkForm(Base):
    """取消关联."""

    reason = TextAreaField("取消的理由", validators=[DataRequired("请写明为什么不是同一事项"), longest(2000)])
