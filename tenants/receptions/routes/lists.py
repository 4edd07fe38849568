"""The list of receptions: what is open by what is owed first (C2)."""

from typing import Any

from flask import request, url_for

from saas.identity import allow, current_actor, current_pack, current_visit
from saas.sheets.cells import line
from saas.web import page
from saas.web.paging import here, paging
from saas.web.shell import may_open
from saas.web.typed import day
from tenants.contacts.access import SHOW, WRITE
from tenants.receptions import queries
from tenants.receptions.routes import blueprint
from tenants.receptions.words import NEXT, STATES


@blueprint.get("")
@allow(*SHOW)
def index() -> Any:
    """Filtered and paged, all of it in the address."""
    at, asked = paging(), request.args
    view = asked.get("view", "")
    wanted = queries.Wanted(
        view if view in queries.VIEWS else "open", line(asked.get("q", "")), line(asked.get("kind", "")),
        day(asked.get("day")),
    )  # fmt: skip
    rows, total = queries.listing(wanted, current_actor(), offset=at.offset, limit=at.size)
    views = [(label, here(view=code, page=None), code == wanted.view) for code, label in queries.VIEWS.items()]
    return page(
        "receptions/index.html", block="results", rows=rows, total=total, wanted=wanted, paging=at, here=here,
        views=views, kinds=[("", "全部事项"), *current_pack().request_kinds.items()], rules=current_pack(),
        STATES=STATES, NEXT=NEXT,
        may_write=current_actor().has(*WRITE), home=url_for("receptions.index"),
        reports=may_open("work_reports.index", current_visit()),
    )  # fmt: skip
