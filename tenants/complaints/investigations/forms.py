"""The form of an investigation report: six parts, none of which may be left out."""

from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired

from saas.policy.pack import Pack
from saas.web.typed import longest
from tenants.complaints.forms.base import Base
from tenants.complaints.investigations.models import LONGEST, PARTS, Investigation
from tenants.complaints.models import Complaint


def _part(name: str) -> TextAreaField:
    return TextAreaField(PARTS[name], validators=[DataRequired(f"请写明{PARTS[name]}"), longest(LONGEST)])


class InvestigationForm(Base):
    """投诉调查报告."""

    cause = _part("cause")
    course = _part("course")
    responsible = _part("responsible")
    conclusion = _part("conclusion")
    countermeasure = _part("countermeasure")
    prevention = _part("prevention")
    general_manager = BooleanField("需总经理批准")

    @classmethod
    def make(cls, data: Any, complaint: Complaint, pack: Pack, latest: Investigation | None) -> "InvestigationForm":
        """With the texts of the latest version, which is the one to go on from."""
        known = {name: getattr(latest, name) for name in PARTS} if latest else {}
        form = cls(data, **known, general_manager=bool(latest and "general_manager" in latest.flags))
        if "general_manager" in pack.severities[complaint.severity].flags:
            del form.general_manager  # the pack sends it there anyway
        return form
