"""The forms of a compensation."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from saas import clock
from saas.policy.pack import Pack
from saas.web.typed import choices, longest
from tenants.complaints.compensations.money import amount, told
from tenants.complaints.compensations.queries import Asked
from tenants.complaints.forms.base import Base


class CompensationForm(Base):
    """Applying for it (D13)."""

    kind = RadioField("种类", validators=[InputRequired("请选择赔偿、补偿还是折让")])
    amount = StringField("金额（元）", validators=[DataRequired("请填写金额"), longest(20)])
    reason = TextAreaField("事由", validators=[DataRequired("请写明事由和金额怎么算的"), longest(2000)])

    @classmethod
    def make(cls, data: Any, pack: Pack) -> "CompensationForm":
        """With the kinds of the pack."""
        form = cls(data)
        form.kind.choices = choices(pack.payments.kinds)
        return form

    def validate_amount(self, field: StringField) -> None:
        """Yuan with at most two decimals."""
        if field.data and amount(field.data) is None:
            raise ValidationError("金额请写成 1200 或 1200.50，单位是元")


class PaymentForm(Base):
    """Noting that an approved one was given."""

    nth = SelectField("哪一笔", validators=[InputRequired("请选择哪一笔")])
    paid_on = DateField("兑现日期", validators=[InputRequired("请填写兑现的日期")])
    how = TextAreaField("方式和凭据", validators=[DataRequired("请写明怎么兑现的、凭据在哪里"), longest(500)])

    @classmethod
    def make(cls, data: Any, pack: Pack, known: Sequence[Asked]) -> "PaymentForm":
        """With what is approved and not given yet; today."""
        form = cls(data, paid_on=clock.local(clock.now()).date())
        owed = {str(each.row.nth): named(each, pack) for each in known if each.state == "approved"}
        form.nth.choices = choices(owed)
        return form


def named(each: Asked, pack: Pack) -> str:
    """第 1 笔 赔偿 500 元."""
    return f"第 {each.row.nth} 笔 {pack.payments.kinds.get(each.row.kind, each.row.kind)} {told(each.row.amount)}"
