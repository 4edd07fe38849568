"""The regulation as it binds one repair: the pack in force when it was ordered."""

from datetime import timedelta

from saas.policy.pack import Pack
from saas.policy.repairs import RepairRules
from saas.problem import Problem
from tenants.repairs.models import Repair

SIGNED, REPORTER, STAFF = "signed", "reporter", "staff"
"""How a consent or the end of the work was given."""


def rules_of(rules: Pack) -> RepairRules:
    """What the pack says about repairs. Raises Problem where it says nothing."""
    if rules.repairs is None:
        raise Problem("本项目的规程没有报修的规定，请联系公司管理员")
    return rules.repairs


def tolerance(rules: Pack) -> timedelta:
    """How long after the agreed time one may arrive (E1): the limit of the clause, none where there is no such."""
    limits = [clause.within for clause in rules.clauses.values() if clause.evidence == "repairs.arrivals"]
    found = next((limit for limit in limits if limit), None)
    return (found.span if found else None) or timedelta(minutes=1)


def needs_signature(repair: Repair, total_fen: int) -> bool:
    """Whether a customer signs (E2, E3): wherever somebody pays, or lives. What is free in a common area has no such
    customer; there the reporter or our own side agrees, and the database holds every other repair to a signature."""
    return not repair.common_area or total_fen > 0
