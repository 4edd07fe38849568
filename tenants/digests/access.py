"""Who reads digests and who answers for them: roles of the pack."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from saas.identity import rights
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.digests.words import CLAUSES, MONTHLY

READERS = attrgetter("complaint_roles.overseers")
REVIEW = "case-review"


def of_clause(clause: str) -> Callable[[Pack], Iterable[str]]:
    """The mark of a view for those who answer for a clause."""
    return lambda pack: pack.bound(clause)


WRITERS, REVIEWERS = of_clause(CLAUSES[MONTHLY]), of_clause(REVIEW)


def senders(pack: Pack) -> set[str]:
    """Who may send the tables of the month."""
    return {*pack.bound("complaint-statistics"), *pack.bound("callback-statistics")}


def holds(by: Actor, pack: Pack, clause: str, what: str) -> None:
    """Raises Forbidden, naming who can, unless `by` answers for the clause."""
    rights.holds(by, pack, what, *pack.bound(clause))
