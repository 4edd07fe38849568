"""The form of a contact: short enough to be filled in on a phone while the customer still stands there."""

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, Form, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from saas.clock import CN
from saas.policy.pack import Pack
from saas.web import typed


class ContactForm(Form):  # type: ignore[misc]
    """Channel, kind, what was said; who and when are filled in where they are known."""

    Meta = typed.Meta

    channel = RadioField("沟通方式", [InputRequired("请选择沟通方式")])
    request_kind = RadioField("事项类别", [InputRequired("请选择事项类别")])
    summary = TextAreaField(
        "沟通内容", [InputRequired("请写下沟通内容，一句话也可以"), Length(max=20000, message="内容最多 20000 个字")]
    )
    reporter = StringField("来访人或来电人", [Length(max=60, message="姓名最多 60 个字")])
    occurred_at = DateTimeLocalField("沟通时间", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

    @classmethod
    def by(cls, pack: Pack, typed_in: Any = None, **data: Any) -> "ContactForm":
        """The form with the channels and kinds of the pack."""
        form = cls(typed_in, data=data)
        form.channel.choices = typed.choices(pack.channels)
        form.request_kind.choices = typed.choices(pack.request_kinds)
        return form

    def facts(self) -> dict[str, Any]:
        """What `record_contact` takes. Call it after `validate()`."""
        at: datetime | None = self.occurred_at.data
        return {
            "channel": self.channel.data,
            "request_kind": self.request_kind.data,
            "summary": self.summary.data,
            "reporter": (self.reporter.data or "").strip(),
            "occurred_at": at.replace(tzinfo=CN) if at else None,
        }
