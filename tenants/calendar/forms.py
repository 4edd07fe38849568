"""The form of a day."""

from wtforms import DateField, Form, RadioField, StringField
from wtforms.validators import InputRequired, Length

from saas.web import typed
from tenants.calendar.actions import LONGEST_NOTE

WORKING = {"yes": "上班", "no": "休息"}


class DayForm(Form):  # type: ignore[misc]
    """A day, whether it is worked, and why."""

    Meta = typed.Meta

    day = DateField("日期", [InputRequired("请选择日期")])
    working = RadioField("这一天", [InputRequired("请选择上班或休息")], choices=typed.choices(WORKING))
    note = StringField("说明", [Length(max=LONGEST_NOTE, message=f"说明最多 {LONGEST_NOTE} 个字")])
