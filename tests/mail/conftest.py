"""A mail to send."""

from email.message import EmailMessage

import pytest

from saas.mail import compose, new_message_id


@pytest.fixture
def mail() -> EmailMessage:
    return compose(
        "王秀梅 <resident@example.cn>",
        "关于您反映的电梯异响",
        "王女士：\n.电梯已检修。\n",
        message_id=new_message_id(),
        sender="邻声 <no-reply@linsheng.example>",
    )
