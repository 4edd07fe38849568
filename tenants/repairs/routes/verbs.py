"""Verbs are resources: the page of each step, made for a thumb, and the post that takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, request, url_for

from saas import masks
from saas.db import db
from saas.events import timeline
from saas.identity import Actor, allow, current_actor
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.web import done, once, page, see
from saas.web.pictures import ask_again, uploaded
from saas.web.signatures import signature_in
from saas.web.typed import aware, blame, choices, chosen, graded, whole
from saas.web.typed import version as version_of
from tenants.price_lists.queries import grouped, in_force
from tenants.repairs import actions, course, forms, progress
from tenants.repairs.access import READERS
from tenants.repairs.actions.assigning import Candidate
from tenants.repairs.models import Repair
from tenants.repairs.routes import blueprint
from tenants.repairs.routes.pages import found
from tenants.repairs.rules import REPORTER, rules_of

Make = Callable[[Repair, Pack, course.Facts, Any], Any]
Run = Callable[[Repair, Any, int, Actor], Any]
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Verb:
    """One step: its form, what it does, what is said then. `signed` ones bring a signature, `files` photos alone."""

    title: str
    button: str
    make: Make
    run: Run
    message: str
    icon: str = "check"
    signed: bool = False
    files: bool = False


def _empty(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    return forms.EmptyForm(data)


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


def _quote(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    prices = in_force()
    last = known.quote
    form = forms.QuoteForm(data, finding=last.finding if last else "", free_reason=last.free_reason if last else "")
    if data is None:
        form.list_id.data = str(prices.id) if prices else ""
    form.prices = grouped(prices.lines, dict(rules.price_lists.groups)) if prices and rules.price_lists else []
    form.paid = rules.price_lists.groups.get(rules_of(rules).paid_group, "") if rules.price_lists else ""
    form.counts = forms.typed_quantities(data) if data is not None else _told(known, prices)
    return form


def _told(known: course.Facts, prices: Any) -> dict[int, str]:
    """The lines that were told last, where the list still has them."""
    there = {(line.charge, line.item, line.unit): line.position for line in prices.lines} if prices else {}
    counts = {there.get((fee.charge, fee.item, fee.unit)): f"{fee.quantity.normalize():f}" for fee in known.told}
    return {position: text for position, text in counts.items() if position}


def _consent(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    return forms.ConsentForm(data, signer=repair.reporter)


def _finish(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    return forms.CompletionForm(data, signer=repair.reporter, replaced=bool(known.devices))


def _accept(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.AcceptanceForm(data, replaced=bool(known.devices))
    reporter = {REPORTER: f"报修人{masks.name(repair.reporter)}，当面或电话确认"} if repair.reporter else {}
    people = {str(each.id): each.name for each in actions.confirmers(rules, current_actor())}
    form.confirmed_by.choices = choices(reporter | people, "请选择")
    return form


def _compensate(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    owed = {str(each.nth): f"{each.what}（{each.price_fen / 100:,.2f} 元）" for each in known.to_make_good}
    form = forms.CompensationForm(data, nth=next(iter(owed), ""))
    form.nth.choices = choices(owed)
    return form


def _call_back(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.CallbackForm(data)
    form.channel.choices = choices(rules.channels, "请选择")
    form.satisfaction.choices = graded(rules.settings.satisfaction)
    return form


def _run_quote(repair: Repair, form: Any, version: int, by: Actor) -> None:
    actions.quote(
        repair.id, finding=form.finding.data, quantities=forms.quantities(request.form),
        free_reason=form.free_reason.data or "", list_id=chosen(form.list_id.data), version=version, by=by,
    )  # fmt: skip


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
    "arrival": Verb(
        "到场", "我已到场", _empty, lambda r, f, v, by: actions.arrive(r.id, version=v, by=by), "已记录到场", "check",
    ),
    "quotes": Verb(
        "确认故障和收费", "告知客户，请客户签名", _quote, _run_quote, "已记录，收费须客户签名同意", "list-checks",
    ),
    "consents": Verb(
        "客户同意收费", "客户同意，保存签名", _consent,
        lambda r, f, v, by: actions.consent(r.id, signature=signature_in(f), version=v, by=by),
        "客户已同意，可以开工", "pencil", signed=True,
    ),
    "agreement": Verb(
        "同意开工", "公共区域免费维修，同意开工", _empty,
        lambda r, f, v, by: actions.consent(r.id, version=v, by=by), "已记录，可以开工", "check",
    ),
    "start": Verb(
        "开工", "开工", _empty, lambda r, f, v, by: actions.start(r.id, version=v, by=by), "已开工", "wrench",
    ),
    "moves": Verb(
        "移动物品", "业主已同意，记录", lambda r, p, k, d: forms.MoveForm(d, agreed_by=r.reporter),
        lambda r, f, v, by: actions.note_move(
            r.id, what=f.what.data, agreed_by=f.agreed_by.data, version=v, by=by
        ),
        "已记录", "house",
    ),
    "damages": Verb(
        "损坏物品", "记录损坏", lambda r, p, k, d: forms.DamageForm(d),
        lambda r, f, v, by: actions.note_damage(
            r.id, what=f.what.data, price=f.price.data, apologised=bool(f.apologised.data), version=v, by=by
        ),
        "已记录，须按价赔偿", "triangle-alert",
    ),
    "compensations": Verb(
        "按价赔偿", "记录赔偿", _compensate,
        lambda r, f, v, by: actions.compensate(r.id, nth=whole(f.nth.data), how=f.how.data, version=v, by=by),
        "已记录赔偿", "check",
    ),
    "devices": Verb(
        "更换设备", "记录编号", lambda r, p, k, d: forms.DeviceForm(d),
        lambda r, f, v, by: actions.note_device(
            r.id, device=f.device.data, old_number=f.old_number.data, new_number=f.new_number.data, version=v, by=by
        ),
        "已记录新旧编号", "wrench",
    ),
    "completion": Verb(
        "完工", "客户签名，完工", _finish,
        lambda r, f, v, by: actions.finish(
            r.id, result=f.result.data, tested=bool(f.tested.data), tidied=bool(f.tidied.data),
            replaced=bool(f.replaced.data), signature=signature_in(f), photos=uploaded("pictures"), version=v, by=by,
        ),
        "已完工", "check", signed=True,
    ),
    "acceptance": Verb(
        "完工", "确认完工", _accept,
        lambda r, f, v, by: actions.finish(
            r.id, result=f.result.data, tested=bool(f.tested.data), tidied=bool(f.tidied.data),
            replaced=bool(f.replaced.data), confirmed_by=chosen(f.confirmed_by.data), photos=uploaded("pictures"),
            version=v, by=by,
        ),
        "已完工", "check", files=True,
    ),
    "receipts": Verb(
        "登记现场收款", "登记收款", lambda r, p, k, d: forms.ReceiptForm(d),
        lambda r, f, v, by: actions.pay(r.id, receipt=f.receipt.data, version=v, by=by),
        "已登记，请尽快交财务", "file-text",
    ),
    "handover": Verb(
        "接收现场收款", "我已收到这笔款", _empty,
        lambda r, f, v, by: actions.hand_over(r.id, version=v, by=by), "已记录交款", "check",
    ),
    "callbacks": Verb(
        "记录回访", "保存回访", _call_back,
        lambda r, f, v, by: actions.call_back(
            r.id, channel=f.channel.data, passed={"yes": True, "no": False}.get(f.passed.data),
            satisfaction=whole(f.satisfaction.data), opinion=f.opinion.data or "", version=v, by=by,
        ),
        "已记录回访", "phone",
    ),
    "cancellation": Verb(
        "取消报修", "取消这张维修单", lambda r, p, k, d: forms.CancellationForm(d),
        lambda r, f, v, by: actions.cancel(r.id, reason=f.reason.data, version=v, by=by), "已取消", "x",
    ),
}  # fmt: skip
ADDRESS = f"/repairs/<uuid:id>/<any({', '.join(VERBS)}):verb>"


@blueprint.get(ADDRESS)
@allow(READERS)
def form(id: UUID, verb: str) -> Any:
    """The form, when this step is open to this person; else back to the order."""
    repair = found(id)
    rules, known = pack_on(repair.ordered_at), course.facts(repair)
    steps = course.next_steps(repair, known, current_actor(), rules)
    if verb not in steps and course.UNSIGNED.get(verb) in steps:
        return see(url_for("repairs.form", id=repair.id, verb=course.UNSIGNED[verb]))
    if verb not in steps:
        flash(f"现在不需要「{VERBS[verb].title}」，或由其他角色办理", "info")
        return see(url_for("repairs.show", id=repair.id))
    return _drawn(repair, verb, VERBS[verb].make(repair, rules, known, None), known, 200)


@blueprint.post(ADDRESS)
@allow(READERS)
@once
def take(id: UUID, verb: str) -> Any:
    """Do it: 303 to the order, 422 with what to change, 409 when somebody was faster."""
    repair, doing = found(id), VERBS[verb]
    rules, known = pack_on(repair.ordered_at), course.facts(repair)
    filled = doing.make(repair, rules, known, request.form)
    version, status = version_of(request.form), 422
    if filled.validate():
        try:
            doing.run(repair, filled, version, current_actor())
            return done(url_for("repairs.show", id=id), doing.message)
        except Problem as problem:
            db.session.rollback()
            repair = found(id)
            status = problem.status
            if status == 422 or repair.version == version:
                blame(filled, problem)
    for name in ("pictures", "paper"):
        ask_again(filled, name)
    return _drawn(repair, verb, filled, known, status, stale=status == 409 and repair.version != version)


def _drawn(repair: Repair, verb: str, filled: Any, known: course.Facts, status: int, *, stale: bool = False) -> Any:
    last, rules = timeline(repair, limit=1), pack_on(repair.ordered_at)
    return page(
        "repairs/act.html", block="act", status=status, repair=repair, verb=verb, doing=VERBS[verb], form=filled,
        stale=stale, last=last[0] if last else None, pack=rules, rules=rules_of(rules), facts=known,
        bar=progress.bar(repair, known, rules),
    )  # fmt: skip
