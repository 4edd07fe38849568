"""Who may do what to a repair, before any page is drawn: the roles that the pack names."""

from collections.abc import Callable
from operator import attrgetter

from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of


def _roles(name: str) -> Callable[[Pack], tuple[str, ...]]:
    given = attrgetter(f"repairs.roles.{name}")

    def roles(rules: Pack) -> tuple[str, ...]:
        found: tuple[str, ...] = given(rules) if rules.repairs else ()
        return found

    return roles


# Marks of the views: the pack that binds the tenant says which roles these are.
READERS, ORDERERS, ASSIGNERS, WORKERS = _roles("readers"), _roles("orderers"), _roles("assigners"), _roles("workers")
CALLERS, CASHIERS, REGISTRARS, REVEALERS = (
    _roles("callers"), _roles("cashiers"), _roles("registrars"), _roles("revealers"),
)  # fmt: skip


BULK = ("assign", "remind", "export")


def bulk_verbs(by: Actor, rules: Pack) -> tuple[str, ...]:
    """What this person may do to many at once; each repair is judged by itself besides."""
    return BULK if by.has(*ASSIGNERS(rules)) else ()


def works_on(repair: Repair, by: Actor, rules: Pack) -> bool:
    """Whether this person acts on site: the technician who was sent, or who assigns (also for outside firms)."""
    roles = rules_of(rules).roles
    return by.has(*roles.assigners) or (by.has(*roles.workers) and by.id is not None and by.id == repair.technician_id)


def may_work(repair: Repair, by: Actor, rules: Pack) -> None:
    """Raises Forbidden for anybody else."""
    if not works_on(repair, by, rules):
        raise Forbidden("这张维修单由派到的维修工或主管办理，您没有这项权限")
