"""A price list, its lines, and where it is displayed (C8). Money is fen."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model
from saas.tenancy.staff import Staff

Moment = DateTime(timezone=True)


class PriceList(Model):
    """收费标准: the `nth` list of the project. Approved, it is in force from `in_force_from` until a later one is."""

    __tablename__ = "price_lists"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    nth: Mapped[int]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey(Approval.id))
    in_force_from: Mapped[date | None] = mapped_column(Date)
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    drafted_by_name: Mapped[str]
    approved_at: Mapped[datetime | None] = mapped_column(Moment)

    lines: Mapped[list["PriceLine"]] = relationship(
        order_by="PriceLine.position", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def editable(self) -> bool:
        """Whether its lines may still change."""
        return self.state in ("draft", "returned")


class PriceLine(Model):
    """One charge: what, per which unit, how much; `charge` is its group in the pack."""

    __tablename__ = "price_lines"

    list_id: Mapped[UUID] = mapped_column(ForeignKey(PriceList.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    charge: Mapped[str]
    item: Mapped[str]
    unit: Mapped[str]
    price_fen: Mapped[int]
    note: Mapped[str] = mapped_column(default="")


class Display(Model):
    """A poster that leads to the list in force; `token` is the address printed on it."""

    __tablename__ = "price_displays"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token: Mapped[str]
    label: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    opened_by_name: Mapped[str]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by_name: Mapped[str | None]
