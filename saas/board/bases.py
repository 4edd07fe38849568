"""Since when a project is on its fee basis: its own history says what was before (R3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from saas import clock
from saas.events import Event
from saas.tenancy.staff import Profile

_CHANGE = Event.data["changes"]["fee_basis"]
_DAY = cast(func.timezone(clock.CN.key, Event.occurred_at), Date)
FORMER = (
    select(func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(_DAY, _CHANGE[0]), Event.occurred_at)))
    .where(
        Event.subject_type == Profile.__tablename__, Event.name == "project.described",
        Event.data["changes"].has_key("fee_basis"),
    )
    .scalar_subquery()
    .label("former")
)  # fmt: skip
"""What `Bases.of` reads of the tenant at hand, as a column beside its profile: each day of a change with what ended."""


@dataclass(frozen=True, slots=True)
class Bases:
    """The fee basis at present, and those before it with the day on which each ended, the oldest first."""

    present: str
    former: tuple[tuple[date, str], ...] = ()

    @classmethod
    def of(cls, present: str, former: Sequence[Sequence[Any]] | None) -> "Bases":
        """The same from `Profile.fee_basis` and FORMER."""
        return cls(present, tuple((date.fromisoformat(day), basis) for day, basis in former or ()))

    def on(self, day: date) -> str:
        """The one in force on a day; a change holds from its own day on."""
        return next((basis for ended, basis in self.former if day < ended), self.present)
