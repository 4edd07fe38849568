"""Who acts. Every action takes one as `by=`; events and decisions keep its name."""

from dataclasses import dataclass, field
from uuid import UUID

from saas.tenancy import Visit


@dataclass(frozen=True)
class Actor:
    """A person (or the system, or an unnamed resident) with the roles held in the tenant at hand."""

    id: UUID | None
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    tenant: str = ""
    company: str = ""
    project: str = ""

    @classmethod
    def of(cls, visit: Visit) -> "Actor":
        """The actor behind a visit."""
        return cls(visit.user_id, visit.name, visit.roles, visit.schema, visit.company, visit.project)

    @classmethod
    def system(cls, tenant: str = "") -> "Actor":
        """The software itself: clocks, reminders, deliveries."""
        return cls(None, "系统", frozenset(), tenant)

    @classmethod
    def resident(cls, tenant: str = "") -> "Actor":
        """A customer who came through a public link."""
        return cls(None, "客户", frozenset(), tenant)

    def has(self, *roles: str) -> bool:
        """True when the actor holds one of these roles here."""
        return bool(self.roles.intersection(roles))


class Forbidden(PermissionError):
    """The actor may not do this; the message tells in Chinese why, and who can."""
