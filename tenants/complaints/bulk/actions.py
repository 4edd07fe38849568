"""Do something to many complaints, by the action that does it to one (see `saas.bulk_runs`)."""

from collections.abc import Sequence
from uuid import UUID

from saas import bulk_runs
from saas.bulk_runs import ASSIGN, REMIND, Outcome, Pick, run
from saas.identity.actor import Actor
from tenants.complaints import access
from tenants.complaints.actions import assign, urge
from tenants.complaints.bulk.models import CASES


def assign_all(picks: Sequence[Pick], *, department: str, handler_id: UUID, note: str, by: Actor) -> Outcome:
    """Hand them all to one department and person; raises Problem for no case at all or too many."""

    def one(key: UUID, version: int) -> str:
        made = assign(key, department=department, handler_id=handler_id, note=note, version=version, by=by)
        return f"已指派 {made.number}"

    return run(CASES, ASSIGN, picks, one, note=note, by=by)


def remind_all(picks: Sequence[Pick], *, by: Actor) -> Outcome:
    """Urge the handler of each."""
    return run(CASES, REMIND, picks, lambda key, _: f"已催办 {urge(key, by=by).number}", by=by)


def export_all(picks: Sequence[Pick], *, reason: str, by: Actor) -> Outcome:
    """Put each on the list of an export, but none that is about who asks (D4)."""
    return bulk_runs.export(CASES, picks, reason=reason, by=by, check=lambda found: access.not_accused(found, by))
