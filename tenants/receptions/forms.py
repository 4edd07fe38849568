"""The forms of the desk: one sentence to begin with, and a short one for each step after."""

from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from saas.clock import CN
from saas.policy.pack import Pack
from saas.web import typed
from saas.web.typed import PHONE, choices
from tenants.receptions.actions import Matter
from tenants.receptions.actions.receiving import COMPLAINT, SETTLED


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta


class ReceptionForm(Base):
    """What a customer brings up: a sentence and its kind; the rest is chosen already or may stay empty."""

    summary = TextAreaField(
        "客户说了什么",
        [InputRequired("请写下客户说了什么，一句话也可以"), Length(max=20000, message="最多 20000 个字")],
    )
    request_kind = RadioField("事项", [InputRequired("请选择是咨询、报修还是其他")])
    answer = SelectField("答复")
    category = SelectField("投诉类别", validators=[Optional()])
    channel = SelectField("方式")
    room = StringField("房号或地点", [Length(max=60, message="房号或地点最多 60 个字")])
    reporter = StringField("来访人或来电人", [Length(max=40, message="姓名最多 40 个字")])
    phone = TelField("联系电话", [Optional(), PHONE])

    @classmethod
    def by(cls, pack: Pack, kinds: dict[str, str], typed_in: Any = None, **data: Any) -> "ReceptionForm":
        """The form with the tables of the pack; `kinds` are those that this person may register."""
        form = cls(typed_in, data=data)
        least, most = pack.settings.expected_hours
        waits = {str(hours): f"已告知 {hours} 小时内答复" for hours in range(least, most + 1)}
        form.request_kind.choices = choices(kinds)
        form.answer.choices = choices({"": "还没有答复", SETTLED: "当场办结"} | waits)
        form.channel.choices = choices(pack.channels)
        form.category.choices = choices(pack.categories, "投诉时选择")
        return form

    def validate_category(self, field: Any) -> None:
        """A complaint is of some category; whoever is in a hurry leaves it to the judgement."""
        if self.request_kind.data != COMPLAINT:
            field.data = ""

    def matter(self, unit_id: UUID | None, customer_id: UUID | None) -> Matter:
        """What `receive` takes. Call it after `validate()`."""
        return Matter(
            channel=self.channel.data, request_kind=self.request_kind.data, summary=self.summary.data,
            unit_id=unit_id, customer_id=customer_id, room=self.room.data or "",
            reporter=self.reporter.data or "", phone=self.phone.data or "",
            category=self.category.data or "", answer=self.answer.data or "",
        )  # fmt: skip


def _words(label: str, needed: str = "") -> TextAreaField:
    rule = InputRequired(needed) if needed else Optional()
    return TextAreaField(label, [rule, Length(max=4000, message="最多 4000 个字")])


class ExpectForm(Base):
    """By when the customer was told to hear from us."""

    expected_at = DateTimeLocalField(
        "预计答复时间", [InputRequired("请填写告知客户的时间")], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    channel = SelectField("告知方式")
    words = _words("说明")

    @property
    def moment(self) -> datetime:
        """The time that was told. Call it after `validate()`."""
        at: datetime = self.expected_at.data.replace(tzinfo=CN)
        return at


class EscalateForm(Base):
    """To which level, and why."""

    role = SelectField("上报给", validators=[InputRequired("请选择上报给哪一级")])
    words = _words("遇到的问题和需要的支持", "请写明遇到什么问题、需要什么支持")


class HandleForm(Base):
    """What was done; the customer may have been told at once."""

    words = _words("处理结果", "请写明怎么处理的、结果如何")
    channel = SelectField("已告知客户", validators=[Optional()])


class NoteForm(Base):
    """A word on how it goes."""

    words = _words("跟进情况", "请写下跟进的情况")


class FeedBackForm(Base):
    """The customer was told what came of it."""

    channel = SelectField("反馈方式")
    words = _words("怎么说的")


class RevisitForm(Base):
    """How it went, in the customer's words."""

    channel = SelectField("回访方式")
    satisfaction = RadioField("客户满意程度", [InputRequired("请选择客户的满意程度")])
    words = _words("客户的意见", "请写下客户的意见")
    unsettled = BooleanField("事情还没有解决，继续跟进")


class HandOverForm(Base):
    """Who follows it up from now on."""

    to = SelectField("转给", validators=[InputRequired("请选择由谁跟进")])
