"""Of the days on which somebody talked with customers: those of which a report was filed (C4)."""

from typing import Any

from sqlalchemy import func, literal, select

from saas import clock
from saas.policy.evidence import MET, Question, Rows, Source
from saas.tenancy.staff import Staff
from tenants.contacts.models import Contact
from tenants.work_reports.access import FILED
from tenants.work_reports.models import WorkReport
from tenants.work_reports.queries import DAY


def filed(asked: Question) -> Rows:
    """The reports of the period's days; the base are the days with contacts of each who reports."""
    first, last = clock.local(asked.begin).date(), clock.local(asked.end).date()
    rows: Any = select(
        WorkReport.id, (WorkReport.staff_name + " " + func.to_char(WorkReport.day, "YYYY-MM-DD")).label("label"),
        WorkReport.filed_at.label("at"), literal(MET).label("verdict"),
    ).where(WorkReport.day >= first, WorkReport.day < last)  # fmt: skip
    days = (
        select(Contact.recorded_by, DAY)
        .join(Staff, Staff.id == Contact.recorded_by)
        .where(Contact.recorded_at >= asked.begin, Contact.recorded_at < asked.end)
        .where(Staff.roles.overlap(list(asked.clause.roles)))
        .distinct()
        .subquery()
    )
    return Rows(rows, "work_reports.show", whole=select(func.count()).select_from(days))


EVIDENCE = {FILED: Source(filed, ("work_reports", "contacts"))}
