"""What happens to a repair until its work begins, and on site. Facts: inserted once; money is fen."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric
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
    """The customer's signature under exactly these fees; without one no work starts (E2).

    `given`: 'signed', or, free and in a common area, by the 'reporter' or, where nobody reported, by 'staff'.
    """

    __tablename__ = "repair_consents"

    repair_id: Mapped[UUID] = mapped_column(ForeignKey(Repair.id), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    signer: Mapped[str]
    drawn: Mapped[bool]
    given: Mapped[str] = mapped_column(default="signed")
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey(Photo.id))
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
