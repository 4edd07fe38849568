"""Promised answers, plans and checks of callbacks, exemptions, responsibilities."""

from typing import Any

from saas import clock, masks
from saas.identity import current_actor
from saas.policy.pack import Pack
from saas.tenancy.staff import present
from saas.web.typed import aware, choices, chosen, whole
from tenants.complaints import access, course
from tenants.complaints.callback_checks import actions as callback_checks
from tenants.complaints.course.after import unchecked
from tenants.complaints.exemptions import actions as exemptions
from tenants.complaints.exemptions import queries as letters
from tenants.complaints.exemptions.models import KINDS as EXEMPTIONS
from tenants.complaints.follow_ups import actions as follow_ups
from tenants.complaints.forms.base import people
from tenants.complaints.forms.following import (
    ArrangementForm,
    CheckForm,
    ExemptionForm,
    MatterForm,
    ResponsibilityForm,
    ResultForm,
)
from tenants.complaints.hotline_results import actions as hotline_results
from tenants.complaints.models import Complaint
from tenants.complaints.responsibilities import actions as responsibilities
from tenants.complaints.responsibilities.models import KINDS as RESPONSIBILITIES
from tenants.complaints.verb import Verb

PASSED = {"yes": True, "no": False}


def _answer(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    first = next(iter(known.after.unanswered), None)
    form = MatterForm(data, nth=str(first.nth) if first else "")
    if first:
        form.text.description = f"客户提出：{masks.within(first.matter)}（答应 {first.promised_on:%m-%d} 答复）"
    return form


def _arrange(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    plan = known.after.plan
    at = clock.local(plan.planned_for).replace(tzinfo=None) if plan else None
    form = ArrangementForm(data, caller_id=str(plan.caller_id if plan else complaint.handler_id or ""), planned_for=at)
    able = [p for p in present(*access.callback_roles(complaint, pack)) if p.id != complaint.complained_about]
    form.caller_id.choices = people(able, pack, "请选择")
    return form


def _check(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    first = next(iter(unchecked(known.callbacks, known.after, current_actor())), None)
    form = CheckForm(data, nth=str(first.nth) if first else "")
    form.passed.choices = choices({"yes": "合格", "no": "不合格，需再次回访或补正"})
    if first:
        way = pack.callback_channels[first.channel].label if first.channel in pack.callback_channels else first.channel
        felt = pack.settings.satisfaction[first.satisfaction - 1]
        said = f"第 {first.nth} 次，{first.called_by_name} {way}，客户{felt}：{masks.within(first.opinion)}"
        form.opinion.description = said[:300]
    return form


def _exempt(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = ExemptionForm(data)
    form.kind.choices = choices(EXEMPTIONS)
    known_letters = {str(each.id): f"{each.number} {each.title}（公开信）" for each in letters.public_letters()}
    known_letters |= {str(e.id): f"{e.number} {e.title}（本件复函）" for e in letters.letters_of(complaint.id)}
    form.release_id.choices = choices(known_letters, "请选择")
    form.others.choices = [
        (str(each.id), f"{each.number} {masks.within(each.subject)}") for each in letters.alike(complaint)
    ]
    if not form.others.choices:
        del form.others
    return form


def _responsible(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    missed = [pack.clocks[code].label if code in pack.clocks else code for code in known.after.missed]
    about = f"{'、'.join(missed)}没有按时。" if missed else ""
    form = ResponsibilityForm(data, kind="delay" if missed else "loss", person_id=str(complaint.handler_id or ""))
    form.finding.description = f"{about}写明为什么、谁的责任。"
    form.kind.choices = choices(RESPONSIBILITIES)
    form.person_id.choices = people([p for p in present() if p.id != current_actor().id], pack, "请选择")
    return form


def _report(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    result = masks.within(known.handlings[-1].result) if known.handlings else ""
    form = ResultForm(data, result=result)
    form.result.description = "公司热线转来的投诉，处理完毕后限时反馈，由品质运营中心自行回访。号码会自动遮盖。"
    return form


VERBS: dict[str, Verb] = {
    "matter": Verb(
        "答复回访中的问题", "保存答复", ("answer_matter",), _answer,
        lambda c, f, v, by: follow_ups.answer(c.id, nth=whole(f.nth.data), text=f.text.data, version=v, by=by),
        "已记录答复，请再次回访",
    ),
    "arrangement": Verb(
        "安排回访", "保存安排", ("arrange",), _arrange,
        lambda c, f, v, by: callback_checks.arrange(
            c.id, caller_id=chosen(f.caller_id.data), planned_for=aware(f.planned_for.data), version=v, by=by
        ),
        "已安排回访",
    ),
    "check": Verb(
        "检查回访", "签署意见", ("check",), _check,
        lambda c, f, v, by: callback_checks.check(
            c.id, nth=whole(f.nth.data), passed=PASSED.get(f.passed.data), opinion=f.opinion.data, by=by
        ),
        "已签署意见",
    ),
    "exemption": Verb(
        "公开信或复函代替回访", "归档", ("exempt",), _exempt,
        lambda c, f, v, by: exemptions.file(
            c.id, kind=f.kind.data, release_id=chosen(f.release_id.data),
            others=[key for each in (f.others.data if "others" in f else ()) or () if (key := chosen(each))],
            reason=f.reason.data, version=v, by=by,
        ),
        "已归档，不用再回访",
    ),
    "result": Verb(
        "向品质反馈结果", "反馈", ("report",), _report,
        lambda c, f, v, by: hotline_results.report(c.id, result=f.result.data, by=by),
        "已反馈品质运营中心",
    ),
    "responsibility": Verb(
        "责任认定", "保存记录", ("answer_for",), _responsible,
        lambda c, f, v, by: responsibilities.record_responsibility(
            c.id, kind=f.kind.data, person_id=chosen(f.person_id.data), finding=f.finding.data,
            measure=f.measure.data, by=by,
        ),
        "已记录责任",
    ),
}  # fmt: skip
