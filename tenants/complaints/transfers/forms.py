"""The form of a department that hands a complaint over, and the button that takes it up."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.web.typed import choices, longest
from tenants.complaints.forms.base import Base
from tenants.complaints.forms.intake import CardForm
from tenants.complaints.transfers.actions import LONGEST_NAME


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
