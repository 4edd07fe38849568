"""What became of an approved letter: a person's word on an unknown outcome, and what was handed over."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from saas.identity import allow, current_actor
from saas.web import once
from saas.web.reveals import revealed
from tenants.releases import actions
from tenants.releases.access import WRITERS
from tenants.releases.revealing import reveal as look
from tenants.releases.routes import blueprint
from tenants.releases.routes.shown import carry_out, found, moment_of, number_of


@blueprint.post("/<uuid:id>/attempts/<uuid:attempt>/resolution")
@allow(*WRITERS)
@once
def resolve(id: UUID, attempt: UUID) -> Any:
    """A person's decision about a delivery whose outcome is unknown or that failed."""
    verdict, note = request.form.get("verdict", ""), request.form.get("note", "")
    said = "已记录核实结果" if verdict == "delivered" else "已安排重新发送"
    return carry_out(id, lambda: actions.resolve_unknown(attempt, verdict=verdict, note=note, by=current_actor()), said)


@blueprint.post("/<uuid:id>/reveals")
@allow(*WRITERS)
def reveal(id: UUID) -> Any:
    """The numbers in what was noted, shown once; looking is an event with its reason (B10)."""
    release, by = found(id), current_actor()
    home = url_for("releases.show", id=id)
    crumbs = [("信息发布", url_for("releases.index")), (release.number, home), ("完整号码", None)]
    return revealed(f"{release.number} 的完整号码", crumbs, str(id), lambda reason: look(release, reason=reason, by=by))


@blueprint.post("/<uuid:id>/hold")
@allow()
@once
def decide_hold(id: UUID) -> Any:
    """Whether what is held goes out after all; the action says who decides (D4)."""
    verdict, reason = request.form.get("verdict", ""), request.form.get("hold_reason", "")
    said = "已决定仍然发出" if verdict == "send" else "已决定不再发出"
    return carry_out(id, lambda: actions.decide_hold(id, verdict=verdict, reason=reason, by=current_actor()), said)


@blueprint.post("/<uuid:id>/handover")
@allow(*WRITERS)
@once
def hand_over(id: UUID) -> Any:
    """Record that the approved letter was handed over or put up."""
    form = request.form
    return carry_out(
        id,
        lambda: actions.hand_over(
            id, way=form.get("way", ""), receiver=form.get("receiver", ""), note=form.get("note", ""),
            at=moment_of("handed_at"), version=number_of("version"), by=current_actor(),
        ),
        "已登记线下递交",
    )  # fmt: skip
