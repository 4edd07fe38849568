"""The form of a reopening."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from saas.web.typed import longest
from tenants.complaints.forms.base import Base


class ReopeningForm(Base):
    """重新办理."""

    reason = TextAreaField("重新办理的原因", validators=[DataRequired("请写明为什么重新办理"), longest(2000)])
