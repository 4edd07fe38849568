"""The forms of a move: shape here, decisions in the actions."""

from wtforms import DateField, Form, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from saas.web import typed
from tenants.duties.actions.moving import LONGEST_REASON


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta


class MoveForm(Base):
    """To which day, and why."""

    to = DateField("改到", [InputRequired("请选择改到哪一天")])
    reason = TextAreaField(
        "原因",
        [InputRequired("请写明为什么改期"), Length(max=LONGEST_REASON, message=f"原因最多 {LONGEST_REASON} 个字")],
    )


class DecisionForm(Base):
    """The decision about exactly what was read."""

    verdict = HiddenField("决定")
    hashed = HiddenField("内容")
    reason = TextAreaField("意见", [Length(max=LONGEST_REASON, message=f"意见最多 {LONGEST_REASON} 个字")])
