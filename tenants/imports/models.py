"""An import and its rows as they were read (B13)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from saas.tenancy.staff import Staff

KINDS = {"roster": "住户名册", "ledger": "投诉台账"}
STATES = {
    "waiting": ("排队中", "blue", "clock"),
    "staging": ("查错中", "blue", "clock"),
    "staged": ("待核对", "violet", "search-check"),
    "failed": ("读取失败", "red", "triangle-alert"),
    "publishing": ("写入中", "blue", "clock"),
    "published": ("已写入", "green", "check"),
    "discarded": ("已放弃", "", "x"),
}
WRITTEN = ("new", "changed", "duplicate")
BUSY = ("waiting", "staging", "publishing")


class Import(Model):
    """One file on its way in. `counts`: rows, errors, warnings; once the first chunk is written new, changed and
    duplicate."""

    __tablename__ = "imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    filename: Mapped[str]
    sha256: Mapped[str]
    header: Mapped[list[str]] = mapped_column(JSONB, default=list)
    mapping: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(default="waiting")
    message: Mapped[str] = mapped_column(default="")
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    run: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    uploaded_by_name: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    published_by_name: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def evidence_since(self) -> datetime:
        """The first moment whose period may count it (board)."""
        return self.uploaded_at

    @property
    def busy(self) -> bool:
        """A worker has it, or will."""
        return self.state in BUSY

    def count(self, what: str) -> int:
        """How many rows are `what`; 0 when not known yet."""
        return self.counts.get(what, 0)

    @property
    def written(self) -> int:
        """How many of the good rows a worker has dealt with so far."""
        return sum(map(self.count, WRITTEN))


class ImportRow(Model):
    """One row of the file: as it came, as understood, and what is wrong with it or became of it."""

    __tablename__ = "import_rows"

    import_id: Mapped[UUID] = mapped_column(ForeignKey(Import.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
    parsed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[str] = mapped_column(default="")
    warning: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]

    @property
    def said(self) -> list[str]:
        """What there is to say of the row, one thing a line, without its number."""
        lines = (self.error or self.warning).splitlines()
        return [each.removeprefix(f"第 {self.number} 行").lstrip("： ") for each in lines]
