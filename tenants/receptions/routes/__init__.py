"""The desk: registering what a customer brings up, the list of what is open, one reception and its next step."""

from flask import Blueprint

from saas.identity.asking import always
from saas.web.shell import NavItem

blueprint = Blueprint("receptions", __name__, url_prefix="/<company>/<project>/receptions")

from tenants.receptions import queries, workbench  # noqa: E402 - the pages below hang themselves on the blueprint
from tenants.receptions.routes import course, desk, lists  # noqa: E402

NAV = (
    NavItem(
        "客户沟通", "接待", "inbox", "receptions.index", key="d", order=15, waiting=always(queries.WAITING),
    ),
)  # fmt: skip
QUICK = NavItem("客户沟通", "接待", "plus", "receptions.new")
blueprint.record_once(lambda state: state.app.extensions.setdefault("tasks", []).append(workbench.tasks))

__all__ = ["NAV", "QUICK", "blueprint", "course", "desk", "lists"]
