"""Companies and tenants as the platform knows them."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.db import Model

PLATFORM = {"schema": "platform"}
HEAD_OFFICE = "head_office"
PROJECT = "project"
QUALITY_SLUG = "quality"


class Company(Model):
    """A property company 物业公司: the customer of the platform."""

    __tablename__ = "companies"
    __table_args__ = PLATFORM

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    slug: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Tenant(Model):
    """One schema: a company's head office or one of its projects 项目. Spare while `company_id` is empty."""

    __tablename__ = "tenants"
    __table_args__ = PLATFORM

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    schema_name: Mapped[str]
    version: Mapped[int]
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey(Company.id))
    kind: Mapped[str | None]
    slug: Mapped[str | None]
    name: Mapped[str | None]
    pack: Mapped[str]
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    fee_basis: Mapped[str] = mapped_column(default="lump_sum")
    handed_over_on: Mapped[date | None] = mapped_column(Date)

    company: Mapped[Company | None] = relationship(lazy="raise")
