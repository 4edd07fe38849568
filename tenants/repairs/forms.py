"""The forms of a repair: shape and lengths here, decisions in the actions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from saas import clock
from saas.pictures.actions import LONGEST_CAPTION
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.web import typed
from saas.web.signatures import Signed
from saas.web.typed import PHONE, choices, longest, whole
from tenants.repairs.actions.ordering import LONGEST_DETAIL, LONGEST_FAULT, SOURCES
from tenants.repairs.rules import rules_of

MINUTE = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
LINE = "q-"
"""Before the position of a line of the price list, in the name of its quantity."""


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta


class NewForm(Base):
    """A work order (E1)."""

    q = StringField("找客户", validators=[longest(60)])
    party = RadioField("客户", validators=[Optional()], validate_choice=False)
    reporter = StringField("报修人姓名", validators=[longest(60)])
    room = StringField("房号或地点", validators=[longest(60)])
    phone = TelField("联系电话", validators=[Optional(), PHONE])
    common_area = BooleanField("公共区域，不属于哪一户")
    fault = StringField("故障", validators=[DataRequired("请用一句话写明故障"), longest(LONGEST_FAULT)])
    detail = TextAreaField("说明", validators=[longest(LONGEST_DETAIL)])
    skill = SelectField("需要的专长", validators=[InputRequired("请选择需要的专长")])
    urgency = RadioField("紧急程度", validators=[InputRequired("请选择紧急程度")])
    source = RadioField("来源", validators=[InputRequired("请选择来源")], default="reception")
    channel = SelectField("受理方式", validators=[InputRequired("请选择受理方式")])
    begins = DateTimeLocalField("约定上门", format=MINUTE, validators=[Optional()])
    ends = DateTimeLocalField("最晚到场", format=MINUTE, validators=[Optional()])
    rework_of = HiddenField()

    @classmethod
    def make(cls, data: Any, rules: Pack, **known: Any) -> "NewForm":
        """With the tables of the pack."""
        settings = rules_of(rules)
        form = cls(data, data={"urgency": list(settings.urgencies)[-1], "source": "reception", **known})
        form.skill.choices = choices(settings.skills, "请选择")
        form.urgency.choices = choices(settings.urgencies)
        form.source.choices = choices(SOURCES)
        form.channel.choices = choices(rules.channels, "请选择")
        form.party.choices = []
        return form


class EmptyForm(Base):
    """One press."""


class AppointmentForm(Base):
    """A span agreed with the customer, or a change of it (E1)."""

    begins = DateTimeLocalField("约定上门", format=MINUTE, validators=[InputRequired("请填写约定的上门时间")])
    ends = DateTimeLocalField("最晚到场", format=MINUTE, validators=[Optional()])
    channel = SelectField("与客户约定的方式", validators=[InputRequired("请选择方式")])
    reason = StringField("改约的原因", validators=[longest(500)])


class AssignmentForm(Base):
    """Who goes (E2)."""

    technician_id = RadioField("维修人员", validators=[InputRequired("请选择维修人员")])
    note = StringField("说明", validators=[longest(500)])


class HelpForm(Base):
    """Asking for an outside firm or another department (E6)."""

    helper = StringField("派哪个单位或部门", validators=[DataRequired("请写明派哪个单位或部门"), longest(60)])
    reason = TextAreaField("原因", validators=[DataRequired("请写明为什么要外派"), longest(500)])


class QuoteForm(Base):
    """The fault as found; the quantities stand beside the lines of the price list (E2)."""

    finding = TextAreaField("现场确认的故障", validators=[DataRequired("请写明现场确认的故障"), longest(1000)])
    free_reason = StringField("免费的原因", validators=[longest(200)])
    list_id = HiddenField()


class ConsentForm(Signed):
    """The customer signs for the fees (E2)."""


class MoveForm(Base):
    """What is moved (E3)."""

    what = StringField("移动什么", validators=[DataRequired("请写明移动什么"), longest(200)])
    agreed_by = StringField("同意的业主", validators=[DataRequired("请写明哪位业主同意"), longest(60)])


class DamageForm(Base):
    """What was damaged (E3)."""

    what = StringField("损坏了什么", validators=[DataRequired("请写明损坏了什么"), longest(200)])
    price = StringField("价值（元）", validators=[DataRequired("请填写价值"), longest(20)])
    apologised = BooleanField("已向客户致歉")


class CompensationForm(Base):
    """A damage made good (E3)."""

    nth = RadioField("哪一件", validators=[InputRequired("请选择哪一件")])
    how = StringField("怎样赔偿", validators=[DataRequired("请写明怎样赔偿"), longest(200)])


class DeviceForm(Base):
    """A replaced device (E6)."""

    device = StringField("设备", validators=[DataRequired("请写明更换了什么设备"), longest(60)])
    old_number = StringField("旧编号", validators=[DataRequired("请填写旧编号"), longest(60)])
    new_number = StringField("新编号", validators=[DataRequired("请填写新编号"), longest(60)])


class CompletionForm(Signed):
    """完工 (E3)."""

    result = TextAreaField("维修情况", validators=[DataRequired("请写明怎么修的、结果如何"), longest(1000)])
    tested = BooleanField("已检查试用，正常")
    tidied = BooleanField("已清理现场")
    replaced = BooleanField("更换了设备（新旧编号已登记）")
    pictures = MultipleFileField("完工照片")


class AcceptanceForm(Base):
    """完工 of what is free in a common area, where no customer signs (E3)."""

    result = TextAreaField("维修情况", validators=[DataRequired("请写明怎么修的、结果如何"), longest(1000)])
    tested = BooleanField("已检查试用，正常")
    tidied = BooleanField("已清理现场")
    replaced = BooleanField("更换了设备（新旧编号已登记）")
    confirmed_by = SelectField("谁确认完工", validators=[InputRequired("请选择确认完工的人")])
    pictures = MultipleFileField("完工照片")


class ReceiptForm(Base):
    """Money taken on site (E6)."""

    receipt = StringField("票据号码", validators=[DataRequired("请填写票据号码"), longest(40)])


class CallbackForm(Base):
    """A callback (E5)."""

    channel = SelectField("回访方式", validators=[InputRequired("请选择回访方式")])
    passed = RadioField(
        "维修质量", choices=choices({"yes": "合格", "no": "不合格"}), validators=[InputRequired("请选择合格或不合格")]
    )
    satisfaction = RadioField("客户满意程度", validators=[InputRequired("请选择客户的满意程度")])
    opinion = TextAreaField("客户意见", validators=[longest(1000)])


class CancellationForm(Base):
    """Ending it without work."""

    reason = TextAreaField("取消的原因", validators=[DataRequired("请写明取消的原因"), longest(500)])


class PhotoForm(Base):
    """Photos of the work, with a word about them."""

    pictures = MultipleFileField("照片")
    caption = StringField("说明", validators=[longest(LONGEST_CAPTION)])


class DecisionForm(Base):
    """Consent or return what was asked."""

    hashed = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField("意见", validators=[longest(2000)])


class RegisterForm(Base):
    """A word about the month."""

    note = TextAreaField("说明", validators=[longest(1000)])


def soon(window: timedelta) -> tuple[datetime, datetime]:
    """A first suggestion: the next full hour, and half of the longest span after it; as people type it."""
    now = clock.local(clock.now()).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    begins = now + timedelta(hours=1)
    return begins, begins + window / 2


def quantities(form: Mapping[str, str]) -> dict[int, Decimal]:
    """How much of which line. Raises Problem for what is no quantity."""
    found: dict[int, Decimal] = {}
    for name, value in form.items():
        if not name.startswith(LINE) or not (text := typed.clean(value).strip()):
            continue
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise Problem("数量请填数字，例如 1 或 2.5", "quantities") from None
        if not amount.is_finite() or not Decimal("0.01") <= amount <= Decimal("9999.99"):
            raise Problem("数量应在 0.01 到 9999.99 之间", "quantities")
        found[whole(name.removeprefix(LINE))] = amount
    return found


def typed_quantities(form: Mapping[str, str]) -> dict[int, str]:
    """The same as it was typed, to show it again."""
    return {whole(name[2:]): typed.clean(value)[:20] for name, value in form.items() if name.startswith(LINE)}
