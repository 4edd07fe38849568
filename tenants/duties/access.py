"""Who may do what with duties. Everybody here may see them."""

from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.identity.actor import Actor, Forbidden

MOVERS = ("project_manager", "quality")
"""Who asks to move a duty: of a project, of the head office."""
DECIDER = "division_leader"
"""Who approves a move (A3)."""


def may_move(by: Actor) -> None:
    """Raises Forbidden for everybody else."""
    if by.id is None or not by.has(*MOVERS):
        raise Forbidden("改期由项目经理（公司本部由品质运营中心）申请，您没有这项权限")


def decides(approval: Approval, by: Actor) -> bool:
    """Whether this person may decide the waiting step now."""
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True
