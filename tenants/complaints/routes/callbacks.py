"""回访安排: the callbacks to arrange and those to check (D17)."""

from typing import Any

from saas.identity import allow, current_actor, current_pack
from saas.policy.pack import Pack
from saas.web import page
from tenants.complaints import access
from tenants.complaints.callback_checks import queries
from tenants.complaints.routes import blueprint


def _readers(pack: Pack) -> tuple[str, ...]:
    return pack.complaint_roles.overseers


@blueprint.get("/complaints/callbacks")
@allow(_readers)
def callbacks() -> Any:
    """What is owed and by when, who is to call; what stewards recorded and nobody has checked."""
    pack, actor = current_pack(), current_actor()
    return page(
        "complaints/callbacks.html", arranged=queries.to_arrange(), unchecked=queries.to_check(pack), pack=pack,
        may=actor.has(*access.check_roles(pack)),
    )  # fmt: skip
