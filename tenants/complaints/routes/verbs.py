"""Verbs are resources: the page of each form, and the post that takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, request, url_for

from saas import clock, masks
from saas.db import db
from saas.events import timeline
from saas.identity import Actor, allow, current_actor
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy.staff import present
from saas.web import done, once, page, see
from saas.web.typed import blame, choices, whole
from saas.web.typed import version as version_of
from tenants.complaints import actions, course, forms, stages, states
from tenants.complaints.access import HANDLERS, READERS
from tenants.complaints.facts import CONTACT, FIRST
from tenants.complaints.models import Complaint
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.pages import found
from tenants.complaints.rules import pack_on

Make = Callable[[Complaint, Pack, course.Facts, Any], Any]
Run = Callable[[Complaint, Any, int, Actor], Any]


@dataclass(frozen=True)
class Verb:
    """One form: when it is offered (`flags` of course.Next), how it is built, what it does."""

    title: str
    button: str
    flags: tuple[str, ...]
    make: Make
    run: Run
    message: str


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
    return form


def _assign(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.AssignmentForm(data, department=complaint.department, handler_id=str(complaint.handler_id or ""))
    form.department.choices = choices({code: d.label for code, d in pack.departments.items()}, "请选择")
    able = [p for p in present(*pack.complaint_roles.handlers) if p.id != complaint.complained_about]
    form.handler_id.choices = forms.people(able, pack, "请选择")
    return form


def _handle(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    now = clock.local(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
    return forms.HandlingForm(data, handled_at=now)


def _reply(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    result = masks.within(known.handlings[-1].result) if known.handlings else ""  # no number by oversight (B10)
    body = f"您好，您反映的「{complaint.subject}」（编号 {complaint.number}），处理情况答复如下：\n\n{result}"
    return forms.ReplyForm(data, title=f"关于「{complaint.subject}」的答复"[:120], body=body)


def _call_back(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.CallbackForm(data)
    forms.fill_callback(form, complaint, pack, len(known.callbacks) + 1)
    return form


def _close(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.ClosureForm(data)
    form.no_reply.choices = choices({code: r.label for code, r in pack.no_reply_reasons.items()}, "已有送达的答复")
    return form


def _run_reply(complaint: Complaint, form: Any, version: int, by: Actor) -> str:
    release = actions.draft_reply(complaint.id, title=form.title.data, body=form.body.data, version=version, by=by)
    return url_for("releases.show", id=release.id)


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
            complained_about=forms.chosen(f.complained_about.data),
        ),
        "已保存判定",
    ),
    "assignment": Verb(
        "指派经办人", "指派", ("assign", "reassign"), _assign,
        lambda c, f, v, by: actions.assign(
            c.id, department=f.department.data, handler_id=forms.chosen(f.handler_id.data) or NOBODY,
            note=f.note.data or "", version=v, by=by,
        ),
        "已指派",
    ),
    "solutions": Verb(
        "提交处理方案", "提交方案", ("propose",), lambda c, p, k, d: forms.SolutionForm(d),
        lambda c, f, v, by: actions.propose(c.id, text=f.text.data, version=v, by=by),
        "方案已提交审批",
    ),
    "handling": Verb(
        "登记处理完毕", "登记处理完毕", ("handle",), _handle,
        lambda c, f, v, by: actions.mark_handled(
            c.id, result=f.result.data, handled_at=forms.aware(f.handled_at.data), version=v, by=by
        ),
        "已登记处理完毕，开始计算回访时限",
    ),
    "reply": Verb("起草答复", "保存为草稿", ("reply",), _reply, _run_reply, "答复已存为草稿，提交审批后才会发出"),
    "callbacks": Verb(
        "记录回访", "保存回访", ("call_back", "call_back_again"), _call_back,
        lambda c, f, v, by: actions.call_back(
            c.id, channel=f.channel.data, signed=bool(f.signed.data), satisfaction=whole(f.satisfaction.data),
            opinion=f.opinion.data or "", raised_new=bool(f.raised_new.data), version=v, by=by,
        ),
        "已记录回访",
    ),
    "closure": Verb(
        "办结", "办结这件投诉", ("close",), _close,
        lambda c, f, v, by: actions.close(
            c.id, conclusion=f.conclusion.data, no_reply=f.no_reply.data or "",
            no_reply_note=f.no_reply_note.data or "", version=v, by=by,
        ),
        "已办结",
    ),
    "pauses": Verb(
        "申请暂停计时", "提交申请", ("pause",), lambda c, p, k, d: forms.PauseForm(d),
        lambda c, f, v, by: actions.ask_pause(c.id, reason=f.reason.data, version=v, by=by),
        "申请已提交，同意前仍计时",
    ),
}  # fmt: skip
ADDRESS = f"/complaints/<uuid:id>/<any({', '.join(VERBS)}):verb>"


@blueprint.get(ADDRESS)
@allow(READERS)
def form(id: UUID, verb: str) -> Any:
    """The form, when this step is open to this person; else back to the card."""
    complaint = found(id)
    pack, known = pack_on(complaint.received_at), course.facts(complaint)
    pause = stages.paused_now(complaint.id)
    offered = course.next_steps(complaint, known, pause, current_actor(), pack)
    if not any(getattr(offered, flag) for flag in VERBS[verb].flags):
        flash(f"现在不需要「{VERBS[verb].title}」，或由其他角色办理", "info")
        return see(url_for("complaints.show", id=complaint.id))
    return _drawn(complaint, verb, VERBS[verb].make(complaint, pack, known, None), 200)


@blueprint.post(ADDRESS)
@allow(READERS)
@once
def take(id: UUID, verb: str) -> Any:
    """Do it: 303 to the card, 422 with what to change, 409 when somebody was faster."""
    complaint, doing = found(id), VERBS[verb]
    pack, known = pack_on(complaint.received_at), course.facts(complaint)
    filled = doing.make(complaint, pack, known, request.form)
    version = version_of(request.form)
    status = 422
    if filled.validate():
        try:
            where = doing.run(complaint, filled, version, current_actor())
            home = where if isinstance(where, str) else url_for("complaints.show", id=id)
            return done(home, doing.message)
        except Problem as problem:
            db.session.rollback()
            complaint = found(id)
            status = 409 if isinstance(problem, Conflict) else 422
            if status == 422 or complaint.version == version:
                blame(filled, problem)
    return _drawn(complaint, verb, filled, status, stale=status == 409 and complaint.version != version)


@blueprint.post("/complaints/<uuid:id>/pauses/end")
@allow(HANDLERS)
@once
def resume(id: UUID) -> Any:
    """The clocks run again."""
    complaint = found(id)
    actions.resume(complaint.id, version=version_of(request.form), by=current_actor())
    return done(url_for("complaints.show", id=id), "已恢复计时")


def _drawn(complaint: Complaint, verb: str, filled: Any, status: int, *, stale: bool = False) -> Any:
    last = timeline(complaint, limit=1)
    pack = pack_on(complaint.received_at)
    pause = stages.paused_now(complaint.id)
    return page(
        "complaints/act.html", block="act", status=status, complaint=complaint, verb=verb, doing=VERBS[verb],
        form=filled, stale=stale, last=last[0] if last else None, pack=pack, states=states,
        bar=course.bar(complaint, pack, pause),
    )  # fmt: skip
