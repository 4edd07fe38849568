"""Reply, callback, closure."""

from typing import Any

from flask import url_for

from saas import masks
from saas.identity import Actor
from saas.policy.pack import Pack
from saas.web.signatures import drawn_in
from saas.web.typed import choices, whole
from tenants.complaints import actions, course, forms
from tenants.complaints.compensations.forms import named
from tenants.complaints.models import Complaint
from tenants.complaints.verb import Verb


def _reply(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    result = masks.within(known.handlings[-1].result) if known.handlings else ""  # no number by oversight (B10)
    body = f"您好，您反映的「{complaint.subject}」（编号 {complaint.number}），处理情况答复如下：\n\n{result}"
    form = forms.ReplyForm(data, title=f"关于「{complaint.subject}」的答复"[:120], body=body)
    given = {str(each.row.nth): named(each, pack) for each in known.compensations if each.state == "approved"}
    form.compensations.choices = choices(given)
    if any(each.state == "pending" for each in known.compensations):
        form.body.description = "赔偿申请还在审批：批准前不得向客户承诺。"
    if not given:
        del form.compensations
    return form


def _call_back(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.CallbackForm(data)
    forms.fill_callback(form, complaint, pack, len(known.callbacks) + 1)
    return form


def _close(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.ClosureForm(data)
    form.no_reply.choices = choices({code: r.label for code, r in pack.no_reply_reasons.items()}, "已有送达的答复")
    return form


def _run_reply(complaint: Complaint, form: Any, version: int, by: Actor) -> str:
    wanted = [whole(each) for each in form.compensations.data or ()] if "compensations" in form else []
    release = actions.draft_reply(
        complaint.id, title=form.title.data, body=form.body.data, version=version, by=by, compensations=wanted
    )
    return url_for("releases.show", id=release.id)


VERBS: dict[str, Verb] = {
    "reply": Verb("起草答复", "保存为草稿", ("reply",), _reply, _run_reply, "答复已存为草稿，提交审批后才会发出"),
    "callbacks": Verb(
        "记录回访", "保存回访", ("call_back", "call_back_again"), _call_back,
        lambda c, f, v, by: actions.call_back(
            c.id, channel=f.channel.data, signed=bool(f.signed.data), drawn=drawn_in(f),
            satisfaction=whole(f.satisfaction.data), opinion=f.opinion.data or "",
            raised_new=bool(f.raised_new.data), matter=f.matter.data or "",
            promised_on=f.promised_on.data, version=v, by=by,
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
}  # fmt: skip
