"""What people type about households and people, turned into facts; mistakes are told at their field."""

from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from saas.web import typed
from tenants.customers import fields
from tenants.customers.models import OCCUPANCY, RELATIONS

CM2 = 10_000  # square centimetres of a square metre


class UnitForm(Form):  # type: ignore[misc]
    """A household."""

    Meta = typed.Meta

    label = StringField("房号", [InputRequired("请写上房号，如 3-2-1502"), Length(max=40, message="房号最多 40 个字")])
    occupancy = SelectField("居住状态", choices=typed.choices(OCCUPANCY))
    handed_over_on = DateField("交付日期", [Optional()])
    steward_id = SelectField("管家")
    area = StringField("建筑面积（㎡）", [Optional(), Length(max=20, message="面积最多 20 个字")])
    note = TextAreaField("备注", [Length(max=1000, message="备注最多 1000 个字")])

    def validate_area(self, field: Any) -> None:
        """Square metres, as the roster reads them."""
        _read(fields.area, field.data)

    def facts(self) -> dict[str, Any]:
        """What an action takes. Call it after `validate()`."""
        area = fields.area(self.area.data)
        return {
            "label": self.label.data,
            "occupancy": self.occupancy.data,
            "handed_over_on": self.handed_over_on.data,
            "steward_id": UUID(self.steward_id.data) if self.steward_id.data else None,
            "area_cm2": round(area * CM2) if area else None,
            "note": (self.note.data or "").strip(),
        }


class PersonForm(Form):  # type: ignore[misc]
    """A person in a household. When one is changed, empty phones and mail mean: as before (they are not shown, B10)."""

    Meta = typed.Meta

    name = StringField(
        "姓名或单位名称", [InputRequired("请写上姓名或单位名称"), Length(max=60, message="姓名最多 60 个字")]
    )
    relation = SelectField("身份", choices=typed.choices(RELATIONS))
    phones = StringField("手机或座机", [Length(max=120, message="号码太多，最多 120 个字")])
    no_phone = BooleanField("删去现有号码")
    email = StringField("邮箱", [Length(max=254, message="邮箱最多 254 个字")])
    preferred_channel = SelectField("首选沟通方式", choices=typed.choices(fields.CHANNELS, "未说明"))
    note = TextAreaField("备注", [Length(max=1000, message="备注最多 1000 个字")])

    def validate_phones(self, field: Any) -> None:
        """Mobiles and landlines, several with 、 between."""
        _read(fields.phones, field.data)

    def validate_email(self, field: Any) -> None:
        """One address."""
        _read(fields.email, field.data)

    def facts(self) -> dict[str, Any]:
        """What `register_customer` takes. Call it after `validate()`."""
        return {
            "name": self.name.data,
            "relation": self.relation.data,
            "phones": fields.phones(self.phones.data),
            "email": fields.email(self.email.data),
            "preferred_channel": self.preferred_channel.data,
            "note": (self.note.data or "").strip(),
        }

    def changes(self) -> dict[str, Any]:
        """What `change_customer` takes."""
        facts = self.facts()
        phones, email = facts.pop("phones"), facts.pop("email")
        if phones or self.no_phone.data:
            facts.update(phone=phones[0] if phones else "", other_phones=list(phones[1:]))
        return facts | ({"email": email} if email else {})


def _read(reader: Any, value: str | None) -> None:
    try:
        reader(value or "")
    except ValueError as error:
        raise ValidationError(str(error)) from error
