"""What follows an answer: promised answers, plans and checks of callbacks, exemptions, responsibilities."""

from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from saas.web.typed import longest
from tenants.complaints.forms.base import MINUTE, Base


class MatterForm(Base):
    """The answer to what a callback raised (D11)."""

    nth = HiddenField("第几次回访")
    text = TextAreaField("怎样答复客户的", validators=[DataRequired("请写下怎样答复客户的"), longest(4000)])


class ArrangementForm(Base):
    """Who calls back when (D17)."""

    caller_id = SelectField("由谁回访", validators=[InputRequired("请选择由谁回访")])
    planned_for = DateTimeLocalField("什么时候", format=MINUTE, validators=[InputRequired("请填写回访时间")])


class CheckForm(Base):
    """The check of a callback (D17)."""

    nth = HiddenField("第几次回访")
    passed = RadioField("检查结果", validators=[InputRequired("请选择检查结果")])
    opinion = TextAreaField("意见", validators=[DataRequired("请签署意见"), longest(2000)])


class ExemptionForm(Base):
    """Why no callback is owed (D12)."""

    kind = RadioField("情形", validators=[InputRequired("请选择免回访的情形")])
    release_id = SelectField("公开信或复函", validators=[InputRequired("请选择公开信或复函")])
    others = SelectMultipleField(
        "同一封公开信还答复了",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )  # fmt: skip
    reason = TextAreaField("理由", validators=[DataRequired("请写明理由"), longest(2000)])


class ResultForm(Base):
    """The result of a hotline complaint, for quality (D16)."""

    result = TextAreaField("处理结果", validators=[DataRequired("请写明处理结果"), longest(4000)])


class ResponsibilityForm(Base):
    """Who is responsible for a delay or a loss (D15)."""

    kind = RadioField("责任", validators=[InputRequired("请选择是延误还是造成损失")])
    person_id = SelectField("责任人", validators=[InputRequired("请选择责任人")])
    finding = TextAreaField("经过和责任", validators=[DataRequired("请写明经过和责任"), longest(4000)])
    measure = TextAreaField("怎样处理", validators=[DataRequired("请写明怎样处理"), longest(2000)])
