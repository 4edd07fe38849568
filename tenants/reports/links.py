"""The addresses of a report for people without an account: the committee's, the public page, the verification."""

from sqlalchemy import select

from saas import clock, config
from saas.db import db, schema_of
from saas.identity.actor import Actor
from saas.tenancy.links import end_link, open_link
from tenants.reports.models import CommitteeLink, Report

PUBLIC = "report"


def end_links(report: Report, *, by: Actor) -> int:
    """End what the committee was given; says how many were open. The address dies first, in its own transaction."""
    query = select(CommitteeLink).where(CommitteeLink.report_id == report.id, CommitteeLink.ended_at.is_(None))
    still_open = db.session.scalars(query).all()
    for link in still_open:
        end_link(by.tenant or schema_of(db.session()) or "", link.token)
        link.ended_at = clock.now()
    db.session.flush()
    return len(still_open)


def open_public(report: Report) -> None:
    """Open the public page and the page of verification, for good: the report is kept for consultation (I3)."""
    open_link(schema_of(db.session()) or "", report.token, PUBLIC, report.id, None)


def public_url(report: Report) -> str:
    """Where everybody reads it once it is published."""
    return f"{config.current().base_url}/r/{report.token}"


def verification_url(report: Report) -> str:
    """Where a copy is compared with the archived one."""
    return f"{config.current().base_url}/verify/{report.token}"


def committee_url(link: CommitteeLink) -> str:
    """Where the committee reads and answers."""
    return f"{config.current().base_url}/c/{link.token}"
