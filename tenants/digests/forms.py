"""Forms: remarks to a digest, a case review."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from saas import masks
from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from saas.web.typed import choices, chosen, longest
from tenants.complaints.forms.base import Base, people
from tenants.complaints.models import Complaint
from tenants.digests.actions import NewMeasure
from tenants.digests.models import Measure

MEASURES = 4
"""So many measures fit on the form."""
DONE = {"yes": "已落实", "no": "没有落实"}


class FilingForm(Base):
    """Remarks to a weekly or monthly digest."""

    remarks = TextAreaField(
        "说明", validators=[DataRequired("请写下说明：这段时间的情况、原因和要做的事"), longest(4000)]
    )


class ReviewForm(Base):
    """A case review; fields for its measures and for the earlier ones are added by `make`."""

    cases = SelectMultipleField(
        "选择分析的投诉", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False
    )
    analysis = TextAreaField("分析", validators=[DataRequired("请写下分析：共同的原因、暴露的问题"), longest(8000)])

    @classmethod
    def make(
        cls, data: Any, cases: Iterable[Complaint], earlier: Sequence[Measure], staff: Iterable[Staff], pack: Pack
    ) -> "ReviewForm":
        """With the cases of the quarter, the staff, and the measures to check."""
        fields: dict[str, Any] = {}
        for n in range(1, MEASURES + 1):
            fields[f"text_{n}"] = TextAreaField(f"措施 {n}", validators=[longest(1000)])
            fields[f"owner_{n}"] = SelectField("负责人", validators=[Optional()])
            fields[f"due_{n}"] = DateField("完成日期", validators=[Optional()])
        for each in earlier:
            said = f"{each.text[:60]}（{each.owner_name}，{each.due_on}）"
            fields[f"done_{each.id.hex}"] = RadioField(said, choices=choices(DONE), validate_choice=False)
            fields[f"finding_{each.id.hex}"] = TextAreaField("检查情况", validators=[longest(1000)])
        form: ReviewForm = type("ReviewForm", (cls,), fields)(data)
        form.cases.choices = [
            (str(c.id), f"{c.number} {masks.within(c.subject)}（{pack.severities[c.severity].label}）")
            for c in cases if c.severity in pack.severities
        ]  # fmt: skip
        names = people(staff, pack, "请选择")
        for n in range(1, MEASURES + 1):
            form[f"owner_{n}"].choices = names
        return form

    def measures(self) -> list[NewMeasure]:
        """Those of which anything was filled in, up to the last one."""
        found = []
        for n in range(1, MEASURES + 1):
            text, owner, due = self[f"text_{n}"].data or "", self[f"owner_{n}"].data, self[f"due_{n}"].data
            if text.strip() or owner or due:
                found.append(NewMeasure(text, chosen(owner), due if isinstance(due, date) else None))
        return found

    def checks(self, earlier: Iterable[Measure]) -> dict[UUID, tuple[bool | None, str]]:
        """Measure → whether it was carried out, and what was found."""
        said = {"yes": True, "no": False}
        return {
            each.id: (said.get(self[f"done_{each.id.hex}"].data or ""), self[f"finding_{each.id.hex}"].data or "")
            for each in earlier
        }
