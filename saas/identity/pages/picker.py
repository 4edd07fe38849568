"""The picker: every project of a person, with what waits in each (A2)."""

from typing import Any

from flask import current_app, request, url_for

from saas.db import db
from saas.identity.access import current_visit, signed_in
from saas.identity.actor import Actor
from saas.identity.asking import counts
from saas.identity.blueprint import blueprint
from saas.identity.queries import Spot, spots
from saas.policy.loader import pack
from saas.tenancy import Visit, enter
from saas.web import page

SIZE = 30


def waiting(spot: Spot, visit: Visit) -> int:
    """How much waits for this person there: what each slice says, inside that tenant, by a short Session of its own."""
    with current_app.app_context():
        enter(db.session(), spot.schema)
        actor = Actor(visit.user_id, visit.name, spot.roles, spot.schema, spot.company, spot.project)
        rules = pack(spot.pack)
        return sum(counts([waiting(rules) for waiting in current_app.extensions.get("waiting", ())], actor))


@blueprint.get("/projects")
@signed_in
def projects() -> Any:
    """Every project as a tile; switching needs no new sign-in."""
    visit, words = current_visit(), request.args.get("q", "")
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    assert visit.user_id is not None
    found, total = spots(visit.user_id, words, limit=SIZE, offset=(number - 1) * SIZE)

    def at(**changes: Any) -> str:
        return url_for("identity.projects", q=words or None, page=changes.get("page", number))

    return page(
        "identity/projects.html", block="results", tiles=[(spot, waiting(spot, visit)) for spot in found],
        words=words, total=total, number=number, size=SIZE, at=at,
    )  # fmt: skip
