"""The complaints pages: list, card and forms behind the login; the QR form and its status page in front of it."""

from flask import Blueprint

from saas.identity.asking import always
from saas.web.shell import NavItem

blueprint = Blueprint("complaints", __name__, url_prefix="/<company>/<project>")
residents = Blueprint("residents", __name__)

from tenants.complaints import queries  # noqa: E402 - the pages below hang themselves on the blueprints
from tenants.complaints.alarms.office import OPEN as of_projects  # noqa: E402
from tenants.complaints.alarms.queries import OPEN as open_alarms  # noqa: E402
from tenants.complaints.hotline_results.waiting import WAITING as of_hotline  # noqa: E402
from tenants.complaints.routes import (  # noqa: E402
    alarms,
    alike,
    bulk,
    callbacks,
    decisions,
    doors,
    hotline,
    pages,
    pictures,
    public,
    shown,
    transfers,
    verbs,
)
from tenants.complaints.transfers.waiting import waiting as of_departments  # noqa: E402

NAV = (
    NavItem(
        "客户沟通", "投诉", "message-square-warning", "complaints.index", key="t", order=20, tab=True,
        waiting=always(queries.WAITING),
    ),
    NavItem(
        "客户沟通", "重大投诉", "siren", "complaints.alarms", order=21, tone="red", waiting=always(open_alarms),
    ),
    NavItem(
        "品质运营中心", "重大投诉", "siren", "complaints.alarms", order=61, tone="red", head_office=True,
        waiting=always(of_projects),
    ),
    NavItem(
        "品质运营中心", "热线投诉", "phone", "complaints.hotline", order=62, head_office=True,
        waiting=always(of_hotline),
    ),
    NavItem(
        "品质运营中心", "部门转来", "inbox", "complaints.transfers", order=63, head_office=True, waiting=of_departments,
    ),
)  # fmt: skip

__all__ = [
    "NAV",
    "alarms",
    "alike",
    "blueprint",
    "bulk",
    "callbacks",
    "decisions",
    "doors",
    "hotline",
    "pages",
    "pictures",
    "public",
    "residents",
    "shown",
    "transfers",
    "verbs",
]
