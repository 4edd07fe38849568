"""Do something to many repairs, by the action that does it to one (see `saas.bulk_runs`)."""

from collections.abc import Sequence
from uuid import UUID

from saas import bulk_runs
from saas.bulk_runs import ASSIGN, REMIND, Outcome, Pick, run
from saas.identity.actor import Actor
from tenants.repairs.actions import assign, urge
from tenants.repairs.bulk.models import REPAIRS


def assign_all(picks: Sequence[Pick], *, technician_id: UUID, note: str, by: Actor) -> Outcome:
    """Send one technician to them all; raises Problem for no repair at all or too many."""

    def one(key: UUID, version: int) -> str:
        made = assign(key, technician_id=technician_id, note=note, version=version, by=by)
        return f"已派工 {made.number}"

    return run(REPAIRS, ASSIGN, picks, one, note=note, by=by)


def remind_all(picks: Sequence[Pick], *, by: Actor) -> Outcome:
    """Urge the technician of each."""
    return run(REPAIRS, REMIND, picks, lambda key, _: f"已催办 {urge(key, by=by).number}", by=by)


def export_all(picks: Sequence[Pick], *, reason: str, by: Actor) -> Outcome:
    """Put each on the list of an export (B10)."""
    return bulk_runs.export(REPAIRS, picks, reason=reason, by=by)
