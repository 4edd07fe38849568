"""The forms of companies, projects and members."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from saas.companies.actions import check_slug
from saas.companies.projects import ProjectFacts, check_phone
from saas.identity.people import tidy_email
from saas.tenancy.staff import FEE_BASES
from saas.web import typed
from saas.web.typed import told_by

SLUG_HINT = "出现在网址里，2～40 个小写字母、数字或连字符；创建后不能修改"


def tidy(value: str | None) -> str | None:
    """Without white space around."""
    return value.strip() if value else value


class NewCompany(FlaskForm):  # type: ignore[misc]
    """A company and its first 公司管理员."""

    Meta = typed.Meta

    name = StringField(
        "公司名称", [DataRequired("请填写公司名称"), Length(max=80, message="公司名称最多 80 个字")], filters=[tidy]
    )
    slug = StringField(
        "网址标识", [DataRequired("请填写网址标识"), told_by(check_slug)], filters=[tidy], description=SLUG_HINT
    )
    admin_name = StringField(
        "公司管理员姓名",
        [DataRequired("请填写公司管理员姓名"), Length(max=40, message="姓名最多 40 个字")],
        filters=[tidy],
    )
    admin_email = EmailField(
        "公司管理员邮箱",
        [DataRequired("请填写公司管理员邮箱"), told_by(tidy_email)],
        filters=[tidy],
        description="邀请邮件寄到这里，7 天内有效",
    )


class NewProject(FlaskForm):  # type: ignore[misc]
    """A project."""

    Meta = typed.Meta

    name = StringField(
        "项目名称", [DataRequired("请填写项目名称"), Length(max=80, message="项目名称最多 80 个字")], filters=[tidy]
    )
    slug = StringField(
        "网址标识", [DataRequired("请填写网址标识"), told_by(check_slug)], filters=[tidy], description=SLUG_HINT
    )


def roles() -> Any:
    """The roles to tick; the choices come from the tenant's pack."""
    return SelectMultipleField(
        "岗位",
        [DataRequired("请至少选择一个岗位")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class Roles(FlaskForm):  # type: ignore[misc]
    """Which roles a member holds."""

    Meta = typed.Meta

    roles = roles()


class Skills(FlaskForm):  # type: ignore[misc]
    """What a member is good at."""

    Meta = typed.Meta

    skills = SelectMultipleField(
        "专长", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description="派工时先推荐专长相符的人；没有登记的也可以派，须写明原因。",
    )  # fmt: skip


class NewMember(FlaskForm):  # type: ignore[misc]
    """Somebody to take in."""

    Meta = typed.Meta

    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=40, message="姓名最多 40 个字")], filters=[tidy])
    email = EmailField(
        "邮箱", [DataRequired("请填写邮箱"), told_by(tidy_email)], filters=[tidy],
        description="登录账号；还没有密码的，会收到邀请邮件",
    )  # fmt: skip
    roles = roles()


class Discharge(FlaskForm):  # type: ignore[misc]
    """Why somebody leaves the company."""

    Meta = typed.Meta

    reason = TextAreaField(
        "离职原因",
        [DataRequired("请写明离职原因"), Length(max=500, message="离职原因最多 500 个字")],
        filters=[tidy],
        description="留在记录里，例如“个人原因辞职，工作交给孙雨薇”",
    )


class ProjectForm(FlaskForm):  # type: ignore[misc]
    """What the head office says of a project."""

    Meta = typed.Meta

    fee_basis = RadioField(
        "收费方式", [DataRequired("请选择包干制或酬金制")], choices=typed.choices(FEE_BASES),
        description="酬金制：物业服务报告带财务部分，由财务核算中心审批；年度预算和决算须公布。包干制没有这些。",
    )  # fmt: skip
    handed_over_on = DateField("交付日期", [Optional()], description="开发商交付项目的日期；还没交付的留空")
    service_phone = StringField(
        "24 小时服务电话", [told_by(check_phone)], filters=[tidy],
        description="公布给客户，显示在发布的网页上",
    )  # fmt: skip
    supervision_phone = StringField(
        "行为监督电话",
        [Length(max=40, message="电话最多 40 个字")],
        filters=[tidy],
        description="公布给客户，用于监督员工行为",
    )

    def facts(self) -> ProjectFacts:
        """As the action takes them."""
        return ProjectFacts(
            self.fee_basis.data,
            self.handed_over_on.data,
            self.service_phone.data or "",
            self.supervision_phone.data or "",
        )
