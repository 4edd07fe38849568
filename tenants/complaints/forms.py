"""The forms of a complaint: shape and lengths here, decisions in the actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    Form,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from saas import clock
from saas.clock import CN
from saas.pictures.actions import LONGEST_CAPTION
from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from saas.web import typed
from saas.web.typed import choices
from tenants.complaints.actions.registering import LONGEST_BODY, LONGEST_DEMAND, LONGEST_SUBJECT
from tenants.complaints.models import Complaint

MINUTE = "%Y-%m-%dT%H:%M"
PHONE = Regexp(r"^\s*\+?[0-9][0-9 \-]{4,18}\s*$", message="电话应是 5 到 20 位数字，例如 13800005521")
MAIL = Regexp(r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$", message="邮箱应形如 name@example.com")


def longest(count: int) -> Length:
    return Length(max=count, message=f"最多 {count} 字")


def people(staff: Iterable[Staff], pack: Pack, empty: str) -> list[Any]:
    """Staff with the names of their roles, for a select."""
    return choices({str(p.id): f"{p.name}（{'、'.join(pack.roles.get(r, r) for r in p.roles)}）" for p in staff}, empty)


def aware(moment: datetime | None) -> datetime | None:
    """What was typed is Shanghai time."""
    return moment.replace(tzinfo=CN) if moment else None


def chosen(value: str | None) -> UUID | None:
    """The id behind a select or radio, None for nothing or nonsense."""
    try:
        return UUID(value or "")
    except ValueError:
        return None


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta


class NewForm(Base):
    """Registering a complaint (D1, D2)."""

    q = StringField("找客户", validators=[longest(60)])
    party = RadioField("客户", validators=[Optional()], validate_choice=False)
    anonymous = BooleanField("客户不愿留名（匿名）")
    reporter = StringField("投诉人姓名", validators=[longest(60)])
    room = StringField("房号或地点", validators=[longest(60)])
    phone = TelField("联系电话", validators=[Optional(), PHONE])
    email = EmailField("邮箱", validators=[Optional(), longest(254), MAIL])
    subject = StringField("标题", validators=[DataRequired("请用一句话写明投诉什么"), longest(LONGEST_SUBJECT)])
    body = TextAreaField("投诉内容", validators=[DataRequired("请写下投诉的经过"), longest(LONGEST_BODY)])
    demand = TextAreaField("客户诉求", validators=[longest(LONGEST_DEMAND)])
    category = SelectField("类别", validators=[InputRequired("请选择类别")])
    source = SelectField("来源", validators=[InputRequired("请选择来源")])
    channel = SelectField("受理方式", validators=[InputRequired("请选择受理方式")])
    pictures = MultipleFileField("照片")
    received_at = DateTimeLocalField("收到时间", format=MINUTE, validators=[InputRequired("请填写收到投诉的时间")])
    complained_about = SelectField("被投诉员工", validators=[Optional()])

    @classmethod
    def make(cls, data: Any, pack: Pack, staff: Iterable[Staff]) -> "NewForm":
        """With the tables of the pack; the time starts at now."""
        form = cls(data, received_at=clock.local(clock.now()).replace(tzinfo=None, second=0, microsecond=0))
        form.category.choices = choices(pack.categories, "请选择")
        form.source.choices = choices(pack.sources, "请选择")
        form.channel.choices = choices(pack.channels, "请选择")
        form.complained_about.choices = people(staff, pack, "没有投诉到具体员工")
        form.party.choices = []
        return form


class ResponseForm(Base):
    """First response, or reaching the complainant."""

    kind = HiddenField()
    channel = SelectField("方式", validators=[InputRequired("请选择方式")])
    text = TextAreaField("内容", validators=[DataRequired("请写下回应的内容"), longest(4000)])


class JudgementForm(Base):
    """The supervisor's ruling (D3)."""

    accepted = RadioField(
        "是否受理", choices=choices({"yes": "受理", "no": "不受理"}), validators=[InputRequired("请选择是否受理")]
    )
    established = RadioField(
        "是否成立", choices=choices({"yes": "成立", "no": "不成立", "open": "待查"}), default="open",
        validators=[InputRequired("请选择是否成立")],
    )  # fmt: skip
    category = SelectField("类别", validators=[InputRequired("请选择类别")])
    severity = SelectField("等级", validators=[InputRequired("请选择等级")])
    complained_about = SelectField("被投诉员工", validators=[Optional()])
    reason = TextAreaField("理由", validators=[DataRequired("请写明判定的理由"), longest(2000)])


class AssignmentForm(Base):
    """Department and person (D2)."""

    department = SelectField("处理部门", validators=[InputRequired("请选择处理部门")])
    handler_id = SelectField("经办人", validators=[InputRequired("请选择经办人")])
    note = TextAreaField("交办说明", validators=[longest(2000)])


class SolutionForm(Base):
    """The proposed solution."""

    text = TextAreaField("处理方案", validators=[DataRequired("请写下处理方案"), longest(8000)])


class HandlingForm(Base):
    """处理完毕."""

    result = TextAreaField("处理结果", validators=[DataRequired("请写明怎么处理的、结果如何"), longest(4000)])
    handled_at = DateTimeLocalField("处理完毕时间", format=MINUTE, validators=[Optional()])


class ReplyForm(Base):
    """The written reply, begun as a release."""

    title = StringField("标题", validators=[DataRequired("请填写答复的标题"), longest(120)])
    body = TextAreaField("正文", validators=[DataRequired("请填写答复的正文"), longest(20_000)])


class CallbackForm(Base):
    """A callback (D10)."""

    channel = RadioField("回访方式", validators=[InputRequired("请选择回访方式")])
    signed = BooleanField("客户已在回访单上签名")
    satisfaction = RadioField("客户满意程度", validators=[InputRequired("请选择客户的满意程度")])
    opinion = TextAreaField("客户意见", validators=[longest(4000)])
    raised_new = BooleanField("客户提出了新的问题，需要再次回访")


class ClosureForm(Base):
    """结案."""

    conclusion = TextAreaField("结论", validators=[DataRequired("请写下结论"), longest(4000)])
    no_reply = SelectField("没有书面答复的原因", validators=[Optional()])
    no_reply_note = TextAreaField("说明（何时、由谁、怎样答复）", validators=[longest(2000)])


class PauseForm(Base):
    """Asking for a pause of the clocks (D7)."""

    reason = TextAreaField("暂停的原因", validators=[DataRequired("请写明为什么要暂停计时"), longest(2000)])


class DecisionForm(Base):
    """Approve or return what was shown."""

    hashed = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField("意见", validators=[longest(2000)])


class PhotoForm(Base):
    """Photos for a case, with a word about them."""

    pictures = MultipleFileField("照片")
    caption = StringField("说明", validators=[longest(LONGEST_CAPTION)])


class DoorForm(Base):
    """A new QR code for residents."""

    label = StringField("张贴位置", validators=[DataRequired("请写明贴在哪里，例如 3 栋大堂"), longest(60)])


class PublicForm(Base):
    """What a resident fills in after scanning; `website` is left empty by people."""

    subject = StringField("投诉什么", validators=[DataRequired("请用一句话写明投诉什么"), longest(LONGEST_SUBJECT)])
    body = TextAreaField("经过", validators=[DataRequired("请写下事情的经过")])
    demand = TextAreaField("您的要求")
    category = SelectField("类别", validators=[InputRequired("请选择类别")])
    reporter = StringField("您的姓名", validators=[longest(60)])
    room = StringField("房号", validators=[longest(60)])
    phone = TelField("手机号码", validators=[Optional(), PHONE])
    email = EmailField("邮箱", validators=[Optional(), longest(254), MAIL])
    anonymous = BooleanField("不留姓名")
    pictures = MultipleFileField("照片")
    website = StringField("网址")

    @classmethod
    def make(cls, data: Any, pack: Pack) -> "PublicForm":
        """The form with the categories and lengths of the pack."""
        form, limits = cls(data), pack.public_form
        form.category.choices = choices(pack.categories, "请选择")
        form.body.validators = [*form.body.validators, longest(limits.longest_body)]
        form.demand.validators = [*form.demand.validators, longest(limits.longest_demand)]
        if not limits.pictures:
            del form.pictures
        return form

    def validate_reporter(self, field: StringField) -> None:
        """A name, or the wish to give none."""
        if not (field.data or "").strip() and not self.anonymous.data:
            raise ValidationError("请填写姓名，或勾选「不留姓名」")


def fill_judgement(form: JudgementForm, complaint: Complaint, pack: Pack, staff: Iterable[Staff]) -> None:
    """The tables of the pack and the people of the tenant."""
    form.category.choices = choices(pack.categories)
    form.severity.choices = choices({code: level.label for code, level in pack.severities.items()})
    form.complained_about.choices = people(
        (p for p in staff if p.id != complaint.handler_id), pack, "没有投诉到具体员工"
    )


def fill_callback(form: CallbackForm, complaint: Complaint, pack: Pack, nth: int) -> None:
    """Only the channels allowed for this callback; the satisfaction scale from best to worst."""
    allowed = pack.severities[complaint.severity].callback_by(nth)
    form.channel.choices = choices({code: pack.callback_channels[code].label for code in allowed})
    scale = list(enumerate(pack.settings.satisfaction, start=1))
    form.satisfaction.choices = choices({str(score): f"{score} {word}" for score, word in reversed(scale)})
