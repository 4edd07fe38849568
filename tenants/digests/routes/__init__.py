"""统计与汇总: the tables of any month, the digests that were taken, the case reviews."""

from typing import Any

from flask import Blueprint, current_app, url_for

from saas.identity import current_pack
from saas.web.filters import moment
from saas.web.shell import NavItem
from tenants.digests import workbench
from tenants.digests.models import Digest
from tenants.digests.tables import DIMENSIONS

blueprint = Blueprint("digests", __name__, url_prefix="/<company>/<project>/digests")
NAV = (NavItem("客户沟通", "统计汇总", "chart-column", "digests.index", order=27),)
blueprint.record_once(lambda state: state.app.extensions.setdefault("tasks", []).append(workbench.tasks))


def cases_url(query: dict[str, Any]) -> str:
    """The list of complaints behind a figure; empty for who may not open it."""
    return url_for("complaints.index", **query) if "complaints.index" in current_app.view_functions else ""


def receipt_rows(digest: Digest) -> list[tuple[str, str]]:
    """Who got a digest, in which role and when."""
    names = current_pack().roles
    return [(f"{each.name}（{names.get(each.role, each.role)}）", moment(each.sent_at)) for each in digest.receipts]


from tenants.digests.routes import filed, months, reviews  # noqa: E402 - these hang themselves on the blueprint

__all__: list[Any] = ["NAV", "blueprint", "filed", "months", "reviews"]


@blueprint.context_processor
def words() -> dict[str, Any]:
    """For every template of the slice."""
    return {"receipt_rows": receipt_rows, "labels": DIMENSIONS}
