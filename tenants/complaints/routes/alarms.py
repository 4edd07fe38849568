"""The major complaints of a project, and in the head office those of all its projects, on a page of their own (D9)."""

from typing import Any

from saas.identity import allow, current_actor, current_pack, current_visit
from saas.tenancy.places import homes
from saas.web import page
from tenants.complaints.access import READERS
from tenants.complaints.alarms import office, queries
from tenants.complaints.routes import blueprint


@blueprint.get("/alarms/")
@allow(READERS)
def alarms() -> Any:
    """Open ones first, each with what the regulation asks for and what of it is there."""
    visit = current_visit()
    if visit.kind == "head_office":
        places = {home.schema: home for home in homes(visit.company, current_actor().id)}
        return page("complaints/office_alarms.html", rows=office.of_projects(), places=places)
    return page("complaints/alarms.html", rows=queries.alarms(), pack=current_pack())
