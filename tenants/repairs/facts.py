"""What happened to a repair: facts with who and when, inserted once. Money is fen, times are instants."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from saas.approvals.models import Approval
from saas.db import Model
from saas.pictures.models import Photo
from saas.tenancy.staff import Staff
from tenants.price_lists.models import PriceList
from tenants.repairs.models import Moment, Repair


class Appointment(Model):
    """A span agreed with the customer; `in_time` says that a change was agreed before the old one ran out (E1)."""

    __tablename__ = "repair_appointments"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    appointed_from: Mapped[datetime] = mapped_column(Moment)
    appointed_to: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    in_time: Mapped[bool]
    agreed_at: Mapped[datetime] = mapped_column(Moment)
    agreed_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    agreed_by_name: Mapped[str]


class Outsourcing(Model):
    """The wish to send an outside firm or another department, with the approval it was submitted to (E6)."""

    __tablename__ = "repair_outsourcings"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    helper: Mapped[str]
    reason: Mapped[str]
    content_hash: Mapped[str]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey(Approval.id))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    asked_by_name: Mapped[str]

    approval: Mapped[Approval] = relationship(lazy="raise")


class Assignment(Model):
    """Who goes, and whether they have the skill; the earlier ones stay readable (E2)."""

    __tablename__ = "repair_assignments"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    technician_id: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    outsourcing: Mapped[int | None]
    name: Mapped[str]
    skilled: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    assigned_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    assigned_by_name: Mapped[str]


class Arrival(Model):
    """到场; on time or not is settled at that moment (E1)."""

    __tablename__ = "repair_arrivals"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    arrived_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    on_time: Mapped[bool]
    arrived_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    arrived_by_name: Mapped[str]


class Quote(Model):
    """The fault as found and the fees as told; without fees it says why (E2)."""

    __tablename__ = "repair_quotes"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Arrival.repair_id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    finding: Mapped[str]
    free_reason: Mapped[str] = mapped_column(default="")
    price_list_id: Mapped[UUID | None] = mapped_column(ForeignKey(PriceList.id))
    total_fen: Mapped[int]
    quoted_at: Mapped[datetime] = mapped_column(Moment)
    quoted_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    quoted_by_name: Mapped[str]


class Fee(Model):
    """One line of the price list in force, frozen with its price."""

    __tablename__ = "repair_fees"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    charge: Mapped[str]
    item: Mapped[str]
    unit: Mapped[str]
    price_fen: Mapped[int]
    quantity: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    amount_fen: Mapped[int]


class Consent(Model):
    """The customer's signature under exactly these fees; without one no work starts (E2)."""

    __tablename__ = "repair_consents"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    signer: Mapped[str]
    drawn: Mapped[bool]
    picture_id: Mapped[UUID] = mapped_column(ForeignKey(Photo.id))
    consented_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    taken_by_name: Mapped[str]


class Start(Model):
    """开工, under a consent."""

    __tablename__ = "repair_starts"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    started_by_name: Mapped[str]


class Move(Model):
    """What was moved, and who of the household agreed (E3)."""

    __tablename__ = "repair_moves"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    agreed_by: Mapped[str]
    agreed_at: Mapped[datetime] = mapped_column(Moment)
    noted_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    noted_by_name: Mapped[str]


class Damage(Model):
    """What was damaged, its price, and that somebody apologised (E3)."""

    __tablename__ = "repair_damages"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    price_fen: Mapped[int]
    apologised: Mapped[bool]
    noted_at: Mapped[datetime] = mapped_column(Moment)
    noted_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    noted_by_name: Mapped[str]


class Compensation(Model):
    """A damage was made good at its price (E3)."""

    __tablename__ = "repair_compensations"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    how: Mapped[str]
    compensated_at: Mapped[datetime] = mapped_column(Moment)
    compensated_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    compensated_by_name: Mapped[str]


class Device(Model):
    """A replaced device with its old and its new number (E6)."""

    __tablename__ = "repair_devices"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str]
    old_number: Mapped[str]
    new_number: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(Moment)
    noted_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    noted_by_name: Mapped[str]


class Completion(Model):
    """完工: tested, tidied, signed by the customer (E3)."""

    __tablename__ = "repair_completions"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Start.repair_id), primary_key=True)
    nth: Mapped[int]
    result: Mapped[str]
    tested: Mapped[bool]
    tidied: Mapped[bool]
    replaced: Mapped[bool]
    signer: Mapped[str]
    drawn: Mapped[bool]
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
