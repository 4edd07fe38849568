"""Care on site: what is moved, damaged, made good, replaced (E3, E6)."""

from typing import Any

from saas.policy.pack import Pack
from saas.web.typed import choices, whole
from tenants.repairs import actions, course, forms
from tenants.repairs.models import Repair
from tenants.repairs.routes.verb import Verb


def _compensate(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    owed = {str(each.nth): f"{each.what}（{each.price_fen / 100:,.2f} 元）" for each in known.to_make_good}
    form = forms.CompensationForm(data, nth=next(iter(owed), ""))
    form.nth.choices = choices(owed)
    return form


VERBS: dict[str, Verb] = {
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
}  # fmt: skip
