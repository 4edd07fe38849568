"""How a repair ends, and the month's register. Facts: inserted once; money is fen."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.pictures.models import Photo
from saas.tenancy.staff import Staff
from tenants.repairs.facts import Start
from tenants.repairs.models import Moment, Repair


class Completion(Model):
    """完工: tested, tidied, signed by the customer (E3).

    `given`: 'signed', or, free and in a common area, confirmed by the 'reporter' or by 'staff', who is `confirmed_by`;
    then the picture is a photo of the work.
    """

    __tablename__ = "repair_completions"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Start.repair_id), primary_key=True)
    nth: Mapped[int]
    result: Mapped[str]
    tested: Mapped[bool]
    tidied: Mapped[bool]
    replaced: Mapped[bool]
    signer: Mapped[str]
    drawn: Mapped[bool]
    given: Mapped[str] = mapped_column(default="signed")
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    picture_id: Mapped[UUID] = mapped_column(ForeignKey(Photo.id))
    finished_at: Mapped[datetime] = mapped_column(Moment)
    finished_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    finished_by_name: Mapped[str]


class Receipt(Model):
    """Money taken on site (E6)."""

    __tablename__ = "repair_receipts"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Completion.repair_id), primary_key=True)
    amount_fen: Mapped[int]
    receipt: Mapped[str]
    paid_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    taken_by_name: Mapped[str]


class CashHandover(Model):
    """That money in the hands of finance: confirmed by who took it over (E6)."""

    __tablename__ = "repair_handovers"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Receipt.repair_id), primary_key=True)
    taken_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    handed_at: Mapped[datetime] = mapped_column(Moment)
    received_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    received_by_name: Mapped[str]


class Callback(Model):
    """A callback 回访: did the repair pass (E4, E5)?"""

    __tablename__ = "repair_callbacks"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Completion.repair_id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    passed: Mapped[bool]
    satisfaction: Mapped[int]
    opinion: Mapped[str] = mapped_column(default="")
    called_at: Mapped[datetime] = mapped_column(Moment)
    called_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    called_by_name: Mapped[str]


class Cancellation(Model):
    """Ended without work, with the reason."""

    __tablename__ = "repair_cancellations"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    reason: Mapped[str]
    cancelled_at: Mapped[datetime] = mapped_column(Moment)
    cancelled_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    cancelled_by_name: Mapped[str]


class Register(Model):
    """有偿服务登记表 of a month as it was entered, with the rates (E4); a later one supplements it."""

    __tablename__ = "repair_registers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    month: Mapped[date] = mapped_column(Date)
    nth: Mapped[int]
    repairs: Mapped[int]
    total_fen: Mapped[int]
    on_time: Mapped[int]
    arrivals: Mapped[int]
    passed: Mapped[int]
    called: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    registered_at: Mapped[datetime] = mapped_column(Moment)
    registered_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    registered_by_name: Mapped[str]
