"""The major complaints of a project, on a page of their own (D9)."""

from typing import Any

from saas.identity import allow
from saas.web import page
from tenants.complaints.access import READERS
from tenants.complaints.alarms import queries
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.pages import pack_now


@blueprint.get("/alarms/")
@allow(READERS)
def alarms() -> Any:
    """Open ones first, each with what the regulation asks for and what of it is there."""
    return page("complaints/alarms.html", rows=queries.alarms(), pack=pack_now())
