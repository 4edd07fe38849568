"""The printed 维修单 in its copies: what it shows, apart from where that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from saas.pdf.sheet import Sheet, fill

COPIES = ("第一联 客户", "第二联 工程部存档", "第三联 财务收费")


@dataclass(frozen=True)
class FeeLine:
    """One line of the fees; money is fen."""

    item: str
    unit: str
    price_fen: int
    quantity: str
    amount_fen: int


@dataclass(frozen=True)
class Signed:
    """A signature: by whom, when, how; `asset` is the name of its picture on the sheet, empty before it is given."""

    who: str = ""
    at: datetime | None = None
    how: str = ""
    asset: str = ""


@dataclass(frozen=True)
class RepairForm:
    """Everything on the form (E1–E3, E6). Personal data arrive masked; empty text prints as `--`."""

    company: str
    project: str
    number: str
    printed_by: str
    printed_at: datetime
    ordered_at: datetime
    ordered_by: str
    source: str
    customer: str
    phone: str
    unit: str
    fault: str
    detail: str
    skill: str
    urgency: str
    appointed: str
    technician: str
    arrived: str = ""
    finding: str = ""
    fees: tuple[FeeLine, ...] = ()
    total_fen: int | None = None
    free_reason: str = ""
    consent: Signed = Signed()
    started_at: datetime | None = None
    result: str = ""
    finished_at: datetime | None = None
    tested: bool = False
    tidied: bool = False
    site: tuple[str, ...] = ()
    completion: Signed = Signed()
    receipt: str = ""
    handed: str = ""
    copies: tuple[str, ...] = COPIES


def sheet_of(form: RepairForm, signatures: Mapping[str, bytes]) -> Sheet:
    """All copies in one document, each from a page of its own; `signatures` are the pictures by asset name."""
    return Sheet(fill("pdf/repair_form.html", form=form), assets=signatures)
