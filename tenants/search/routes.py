"""What the box at the top finds, each kind with the way to its full list."""

from typing import Any

from flask import Blueprint, request

from saas.identity import allow, current_actor, current_pack
from saas.web import page
from tenants.complaints import queries as complaints
from tenants.complaints import states
from tenants.customers import access as customers_access
from tenants.customers import queries as customers
from tenants.releases import queries as releases
from tenants.releases.models import Release
from tenants.repairs import access as repairs_access
from tenants.repairs import queries as repairs
from tenants.repairs.states import LABELS as REPAIR_STATES

blueprint = Blueprint("search", __name__, url_prefix="/<company>/<project>")
MOST = 8  # hits of one kind


@blueprint.get("/search")
@allow()
def show() -> Any:
    """Households, complaints, repairs and releases that fit, as far as the roles allow to see them."""
    by, rules = current_actor(), current_pack()
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:60]
    homes, cases, orders = [], [], []
    letters: list[Release] = []
    numbers: dict[str, int | str] = {}
    if words and by.has(*customers_access.READ):
        homes = customers.search(words, MOST + 1)
        numbers["homes"] = len(homes) if len(homes) <= MOST else f"{MOST}+"
    if words and by.has(*rules.complaint_roles.readers):
        found = complaints.listing(complaints.Wanted(view="all", q=words), by)
        cases, numbers["cases"] = list(found.rows[:MOST]), f"{found.total}+" if found.more else found.total
    if words and by.has(*repairs_access.READERS(rules)):
        there = repairs.listing(repairs.Wanted(view="all", q=words), by)
        orders, numbers["orders"] = list(there.rows[:MOST]), there.total
    if words:
        letters, numbers["letters"] = releases.register(releases.Wanted(q=words), by, size=MOST, page=1)
    return page(
        "search/show.html", words=words, numbers=numbers, homes=homes[:MOST], cases=cases, orders=orders,
        letters=letters, states=states.LABELS, pack=rules, repair_states=REPAIR_STATES,
    )  # fmt: skip
