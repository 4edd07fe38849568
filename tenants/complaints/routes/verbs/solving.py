"""Solution and 处理完毕."""

from typing import Any

from saas import clock
from saas.policy.pack import Pack
from saas.web.typed import aware, minute
from tenants.complaints import actions, course, forms
from tenants.complaints.models import Complaint
from tenants.complaints.verb import Verb


def _handle(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> Any:
    return forms.HandlingForm(data, handled_at=minute(clock.now()))


VERBS: dict[str, Verb] = {
    "solutions": Verb(
        "提交处理方案", "提交方案", ("propose",), lambda c, p, k, d: forms.SolutionForm(d),
        lambda c, f, v, by: actions.propose(c.id, text=f.text.data, version=v, by=by),
        "方案已提交审批",
    ),
    "handling": Verb(
        "登记处理完毕", "登记处理完毕", ("handle",), _handle,
        lambda c, f, v, by: actions.mark_handled(
            c.id, result=f.result.data, handled_at=aware(f.handled_at.data), version=v, by=by
        ),
        "已登记处理完毕，开始计算回访时限",
    ),
}  # fmt: skip
