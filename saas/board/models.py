"""Rows of the board: cells and nightly comparisons, in projects their own, in the head office those of all projects."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Computed, Date, DateTime, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model

Moment = DateTime(timezone=True)


class RollUp(Model):
    """The tenant's single row about its measuring; `born_on`: since when it is here to owe anything."""

    __tablename__ = "roll_up"

    id: Mapped[bool] = mapped_column(primary_key=True, default=True)
    born_on: Mapped[date] = mapped_column(Date)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    build: Mapped[str] = mapped_column(default="")
    measured_at: Mapped[datetime | None] = mapped_column(Moment)


class Cell(Model):
    """What is known of one clause in one period of one tenant (its schema). Written by `saas.board.cells` alone."""

    __tablename__ = "cells"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(primary_key=True)
    begins: Mapped[date] = mapped_column(Date, primary_key=True)
    ends: Mapped[date] = mapped_column(Date)
    pack_version: Mapped[str]
    met: Mapped[int]
    missed: Mapped[int]
    open: Mapped[int]
    due: Mapped[list[datetime]] = mapped_column(ARRAY(Moment))
    need: Mapped[int | None]
    applies: Mapped[bool]
    seq: Mapped[int] = mapped_column(BigInteger)
    measured_at: Mapped[datetime] = mapped_column(Moment)
    late_at: Mapped[datetime | None] = mapped_column(Moment, Computed(""))
    behind_at: Mapped[datetime | None] = mapped_column(Moment, Computed(""))


class Arrival(Model):
    """Head office: up to which delta the cells of a project have come, and when."""

    __tablename__ = "arrivals"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)


class Reconciliation(Model):
    """A nightly comparison with a fresh measurement. `drift_here` in the tenant itself, `drift_there` in the head
    office; None where the rules had changed and there was nothing to compare."""

    __tablename__ = "reconciliations"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    cells: Mapped[int]
    drift_here: Mapped[int | None]
    drift_there: Mapped[int | None]
    differing: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
