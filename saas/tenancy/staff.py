"""What a tenant knows of people: its own staff rows. Nothing of the platform can be read after the switch."""

from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from sqlalchemy import Date, DateTime, ForeignKey, Text, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model, db


class Staff(Model):
    """A member of this tenant: name and roles, kept by the membership actions; `skills` are codes of the pack."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


def present(*roles: str) -> list[Staff]:
    """Who works here now, by name; with roles, those who hold one of them."""
    query = select(Staff).where(Staff.ended_at.is_(None)).order_by(Staff.name, Staff.id)
    return list(db.session.scalars(query.where(Staff.roles.overlap(list(roles))) if roles else query))


FEE_BASES = {"lump_sum": "包干制", "remuneration": "酬金制"}


class Profile(Model):
    """The tenant's single row about itself. `handed_over_on`: 交付; both phones are published (A6)."""

    __tablename__ = "profile"

    only: Mapped[bool] = mapped_column("id", primary_key=True, default=True)
    company: Mapped[str]
    project: Mapped[str]
    kind: Mapped[str]
    pack: Mapped[str]
    service_phone: Mapped[str] = mapped_column(default="")
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    fee_basis: Mapped[str] = mapped_column(default="lump_sum")
    supervision_phone: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    @property
    def id(self) -> UUID:
        """What its events are about: there is one in each tenant."""
        return uuid5(NAMESPACE_URL, "profile")


class Delegation(Model):
    """A dated delegation 委托: `to_id` decides for `from_id` in one role, and every decision says so (A3)."""

    __tablename__ = "delegations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    from_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    to_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    role: Mapped[str]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CalendarDay(Model):
    """A day that the company entered by hand over the national calendar."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")

    @property
    def id(self) -> UUID:
        """What its events are about: the same for a day that is removed and entered again."""
        return uuid5(NAMESPACE_URL, f"calendar/{self.day}")
