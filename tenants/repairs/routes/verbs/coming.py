"""Who comes and when: appointment, assignment, outside help, urging; or nobody any more (E1, E2, E6)."""

from typing import Any
from uuid import UUID

from saas.policy.pack import Pack
from saas.web.typed import aware, choices, chosen
from tenants.repairs import actions, course, forms, progress
from tenants.repairs.actions.assigning import Candidate
from tenants.repairs.models import Repair
from tenants.repairs.routes.verb import Verb, empty
from tenants.repairs.rules import rules_of

NOBODY = UUID(int=0)


def _appoint(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    begins, ends = forms.soon(rules_of(rules).longest_window)
    form = forms.AppointmentForm(data, begins=begins, ends=ends)
    form.channel.choices = choices(rules.channels, "请选择")
    if not known.appointments:
        del form.reason
    return form


def _assign(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    people = actions.candidates(repair, rules)
    best = str(people[0].id) if people else ""
    form = forms.AssignmentForm(data, technician_id=str(repair.technician_id or best))
    form.technician_id.choices = choices({str(each.id): _described(each) for each in people})
    return form


def _described(each: Candidate) -> str:
    skill = "专长相符" if each.skilled else "没有登记这项专长"
    busy = f"手上 {each.load} 单" if each.load else "手上没有单"
    until = f"，约到 {progress.span(each.until, None)}" if each.until and each.load else ""
    return f"{each.person.name}：{skill}，{busy}{until}"


VERBS: dict[str, Verb] = {
    "appointments": Verb(
        "预约上门", "保存预约", _appoint,
        lambda r, f, v, by: actions.appoint(
            r.id, begins=aware(f.begins.data), ends=aware(f.ends.data), channel=f.channel.data,
            reason=f.reason.data or "" if "reason" in f else "", version=v, by=by,
        ),
        "已保存预约", "calendar-clock",
    ),
    "assignment": Verb(
        "派工", "派工", _assign,
        lambda r, f, v, by: actions.assign(
            r.id, technician_id=chosen(f.technician_id.data) or NOBODY, note=f.note.data or "", version=v, by=by
        ),
        "已派工", "corner-up-right",
    ),
    "outsourcings": Verb(
        "申请外派", "提交申请", lambda r, p, k, d: forms.HelpForm(d),
        lambda r, f, v, by: actions.ask_for_help(
            r.id, helper=f.helper.data, reason=f.reason.data, version=v, by=by
        ),
        "申请已提交，经理同意后派出", "users-round",
    ),
    "urging": Verb(
        "催办", "催办", empty, lambda r, f, v, by: actions.urge(r.id, by=by), "已催办，维修人员会收到提醒", "bell",
    ),
    "cancellation": Verb(
        "取消报修", "取消这张维修单", lambda r, p, k, d: forms.CancellationForm(d),
        lambda r, f, v, by: actions.cancel(r.id, reason=f.reason.data, version=v, by=by), "已取消", "x",
    ),
}  # fmt: skip
