"""The forms of identity: what people type, checked for being there. What it means is the actions' to judge."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from saas.identity.passwords import LONGEST, SHORTEST
from saas.identity.people import tidy_email
from saas.web import typed

RULE = f"至少 {SHORTEST} 位，一句只有您知道的话最好记"


class SignIn(FlaskForm):  # type: ignore[misc]
    """E-mail and password."""

    Meta = typed.Meta

    email = EmailField("邮箱", [DataRequired("请填写登录邮箱"), Length(max=254, message="邮箱地址过长，请检查")])
    password = PasswordField("密码", [DataRequired("请填写密码")])


class Code(FlaskForm):  # type: ignore[misc]
    """A time code or a recovery code."""

    Meta = typed.Meta

    code = StringField("验证码", [DataRequired("请填写验证码或恢复码"), Length(max=40, message="验证码是 6 位数字")])


class Email(FlaskForm):  # type: ignore[misc]
    """Where a reset mail shall go."""

    Meta = typed.Meta

    email = EmailField(
        "邮箱",
        [DataRequired("请填写登录邮箱"), Length(max=254, message="邮箱地址过长，请检查"), typed.told_by(tidy_email)],
    )


def new_password() -> Any:
    """A password that is to be set."""
    too_long = f"密码最多 {LONGEST} 位，请缩短一些"
    return PasswordField(
        "新密码", [DataRequired("请填写新密码"), Length(max=LONGEST, message=too_long)], description=RULE
    )


def once_more() -> Any:
    """The same again."""
    same = EqualTo("password", "两次输入不一致，请重新输入")
    return PasswordField("再输一遍", [DataRequired("请再输一遍新密码"), same])


class NewPassword(FlaskForm):  # type: ignore[misc]
    """A new password, twice."""

    Meta = typed.Meta

    password = new_password()
    again = once_more()


class ChangePassword(FlaskForm):  # type: ignore[misc]
    """The old password and a new one."""

    Meta = typed.Meta

    old = PasswordField("当前密码", [DataRequired("请填写当前密码")])
    password = new_password()
    again = once_more()


class Password(FlaskForm):  # type: ignore[misc]
    """The password once more, before something that weakens the account."""

    Meta = typed.Meta

    password = PasswordField("当前密码", [DataRequired("请填写当前密码")], id="password-once-more")
