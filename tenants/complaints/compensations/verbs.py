"""Compensations, as forms of the case."""

from saas.web.typed import whole
from tenants.complaints.compensations import actions
from tenants.complaints.compensations.forms import CompensationForm, PaymentForm
from tenants.complaints.verb import Verb

VERBS = {
    "compensations": Verb(
        "申请赔偿", "提交申请", ("compensate",), lambda c, p, k, d: CompensationForm.make(d, p),
        lambda c, f, v, by: actions.ask(
            c.id, kind=f.kind.data, amount=f.amount.data, reason=f.reason.data, version=v, by=by
        ),
        "申请已提交审批，批准前不得向客户承诺",
    ),
    "payments": Verb(
        "登记赔偿兑现", "登记兑现", ("pay",), lambda c, p, k, d: PaymentForm.make(d, p, k.compensations),
        lambda c, f, v, by: actions.note_paid(
            c.id, nth=whole(f.nth.data), paid_on=f.paid_on.data, how=f.how.data, version=v, by=by
        ),
        "已登记兑现",
    ),
}  # fmt: skip
HINTS = {
    "compensations.amount": "谁批准由金额决定，见权限核决表。批准前不得向客户承诺。",
    "compensations.reason": "损失是什么、由谁造成、金额怎么算的。",
    "payments.how": "例如：银行转账，回单附在案卷照片里；或抵扣 12 月物业费。",
}
ORDER = (
    ("pay", "登记赔偿兑现", "payments", "check"),
    ("compensate", "申请赔偿", "compensations", "banknote"),
)
