"""The forms of a major complaint."""

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from saas import clock
from saas.policy.pack import Pack
from saas.tenancy.staff import present
from saas.web.typed import longest, minute
from tenants.complaints.forms.base import MINUTE, Base, people
from tenants.complaints.models import Complaint


def _now() -> datetime:
    return minute(clock.now())


class WarningForm(Base):
    """预警报备."""

    text = TextAreaField(
        "情况和措施", validators=[DataRequired("请写明发生了什么、影响有多大、已采取什么措施"), longest(4000)]
    )


class MeetingForm(Base):
    """The crisis team's record."""

    held_at = DateTimeLocalField("会议时间", format=MINUTE, validators=[InputRequired("请填写会议时间")])
    participants = StringField("参加人员", validators=[DataRequired("请写明参加人员"), longest(1000)])
    decisions = TextAreaField("会议决定", validators=[DataRequired("请写明会议决定"), longest(8000)])
    leader_id = SelectField("负责领导", validators=[InputRequired("请选择负责领导")])

    @classmethod
    def make(cls, data: Any, complaint: Complaint, pack: Pack) -> "MeetingForm":
        """With the people of the tenant, but the one complained about."""
        form = cls(data, held_at=_now())
        able = [p for p in present() if p.id != complaint.complained_about]
        form.leader_id.choices = people(able, pack, "请选择")
        return form


class NegotiationForm(Base):
    """The managers of both sides and the customer (D8)."""

    held_at = DateTimeLocalField("协商时间", format=MINUTE, validators=[InputRequired("请填写协商时间")])
    business_id = SelectField("业务部门经理", validators=[InputRequired("请选择业务部门经理")])
    service_id = SelectField("客户关系经理", validators=[InputRequired("请选择客户关系经理")])
    customer = StringField("客户一方", validators=[DataRequired("请写明客户一方是谁"), longest(200)])
    outcome = TextAreaField("协商结果", validators=[DataRequired("请写明协商的结果"), longest(4000)])

    @classmethod
    def make(cls, data: Any, complaint: Complaint, pack: Pack) -> "NegotiationForm":
        """With the people of the tenant, but the one complained about."""
        form = cls(data, held_at=_now())
        able = [p for p in present() if p.id != complaint.complained_about]
        form.business_id.choices = people(able, pack, "请选择")
        form.service_id.choices = people(able, pack, "请选择")
        return form
