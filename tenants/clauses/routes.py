"""规程条款: every clause of the pack in force, and the records that show how it is kept (R1)."""

from typing import Any

from flask import Blueprint, abort, current_app

from saas import clock
from saas.identity import allow, current_visit
from saas.policy.loader import pack
from saas.web import page
from saas.web.shell import NavItem, may_open
from tenants.clauses import queries
from tenants.clauses.words import KINDS, VERDICTS, figures

READERS = ("project_manager", "division_leader", "quality", "service_supervisor", "general_manager")

blueprint = Blueprint("clauses", __name__, url_prefix="/<company>/<project>/clauses")
NAV = (NavItem("品质运营中心", "规程条款", "shield-check", "clauses.index", order=60),)


@blueprint.get("")
@allow(*READERS)
def index() -> Any:
    """All clauses, in the order of the pack."""
    rules, known = pack(current_visit().pack), current_app.extensions["evidence"]
    rows = [queries.shown(clause, rules, known) for clause in rules.clauses.values()]
    return page("clauses/index.html", rows=rows, rules=rules, kinds=KINDS, figures=figures, month=_month())


@blueprint.get("/<clause_id>")
@allow(*READERS)
def show(clause_id: str) -> Any:
    """One clause in full, with its records, those not kept first."""
    visit = current_visit()
    rules = pack(visit.pack)
    clause = rules.clauses.get(clause_id) or abort(404)
    found = queries.shown(clause, rules, current_app.extensions["evidence"])
    groups = [(verdict, [r for r in found.evidence.records if r.verdict == verdict]) for verdict in VERDICTS]
    return page(
        "clauses/show.html", clause=clause, evidence=found.evidence, groups=groups, rules=rules, kinds=KINDS,
        roles="、".join(rules.roles[role] for role in clause.roles), verdicts=VERDICTS, figures=figures(clause, rules),
        month=_month(), opens=lambda name: may_open(name, visit),
    )  # fmt: skip


def _month() -> str:
    return f"{clock.local(clock.now()):%Y-%m}"
