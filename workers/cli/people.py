"""`bin/manage people`: operators and logins."""

import argparse
from typing import Any

from sqlalchemy import select

from saas import config
from saas.db import db
from saas.identity import actions, links
from saas.identity.models import User
from saas.identity.people import tidy_email
from saas.problem import Problem
from workers.composed import BY, application


def register(commands: Any) -> None:
    """Add the group."""
    group = commands.add_parser("people", help="平台运营人员和登录账号 / operators and logins")
    within = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = within.add_parser("appoint-operator", help="任命平台运营人员 / make somebody a platform_operator")
    made.add_argument("email", help="登录邮箱 / e-mail to sign in with")
    made.add_argument("name", help="姓名 / name")
    made.add_argument("--link", action="store_true", help="在此显示邀请链接 / print the invitation link here as well")
    made.set_defaults(run=appoint)
    for name, action, text in (
        ("disable", actions.disable, "停用账号 / close a login everywhere, at once"),
        ("enable", actions.enable, "恢复账号 / open a closed login again"),
        (
            "reset-second-factor",
            actions.reset_second_factor,
            "重置两步验证（手机和恢复码都丢了） / turn off a second factor whose phone and recovery codes are lost",
        ),
    ):
        made = within.add_parser(name, help=text)
        made.add_argument("email", help="登录邮箱 / e-mail of the login")
        made.set_defaults(run=switch, action=action)


def appoint(wanted: argparse.Namespace) -> int:
    """Appoint an operator; who has no password yet is invited by mail, or by the link printed here."""
    with application():
        user = actions.appoint_operator(wanted.email, wanted.name, by=BY)
        link = ""
        if wanted.link and user.password_hash is None:
            link = f"{config.current().base_url}/invitation/{links.make(db.session(), user.id, links.INVITATION)}"
        db.session.commit()
        print(f"已任命 / appointed: {user.email}")
    if link:
        print(link)
    return 0


def switch(wanted: argparse.Namespace) -> int:
    """Close or open a login, or take its second factor off."""
    with application():
        user = db.session.scalar(select(User).where(User.email == tidy_email(wanted.email)))
        if user is None:
            raise Problem(f"没有登录邮箱为 {wanted.email} 的账号 / no such login")
        wanted.action(user.id, by=BY)
        db.session.commit()
    print("已完成 / done")
    return 0
