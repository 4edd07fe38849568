"""Acting on the cases picked in the list: assign, urge, export, and the page that tells what became of each."""

from typing import Any
from uuid import UUID

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from saas.bulk_runs import ASSIGN, EXPORT, REMIND
from saas.identity import allow, current_actor, current_pack
from saas.tenancy.staff import present
from saas.web import bulk as bulk_pages
from saas.web import once
from saas.web.bulk import Act, Described, ExportForm, Many
from saas.web.typed import choices, chosen, longest
from tenants.complaints import forms, states
from tenants.complaints.access import READERS, bulk_verbs
from tenants.complaints.bulk import actions
from tenants.complaints.bulk.models import CASES
from tenants.complaints.bulk.sheet import workbook
from tenants.complaints.forms.base import Base
from tenants.complaints.models import Complaint
from tenants.complaints.routes import blueprint

NOBODY = UUID(int=0)


class BulkAssignForm(Base):
    """To whom they all go."""

    department = SelectField("处理部门", validators=[InputRequired("请选择处理部门")])
    handler_id = SelectField("经办人", validators=[InputRequired("请选择经办人")])
    note = TextAreaField("交办说明", validators=[longest(2000)])


def _assigning(data: Any) -> BulkAssignForm:
    form, pack = BulkAssignForm(data), current_pack()
    form.department.choices = choices({code: d.label for code, d in pack.departments.items()}, "请选择")
    form.handler_id.choices = forms.people(present(*pack.complaint_roles.handlers), pack, "请选择")
    return form


def _described(case: Complaint) -> Described:
    who = case.handler.name if case.handler else "未指派"
    return Described(case.subject, case.number, states.LABELS[case.state], states.TONES[case.state], who)


MANY = Many(
    CASES, "complaints",
    {
        ASSIGN: Act(
            "批量指派",
            lambda picks, f, by: actions.assign_all(
                picks, department=f.department.data, handler_id=chosen(f.handler_id.data) or NOBODY,
                note=f.note.data or "", by=by,
            ),
            _assigning, "全部指派",
        ),
        REMIND: Act("批量催办", lambda picks, _, by: actions.remind_all(picks, by=by)),
        EXPORT: Act(
            "导出", lambda picks, f, by: actions.export_all(picks, reason=f.reason.data, by=by), ExportForm,
            "导出 Excel",
        ),
    },
    _described, workbook,
)  # fmt: skip


@blueprint.post("/complaints/bulk")
@allow(READERS)
@once
def bulk() -> Any:
    """Urge at once; for the others a form that asks what is needed, and then do it."""
    return bulk_pages.take(MANY, bulk_verbs(current_actor(), current_pack()))


@blueprint.get("/complaints/bulk/<uuid:run_id>")
@allow(READERS)
def bulk_run(run_id: UUID) -> Any:
    """What became of each."""
    return bulk_pages.told(MANY, run_id)


@blueprint.get("/complaints/bulk/<uuid:run_id>/file")
@allow(READERS)
def bulk_file(run_id: UUID) -> Any:
    """The workbook of an export, for who asked for it."""
    return bulk_pages.workbook(MANY, run_id)
