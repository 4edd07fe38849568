"""Households 户 and the people in them 人, counted apart (B1, B2)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BigInteger, Date, DateTime, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model
from saas.tenancy.staff import Staff

OCCUPANCY = {"vacant": "空置", "renovating": "装修", "occupied": "入住"}
RELATIONS = {"owner": "业主", "tenant": "租户", "family": "家属", "merchant": "商户"}


class Unit(Model):
    """A household: one room or shop. `label` is how everybody calls it, 3-2-1502."""

    __tablename__ = "units"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    building: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    room: Mapped[str]
    label: Mapped[str]
    sort_key: Mapped[str]
    area_cm2: Mapped[int | None] = mapped_column(BigInteger)
    occupancy: Mapped[str] = mapped_column(default="vacant")
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    steward_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    steward: Mapped[Staff | None] = relationship(lazy="raise")
    residencies: Mapped[list["Residency"]] = relationship(back_populates="unit", lazy="raise")

    @property
    def first(self) -> "Residency | None":
        """The residency to name when there is room for one: owners before tenants, family and merchants."""
        living = [stay for stay in self.residencies if stay.until is None]
        return min(
            living, key=lambda stay: (list(RELATIONS).index(stay.relation), stay.customer.name_sort), default=None
        )


class Customer(Model):
    """A person or merchant: phones and addresses are shown masked (B10)."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    name_sort: Mapped[str] = mapped_column(default="")
    name_initials: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    other_phones: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    email: Mapped[str] = mapped_column(default="")
    preferred_channel: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    residencies: Mapped[list["Residency"]] = relationship(back_populates="customer", lazy="raise")

    @property
    def phones(self) -> tuple[str, ...]:
        """All numbers, the one to call first in front."""
        return tuple(filter(None, (self.phone, *self.other_phones)))


class Residency(Model):
    """A customer's place in a household, as owner, tenant, family or merchant."""

    __tablename__ = "residencies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey(Unit.id))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    relation: Mapped[str]
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship(back_populates="residencies", lazy="raise")
    customer: Mapped[Customer] = relationship(back_populates="residencies", lazy="raise")
