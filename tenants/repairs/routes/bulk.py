"""Acting on the repairs picked in the list: assign, urge, export, and the page that tells what became of each."""

from typing import Any
from uuid import UUID

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from saas.bulk_runs import ASSIGN, EXPORT, REMIND
from saas.identity import allow, current_actor, current_pack
from saas.web import bulk as bulk_pages
from saas.web import once
from saas.web.bulk import Act, Described, ExportForm, Many
from saas.web.typed import choices, chosen, longest
from tenants.repairs import states
from tenants.repairs.access import READERS, bulk_verbs
from tenants.repairs.actions import crew
from tenants.repairs.bulk import actions
from tenants.repairs.bulk.models import REPAIRS
from tenants.repairs.bulk.sheet import workbook
from tenants.repairs.forms import Base
from tenants.repairs.models import Repair
from tenants.repairs.routes import blueprint
from tenants.repairs.rules import rules_of

NOBODY = UUID(int=0)


class BulkAssignForm(Base):
    """Who goes to them all."""

    technician_id = SelectField("维修人员", validators=[InputRequired("请选择维修人员")])
    note = TextAreaField("说明（没有登记所需专长的，写明为什么派他）", validators=[longest(500)])


def _assigning(data: Any) -> BulkAssignForm:
    form, pack = BulkAssignForm(data), current_pack()
    skills = rules_of(pack).skills
    people = {}
    for person, load, _ in crew(pack):
        known = "、".join(label for code, label in skills.items() if code in person.skills) or "没有登记专长"
        people[str(person.id)] = f"{person.name}（{known}；手上 {load} 单）"
    form.technician_id.choices = choices(people, "请选择")
    return form


def _described(repair: Repair) -> Described:
    label, tone = states.LABELS[repair.state], states.TONES[repair.state]
    return Described(repair.fault, repair.number, label, tone, repair.goes or "未派工")


MANY = Many(
    REPAIRS, "repairs",
    {
        ASSIGN: Act(
            "批量派工",
            lambda picks, f, by: actions.assign_all(
                picks, technician_id=chosen(f.technician_id.data) or NOBODY, note=f.note.data or "", by=by
            ),
            _assigning, "全部派工",
        ),
        REMIND: Act("批量催办", lambda picks, _, by: actions.remind_all(picks, by=by)),
        EXPORT: Act(
            "导出", lambda picks, f, by: actions.export_all(picks, reason=f.reason.data, by=by), ExportForm,
            "导出 Excel",
        ),
    },
    _described, workbook,
)  # fmt: skip


@blueprint.post("/repairs/bulk")
@allow(READERS)
@once
def bulk() -> Any:
    """Urge at once; for the others a form that asks what is needed, and then do it."""
    return bulk_pages.take(MANY, bulk_verbs(current_actor(), current_pack()))


@blueprint.get("/repairs/bulk/<uuid:run_id>")
@allow(READERS)
def bulk_run(run_id: UUID) -> Any:
    """What became of each."""
    return bulk_pages.told(MANY, run_id)


@blueprint.get("/repairs/bulk/<uuid:run_id>/file")
@allow(READERS)
def bulk_file(run_id: UUID) -> Any:
    """The workbook of an export, for who asked for it."""
    return bulk_pages.workbook(MANY, run_id)
