"""Sign in and out, passwords, settings, the picker of projects: one blueprint, a module for each."""

from saas.identity.blueprint import blueprint
from saas.identity.pages import passwords, picker, second_factor, settings, sign_in
from saas.web.shell import NavItem

NAV = (
    NavItem("我的", "全部项目", "layout-dashboard", "identity.projects", order=10, tab=True),
    NavItem("我的", "个人设置", "user-round", "identity.settings", order=20, tab=True),
)

__all__ = ["NAV", "blueprint", "passwords", "picker", "second_factor", "settings", "sign_in"]
