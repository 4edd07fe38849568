"""On site: arrival, the fault and its fees, consent, start (E1, E2)."""

from typing import Any

from flask import request

from saas.identity import Actor
from saas.policy.pack import Pack
from saas.web.signatures import signature_in
from saas.web.typed import chosen
from tenants.price_lists.queries import grouped, in_force
from tenants.repairs import actions, course, forms
from tenants.repairs.models import Repair
from tenants.repairs.routes.verb import Verb, empty
from tenants.repairs.rules import rules_of


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


def _run_quote(repair: Repair, form: Any, version: int, by: Actor) -> None:
    actions.quote(
        repair.id, finding=form.finding.data, quantities=forms.quantities(request.form),
        free_reason=form.free_reason.data or "", list_id=chosen(form.list_id.data), version=version, by=by,
    )  # fmt: skip


VERBS: dict[str, Verb] = {
    "arrival": Verb(
        "到场", "我已到场", empty, lambda r, f, v, by: actions.arrive(r.id, version=v, by=by), "已记录到场", "check",
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
        "同意开工", "公共区域免费维修，同意开工", empty,
        lambda r, f, v, by: actions.consent(r.id, version=v, by=by), "已记录，可以开工", "check",
    ),
    "start": Verb(
        "开工", "开工", empty, lambda r, f, v, by: actions.start(r.id, version=v, by=by), "已开工", "wrench",
    ),
}  # fmt: skip
