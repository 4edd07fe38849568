"""How a complaint comes in: the card, photos, QR codes and the form behind them."""

from collections.abc import Iterable
from typing import Any, Self

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from saas import clock
from saas.pictures.actions import LONGEST_CAPTION
from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from saas.web.typed import PHONE, choices, longest, minute
from tenants.complaints.actions.registering import LONGEST_BODY, LONGEST_DEMAND, LONGEST_SUBJECT
from tenants.complaints.forms.base import MAIL, MINUTE, Base, people


class CardForm(Base):
    """What every card asks for (D2)."""

    anonymous = BooleanField("客户不愿留名（匿名）")
    reporter = StringField("投诉人姓名", validators=[longest(60)])
    room = StringField("房号或地点", validators=[longest(60)])
    phone = TelField("联系电话", validators=[Optional(), PHONE])
    email = EmailField("邮箱", validators=[Optional(), longest(254), MAIL])
    subject = StringField("标题", validators=[DataRequired("请用一句话写明投诉什么"), longest(LONGEST_SUBJECT)])
    body = TextAreaField("投诉内容", validators=[DataRequired("请写下投诉的经过"), longest(LONGEST_BODY)])
    demand = TextAreaField("客户诉求", validators=[longest(LONGEST_DEMAND)])
    category = SelectField("类别", validators=[InputRequired("请选择类别")])
    channel = SelectField("受理方式", validators=[InputRequired("请选择受理方式")])
    pictures = MultipleFileField("照片")
    received_at = DateTimeLocalField("收到时间", format=MINUTE, validators=[InputRequired("请填写收到投诉的时间")])

    @classmethod
    def begun(cls, data: Any, pack: Pack, **given: Any) -> Self:
        """With the tables of the pack; the time starts at now."""
        form = cls(data, received_at=minute(clock.now()), **given)
        form.category.choices = choices(pack.categories, "请选择")
        form.channel.choices = choices(pack.channels, "请选择")
        return form


class NewForm(CardForm):
    """Registering a complaint (D1, D2)."""

    q = StringField("找客户", validators=[longest(60)])
    party = RadioField("客户", validators=[Optional()], validate_choice=False)
    source = SelectField("来源", validators=[InputRequired("请选择来源")])
    complained_about = SelectField("被投诉员工", validators=[Optional()])

    @classmethod
    def make(cls, data: Any, pack: Pack, staff: Iterable[Staff]) -> "NewForm":
        """Nobody is found yet."""
        form = cls.begun(data, pack)
        form.source.choices = choices(pack.sources, "请选择")
        form.complained_about.choices = people(staff, pack, "没有投诉到具体员工")
        form.party.choices = []
        return form


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
