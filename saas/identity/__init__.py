"""Who is there and what they may do: people, memberships, sessions, roles."""

from saas.identity.access import (
    allow,
    current_actor,
    current_pack,
    current_visit,
    operator,
    public,
    signed_in,
    unswitched,
)
from saas.identity.actor import Actor, Forbidden

__all__ = [
    "Actor",
    "Forbidden",
    "allow",
    "current_actor",
    "current_pack",
    "current_visit",
    "operator",
    "public",
    "signed_in",
    "unswitched",
]
