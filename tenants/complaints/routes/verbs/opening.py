"""First response, judgement, assignment, pause."""

from typing import Any
from uuid import UUID

from saas.policy.pack import Pack
from saas.tenancy.staff import present
from saas.web.typed import choices, chosen
from tenants.complaints import actions, course, forms
from tenants.complaints.facts import CONTACT, FIRST
from tenants.complaints.models import Complaint
from tenants.complaints.verb import Verb


def _respond(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    kind = CONTACT if any(response.kind == FIRST for response in known.responses) else FIRST
    ready = pack.settings.acknowledgement if kind == FIRST else ""
    form = forms.ResponseForm(data, kind=kind, text=ready)
    form.channel.choices = choices(pack.channels, "请选择")
    return form


def _judge(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.JudgementForm(
        data, category=complaint.category, severity=complaint.severity,
        complained_about=str(complaint.complained_about or ""),
    )  # fmt: skip
    staff = present()
    if complaint.accused and complaint.accused not in staff:  # who has left is still the one complained about
        staff.append(complaint.accused)
    forms.fill_judgement(form, complaint, pack, staff)
    if known.alarm:
        del form.ground  # the alarm has it
    return form


def _assign(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.AssignmentForm(data, department=complaint.department, handler_id=str(complaint.handler_id or ""))
    form.department.choices = choices({code: d.label for code, d in pack.departments.items()}, "请选择")
    able = [p for p in present(*pack.complaint_roles.handlers) if p.id != complaint.complained_about]
    form.handler_id.choices = forms.people(able, pack, "请选择")
    return form


NOBODY = UUID(int=0)
RULED = {"yes": True, "no": False, "open": None}


VERBS: dict[str, Verb] = {
    "responses": Verb(
        "记录回应", "保存回应", ("respond", "contact"), _respond,
        lambda c, f, v, by: actions.respond(
            c.id, kind=f.kind.data, channel=f.channel.data, text=f.text.data, version=v, by=by
        ),
        "已记录回应",
    ),
    "judgement": Verb(
        "判定", "保存判定", ("judge", "rejudge"), _judge,
        lambda c, f, v, by: actions.judge(
            c.id, accepted=f.accepted.data == "yes", established=RULED[f.established.data], category=f.category.data,
            severity=f.severity.data, reason=f.reason.data, version=v, by=by,
            complained_about=chosen(f.complained_about.data),
            ground=f.ground.data or "" if "ground" in f else "",
        ),
        "已保存判定",
    ),
    "assignment": Verb(
        "指派经办人", "指派", ("assign", "reassign"), _assign,
        lambda c, f, v, by: actions.assign(
            c.id, department=f.department.data, handler_id=chosen(f.handler_id.data) or NOBODY,
            note=f.note.data or "", version=v, by=by,
        ),
        "已指派",
    ),
    "pauses": Verb(
        "申请暂停计时", "提交申请", ("pause",), lambda c, p, k, d: forms.PauseForm(d),
        lambda c, f, v, by: actions.ask_pause(c.id, reason=f.reason.data, version=v, by=by),
        "申请已提交，同意前仍计时",
    ),
}  # fmt: skip
