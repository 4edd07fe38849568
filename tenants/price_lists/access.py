"""Who reads and who keeps price lists: the roles that the pack names."""

from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack


def READERS(rules: Pack) -> tuple[str, ...]:
    """Who may open them."""
    return rules.price_lists.readers if rules.price_lists else ()


def KEEPERS(rules: Pack) -> tuple[str, ...]:
    """Who drafts them and puts them on display."""
    return rules.price_lists.keepers if rules.price_lists else ()


def keeps(by: Actor, rules: Pack) -> None:
    """Raises Forbidden, naming who can, for anybody else."""
    if not by.has(*KEEPERS(rules)):
        names = "、".join(rules.roles.get(role, role) for role in KEEPERS(rules))
        raise Forbidden(f"收费标准由{names}起草，您没有这项权限")
