"""The forms of companies, projects and members."""

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

SLUG_HINT = "出现在网址里，2～40 个小写字母、数字或连字符；创建后不能修改"


def tidy(value: str | None) -> str | None:
    """Without white space around."""
    return value.strip() if value else value


class NewCompany(FlaskForm):  # type: ignore[misc]
    """A company and its first 公司管理员."""

    name = StringField(
        "公司名称", [DataRequired("请填写公司名称"), Length(max=80, message="公司名称最多 80 个字")], [tidy]
    )
    slug = StringField("网址标识", [DataRequired("请填写网址标识")], [tidy], description=SLUG_HINT)
    admin_name = StringField("公司管理员姓名", [DataRequired("请填写公司管理员姓名"), Length(max=40)], [tidy])
    admin_email = EmailField(
        "公司管理员邮箱", [DataRequired("请填写公司管理员邮箱")], [tidy], description="邀请邮件寄到这里，7 天内有效"
    )


class NewProject(FlaskForm):  # type: ignore[misc]
    """A project."""

    name = StringField(
        "项目名称", [DataRequired("请填写项目名称"), Length(max=80, message="项目名称最多 80 个字")], [tidy]
    )
    slug = StringField("网址标识", [DataRequired("请填写网址标识")], [tidy], description=SLUG_HINT)


class Roles(FlaskForm):  # type: ignore[misc]
    """Which roles a member holds; the choices come from the tenant's pack."""

    roles = SelectMultipleField(
        "岗位",
        [DataRequired("请至少选择一个岗位")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class NewMember(Roles):
    """Somebody to take in."""

    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=40, message="姓名最多 40 个字")], [tidy])
    email = EmailField(
        "邮箱", [DataRequired("请填写邮箱")], [tidy], description="登录账号；还没有密码的，会收到邀请邮件"
    )


class Discharge(FlaskForm):  # type: ignore[misc]
    """Why somebody leaves the company."""

    reason = TextAreaField(
        "离职原因",
        [DataRequired("请写明离职原因"), Length(max=500, message="离职原因最多 500 个字")],
        [tidy],
        description="留在记录里，例如“个人原因辞职，工作交给孙雨薇”",
    )
