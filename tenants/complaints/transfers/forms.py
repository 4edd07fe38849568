"""The form of a department that hands a complaint over, the button that takes it up, and how it ended."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation, ValidationError

from saas import clock
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.web.typed import choices, graded, longest, minute
from tenants.complaints.forms.base import MINUTE, Base
from tenants.complaints.forms.intake import CardForm
from tenants.complaints.transfers.actions import LONGEST_NAME
from tenants.complaints.transfers.concluding import LONGEST_ANSWER
from tenants.complaints.transfers.models import ANSWERED, OUTCOMES, PASSED_ON

SILENT = "none"
"""How the form says that the customer said nothing about being content."""


class TransferForm(CardForm):
    """What reached a department: the card, and where it came in."""

    department = SelectField("收到的部门", validators=[InputRequired("请选择收到投诉的部门")])
    received_by = StringField("部门接待人", validators=[longest(LONGEST_NAME)])
    project = SelectField("涉及项目", validators=[Optional()])

    @classmethod
    def made(cls, data: Any, pack: Pack, projects: Iterable[str], by: Actor) -> "TransferForm":
        """With the tables of the pack and the company's projects; the department named like a role of theirs is set."""
        own = next((code for code in pack.company_departments if code in by.roles), "")
        form = cls.begun(data, pack, department=own)
        form.department.choices = choices(pack.company_departments, "请选择")
        form.project.choices = choices({name: name for name in projects}, "不涉及项目，或不清楚")
        return form

    def validate_reporter(self, field: StringField) -> None:
        """A name, or the wish to give none."""
        if not (field.data or "").strip() and not self.anonymous.data:
            raise ValidationError("请填写投诉人姓名；不愿留名的请勾选匿名")


class TakingForm(Base):
    """Nothing is asked."""


def of(kind: str, asked: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A validator that asks this of one kind of outcome; of the other one the field is not read."""

    def validate(form: Any, field: Any) -> None:
        if form.kind.data != kind:
            field.errors = []
            raise StopValidation
        asked(form, field)

    return validate


class OutcomeForm(Base):
    """办结转来的投诉: passed on to a project, or answered by the company."""

    kind = RadioField("怎样办结", choices=choices(OUTCOMES), validators=[InputRequired("请选择怎样办结")])
    project = SelectField("办理的项目", validators=[of(PASSED_ON, DataRequired("请选择由哪个项目办理"))])
    number = StringField(
        "项目的投诉编号", validators=[of(PASSED_ON, DataRequired("请填写项目登记后的投诉编号")), longest(40)]
    )
    channel = SelectField("答复方式", validators=[of(ANSWERED, DataRequired("请选择答复方式"))])
    answered_at = DateTimeLocalField(
        "答复时间", format=MINUTE, validators=[of(ANSWERED, InputRequired("请填写答复客户的时间"))]
    )
    answer = TextAreaField(
        "怎样答复客户的", validators=[of(ANSWERED, DataRequired("请写下怎样答复客户的")), longest(LONGEST_ANSWER)]
    )
    satisfaction = RadioField(
        "客户满意程度", validators=[of(ANSWERED, InputRequired("请选择客户的满意程度，没有表示的选未回应"))]
    )

    @classmethod
    def made(cls, data: Any, pack: Pack, projects: Iterable[str], about: str) -> "OutcomeForm":
        """With the tables of the pack and the company's projects, the one that it is `about` set; the time is now."""
        form = cls(data, project=about, answered_at=minute(clock.now()))
        form.project.choices = choices({name: name for name in projects}, "请选择")
        form.channel.choices = choices(pack.channels, "请选择")
        form.satisfaction.choices = [*graded(pack.settings.satisfaction), *choices({SILENT: "未回应"})]
        return form
