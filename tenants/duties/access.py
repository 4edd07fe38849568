"""Who may do what with duties: the pack says it. Everybody here may see them."""

from operator import attrgetter

from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack

MOVERS = attrgetter("settings.duty_movers")
"""Who asks to move a duty, by a pack."""


def may_move(by: Actor, pack: Pack) -> None:
    """Raises Forbidden for everybody else."""
    if by.id is None or not by.has(*MOVERS(pack)):
        names = "、".join(pack.roles[role] for role in MOVERS(pack))
        raise Forbidden(f"改期由{names}申请，您没有这项权限")


def decides(approval: Approval, by: Actor) -> bool:
    """Whether this person may decide the waiting step now."""
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True
