"""From the first response to 处理完毕."""

from collections.abc import Iterable

from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from saas.web.typed import choices, longest
from tenants.complaints.forms.base import MINUTE, Base, people
from tenants.complaints.models import Complaint


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
    ground = SelectField("重大的情形", validators=[Optional()])
    complained_about = SelectField("被投诉员工", validators=[Optional()])
    reason = TextAreaField("理由", validators=[DataRequired("请写明判定的理由"), longest(2000)])


def fill_judgement(form: JudgementForm, complaint: Complaint, pack: Pack, staff: Iterable[Staff]) -> None:
    """The tables of the pack and the people of the tenant."""
    form.category.choices = choices(pack.categories)
    form.severity.choices = choices({code: level.label for code, level in pack.severities.items()})
    form.ground.choices = choices(pack.alarm.grounds, "不是重大投诉")
    form.complained_about.choices = people(
        (p for p in staff if p.id != complaint.handler_id), pack, "没有投诉到具体员工"
    )


class AssignmentForm(Base):
    """Department and person (D2)."""

    department = SelectField("处理部门", validators=[InputRequired("请选择处理部门")])
    handler_id = SelectField("经办人", validators=[InputRequired("请选择经办人")])
    note = TextAreaField("交办说明", validators=[longest(2000)])


class SolutionForm(Base):
    """The proposed solution."""

    text = TextAreaField("处理方案", validators=[DataRequired("请写下处理方案"), longest(8000)])


class DecisionForm(Base):
    """Approve or return what was shown."""

    hashed = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField("意见", validators=[longest(2000)])


class HandlingForm(Base):
    """处理完毕."""

    result = TextAreaField("处理结果", validators=[DataRequired("请写明怎么处理的、结果如何"), longest(4000)])
    handled_at = DateTimeLocalField("处理完毕时间", format=MINUTE, validators=[Optional()])


class PauseForm(Base):
    """Asking for a pause of the clocks (D7)."""

    reason = TextAreaField("暂停的原因", validators=[DataRequired("请写明为什么要暂停计时"), longest(2000)])
