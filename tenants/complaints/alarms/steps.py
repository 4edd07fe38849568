"""What may be done about a major complaint now."""

from collections.abc import Sequence

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import states
from tenants.complaints.alarms.models import Negotiation
from tenants.complaints.alarms.queries import Raised
from tenants.complaints.models import Complaint

WARN, CONVENE, NEGOTIATE = "major-warning", "crisis-team", "major-negotiation"
"""The clauses whose roles do it."""
AGREED = (states.HANDLING, states.HANDLED, states.REPLIED)
"""There is a way of handling to negotiate about."""


def offers(complaint: Complaint, alarm: Raised | None, talks: Sequence[Negotiation], by: Actor, pack: Pack) -> set[str]:
    """`warn` once, `convene` and `negotiate` urgently until there is one, then `convene_again`, `negotiate_again`."""
    if alarm is None:
        return set()
    found = set()
    if alarm.warned is None and by.has(*pack.bound(WARN)):
        found.add("warn")
    if by.has(*pack.bound(CONVENE)):
        found.add("convene_again" if alarm.meetings else "convene")
    if complaint.state in AGREED and by.has(*pack.bound(NEGOTIATE)):
        found.add("negotiate_again" if talks else "negotiate")
    return found
