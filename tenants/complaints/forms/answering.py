"""Reply, callback, closure."""

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from saas.policy.pack import Pack
from saas.web.typed import choices, graded, longest
from tenants.complaints.forms.base import Base
from tenants.complaints.models import Complaint


class ReplyForm(Base):
    """The written reply, begun as a release."""

    title = StringField("标题", validators=[DataRequired("请填写答复的标题"), longest(120)])
    compensations = SelectMultipleField(
        "写入已批准的赔偿", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    body = TextAreaField("正文", validators=[DataRequired("请填写答复的正文"), longest(20_000)])


class CallbackForm(Base):
    """A callback (D10)."""

    channel = RadioField("回访方式", validators=[InputRequired("请选择回访方式")])
    signature = HiddenField("客户签名")
    signed = BooleanField("客户已在回访单上签名")
    satisfaction = RadioField("客户满意程度", validators=[InputRequired("请选择客户的满意程度")])
    opinion = TextAreaField("客户意见", validators=[longest(4000)])
    raised_new = BooleanField("客户提出了不能当即答复的新问题，需要再次回访")
    matter = TextAreaField("新问题", validators=[longest(2000)])
    promised_on = DateField("答应哪天答复", validators=[Optional()])


def fill_callback(form: CallbackForm, complaint: Complaint, pack: Pack, nth: int) -> None:
    """Only the channels allowed for this callback; the satisfaction scale from best to worst."""
    allowed = pack.severities[complaint.severity].callback_by(nth)
    form.channel.choices = choices({code: pack.callback_channels[code].label for code in allowed})
    form.satisfaction.choices = graded(pack.settings.satisfaction)


class ClosureForm(Base):
    """结案."""

    conclusion = TextAreaField("结论", validators=[DataRequired("请写下结论"), longest(4000)])
    no_reply = SelectField("没有书面答复的原因", validators=[Optional()])
    no_reply_note = TextAreaField("说明（何时、由谁、怎样答复）", validators=[longest(2000)])
