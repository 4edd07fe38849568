"""The forms of an article."""

from wtforms import DateField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from saas.web import typed
from tenants.articles.actions import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE
from tenants.articles.models import KINDS


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta


class ArticleForm(Base):
    """Kind, title, text, and until when it is to be looked at again."""

    kind = SelectField("类别", choices=typed.choices(KINDS))
    title = StringField(
        "标题", [InputRequired("请填写标题"), Length(max=LONGEST_TITLE, message=f"标题最多 {LONGEST_TITLE} 个字")]
    )
    body = TextAreaField(
        "内容", [InputRequired("请填写内容"), Length(max=LONGEST_BODY, message=f"内容最多 {LONGEST_BODY} 个字")]
    )
    review_on = DateField("复核日期", [InputRequired("请填写复核日期")])


class DecisionForm(Base):
    """Approve or return what was shown."""

    hashed = HiddenField()
    nth = HiddenField()
    verdict = HiddenField()
    reason = TextAreaField("意见", [Length(max=2000, message="最多 2000 个字")])


class RetireForm(Base):
    """Why it is taken out of use."""

    reason = StringField(
        "停用原因",
        [InputRequired("请写明为什么停用"), Length(max=LONGEST_REASON, message=f"最多 {LONGEST_REASON} 个字")],
    )
