"""The end: completion with or without a signature, the money, the callback (E3-E6)."""

from typing import Any

from saas import masks
from saas.identity import current_actor
from saas.policy.pack import Pack
from saas.web.pictures import uploaded
from saas.web.signatures import signature_in
from saas.web.typed import choices, chosen, graded, whole
from tenants.repairs import actions, course, forms
from tenants.repairs.models import Repair
from tenants.repairs.routes.verb import Verb, empty
from tenants.repairs.rules import REPORTER


def _finish(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    return forms.CompletionForm(data, signer=repair.reporter, replaced=bool(known.devices))


def _accept(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.AcceptanceForm(data, replaced=bool(known.devices))
    reporter = {REPORTER: f"报修人{masks.name(repair.reporter)}，当面或电话确认"} if repair.reporter else {}
    people = {str(each.id): each.name for each in actions.confirmers(rules, current_actor())}
    form.confirmed_by.choices = choices(reporter | people, "请选择")
    return form


def _call_back(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    form = forms.CallbackForm(data)
    form.channel.choices = choices(rules.channels, "请选择")
    form.satisfaction.choices = graded(rules.settings.satisfaction)
    return form


VERBS: dict[str, Verb] = {
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
        "接收现场收款", "我已收到这笔款", empty,
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
}  # fmt: skip
