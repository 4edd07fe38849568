"""The repairs pages: list, work order, the steps on site by phone, dispatch, rates, the month's register."""

from flask import Blueprint

from saas.web.shell import NavItem

blueprint = Blueprint("repairs", __name__, url_prefix="/<company>/<project>")

from tenants.repairs import due  # noqa: E402 - the pages below hang themselves on the blueprint
from tenants.repairs.routes import bulk, decisions, dispatch, month, pages, pictures, shown, verbs  # noqa: E402

NAV = (NavItem("客户沟通", "报修", "wrench", "repairs.index", key="m", order=25, tab=True, waiting=due.count),)

__all__ = ["NAV", "blueprint", "bulk", "decisions", "dispatch", "month", "pages", "pictures", "shown", "verbs"]
