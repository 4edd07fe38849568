"""The form of a delegation."""

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length


class NewDelegation(FlaskForm):  # type: ignore[misc]
    """Who decides for whom, in which role, from when to when."""

    of = SelectField("委托人", [DataRequired("请选择委托人")])
    role = SelectField("岗位", [DataRequired("请选择岗位")])
    to = SelectField("受托人", [DataRequired("请选择受托人")])
    starts_on = DateField("开始日期", [DataRequired("请填写开始日期，例如 2026-11-20")])
    ends_on = DateField("结束日期", [DataRequired("请填写结束日期，例如 2026-11-27")], description="当天仍有效")
    reason = StringField("原因", [DataRequired("请写明原因"), Length(max=200, message="原因最多 200 个字")])
