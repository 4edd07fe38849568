"""派工: what nobody was sent to yet, with who could go; and a technician's own day on the phone."""

from datetime import timedelta
from typing import Any

from saas import clock
from saas.identity import allow, current_actor, current_pack
from saas.policy.periods import midnight
from saas.web import page
from tenants.repairs import actions, due, progress, queries, states
from tenants.repairs.access import ASSIGNERS, WORKERS
from tenants.repairs.routes import blueprint
from tenants.repairs.rules import rules_of

OFFERED = 4
"""Suggestions for one repair; its own page has everybody."""


@blueprint.get("/repairs/dispatch")
@allow(ASSIGNERS)
def dispatch() -> Any:
    """Each unassigned repair with the best people for it, and everybody's load."""
    rules = current_pack()
    crew = actions.crew(rules)
    waiting = [(each, actions.candidates(each, rules, crew)[:OFFERED]) for each in queries.unassigned()]
    return page(
        "repairs/dispatch.html",
        waiting=waiting,
        whole=queries.count_unassigned(),
        crew=crew,
        rules=rules_of(rules),
        span=progress.span,
    )


@blueprint.get("/repairs/today")
@allow(WORKERS)
def today() -> Any:
    """What this technician has today, in the order of the appointments; one thumb does the next step."""
    by, rules = current_actor(), current_pack()
    tonight = midnight(clock.local(clock.now()).date() + timedelta(days=1))
    mine = due.mine_today(by, tonight)
    return page(
        "repairs/today.html", mine=mine, rules=rules_of(rules), states=states, span=progress.span,
        cash=due.my_cash(by), later=due.mine_later(by, tonight),
    )  # fmt: skip
