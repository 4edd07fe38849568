"""The register, and one release."""

from typing import Any
from uuid import UUID

from flask import request

from saas import clock
from saas.identity import allow, current_actor, current_pack
from saas.web import page
from saas.web.paging import here, paging
from saas.web.typed import clean, day
from tenants.releases import queries
from tenants.releases.access import WRITERS
from tenants.releases.models import STATES
from tenants.releases.routes import blueprint
from tenants.releases.routes.shown import shown


@blueprint.get("")
@allow()
def index() -> Any:
    """The register (form XRWY-KF-13), newest first; with ?view=waiting what the reader must decide."""
    actor, rules, at = current_actor(), current_pack(), paging()
    wanted = queries.Wanted(
        **{name: clean(request.args.get(name, "")).strip()[:60] for name in ("q", "state", "kind", "view")},
        since=day(request.args.get("since")),
        until=day(request.args.get("until")),
    )
    rows, total = queries.register(wanted, actor, size=at.size, page=at.page)
    waiting = {a.subject_id: a for a in queries.waiting(actor)}
    return page(
        "releases/index.html", block="results", releases=rows, total=total, wanted=wanted, paging=at, here=here,
        waiting=waiting, unclear=queries.unclear(rows, clock.now()), states=STATES, rules=rules, printed_at=clock.now(),
        may_write=actor.has(*WRITERS),
        kind_choices=[("", "全部类别"), *((c.kind, c.title) for c in rules.chains.values() if not c.inner)],
        state_choices=[("", "全部状态"), *((state, words[0]) for state, words in STATES.items())],
    )  # fmt: skip


@blueprint.get("/<uuid:id>")
@allow()
def show(id: UUID) -> Any:
    """One release with its chain, its text against the version before, its checks and its deliveries."""
    return shown(id)
