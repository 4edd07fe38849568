"""What the forms of a complaint share."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form
from wtforms.validators import Regexp

from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from saas.web import typed
from saas.web.typed import choices

MINUTE = "%Y-%m-%dT%H:%M"
MAIL = Regexp(r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$", message="邮箱应形如 name@example.com")


def people(staff: Iterable[Staff], pack: Pack, empty: str) -> list[Any]:
    """Staff with the names of their roles, for a select."""
    return choices({str(p.id): f"{p.name}（{'、'.join(pack.roles.get(r, r) for r in p.roles)}）" for p in staff}, empty)


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta
