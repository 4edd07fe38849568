"""Whether a person may do what an action is about to do."""

from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack


def holds(by: Actor, pack: Pack, what: str, *roles: str) -> None:
    """Raises Forbidden, naming who can, unless `by` holds one of the roles."""
    if not by.has(*roles):
        names = "、".join(pack.roles.get(role, role) for role in roles)
        raise Forbidden(f"{what}由{names}办理，您没有这项权限")
