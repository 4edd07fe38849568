"""Who links complaints on the same matter, and when."""

from collections.abc import Sequence

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import states
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.models import DUPLICATE
from tenants.complaints.repeats.queries import Linked

CLAUSE = "complaint-repeats"
"""The clause that says who links."""


def linkers(pack: Pack) -> tuple[str, ...]:
    """The roles of its clause, and those that rule over complaints."""
    return tuple(dict.fromkeys((*pack.bound(CLAUSE), *pack.complaint_roles.judges)))


def offers(complaint: Complaint, known: Sequence[Linked], by: Actor, pack: Pack) -> set[str]:
    """`link` while it is linked to nothing, `unlink` afterwards, also of one that was closed by being merged."""
    if not by.has(*linkers(pack)):
        return set()
    to = next((each for each in known if each.to), None)
    if to is not None:
        return {"unlink"} if complaint.state != states.CLOSED or to.kind == DUPLICATE else set()
    return {"link"} if complaint.state != states.CLOSED else set()
