"""What the forms of a complaint share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms import Form
from wtforms.validators import Length, Regexp

from saas.clock import CN
from saas.policy.pack import Pack
from saas.tenancy.staff import Staff
from saas.web import typed
from saas.web.typed import choices

MINUTE = "%Y-%m-%dT%H:%M"
PHONE = Regexp(r"^\s*\+?[0-9][0-9 \-]{4,18}\s*$", message="电话应是 5 到 20 位数字，例如 13800005521")
MAIL = Regexp(r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$", message="邮箱应形如 name@example.com")


def longest(count: int) -> Length:
    return Length(max=count, message=f"最多 {count} 字")


def people(staff: Iterable[Staff], pack: Pack, empty: str) -> list[Any]:
    """Staff with the names of their roles, for a select."""
    return choices({str(p.id): f"{p.name}（{'、'.join(pack.roles.get(r, r) for r in p.roles)}）" for p in staff}, empty)


def aware(moment: datetime | None) -> datetime | None:
    """What was typed is Shanghai time."""
    return moment.replace(tzinfo=CN) if moment else None


def chosen(value: str | None) -> UUID | None:
    """The id behind a select or radio, None for nothing or nonsense."""
    try:
        return UUID(value or "")
    except ValueError:
        return None


class Base(Form):  # type: ignore[misc]
    """Clean text, Chinese messages."""

    Meta = typed.Meta
