"""Where a complaint came from, when it came from a ledger of the past (B13)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saas.db import Model
from tenants.complaints.models import Complaint


class PastComplaint(Model):
    """What a complaint was in its ledger: its number there, the answer given then, and the original row."""

    __tablename__ = "past_complaints"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    source_id: Mapped[str]
    import_id: Mapped[UUID]
    row_number: Mapped[int]
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
