"""规程条款: every clause of the pack in force, and the records that show how it is kept (R1)."""

from typing import Any

from flask import Blueprint, abort, current_app

from saas.identity import allow, current_pack, current_visit
from saas.policy.evidence import Evidence
from saas.policy.loader import pack
from saas.policy.words import KINDS, figures
from saas.web import page
from saas.web.shell import NavItem, may_open
from tenants.clauses import queries
from tenants.clauses.words import VERDICTS

READERS = ("project_manager", "division_leader", "quality", "service_supervisor", "general_manager")

blueprint = Blueprint("clauses", __name__, url_prefix="/<company>/<project>/clauses")
NAV = (NavItem("品质运营中心", "规程条款", "scale", "clauses.index", order=60),)


@blueprint.get("")
@allow(*READERS)
def index() -> Any:
    """All clauses, by chapter in the order of the pack."""
    rules, known = current_pack(), current_app.extensions["evidence"]
    chapters = [(label, [queries.shown(c, rules, known) for c in clauses]) for label, clauses in rules.chaptered()]
    at_work = sum(row.evidence is not None for _, rows in chapters for row in rows)
    return page("clauses/index.html", chapters=chapters, rules=rules, kinds=KINDS, figures=figures, at_work=at_work)


@blueprint.get("/<clause_id>")
@allow(*READERS)
def show(clause_id: str) -> Any:
    """One clause in full, with its records, those not kept first."""
    visit = current_visit()
    rules = pack(visit.pack)
    clause = rules.clauses.get(clause_id) or abort(404)
    found = queries.shown(clause, rules, current_app.extensions["evidence"])
    evidence = found.evidence or Evidence()
    groups = [(verdict, [r for r in evidence.records if r.verdict == verdict]) for verdict in VERDICTS]
    return page(
        "clauses/show.html", clause=clause, off=found.evidence is None, evidence=evidence, groups=groups, rules=rules,
        kinds=KINDS, roles="、".join(rules.roles[role] for role in clause.roles), verdicts=VERDICTS,
        figures=figures(clause, rules), period=found.period, opens=lambda name: may_open(name, visit),
    )  # fmt: skip
