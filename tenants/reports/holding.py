"""Hold a report for one transaction, and what binds it: the regulation of its quarter, the fee basis of the project."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from saas import clock
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.policy.periods import Period
from saas.policy.report import ReportSection, ReportTemplate
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Profile, Staff
from tenants.contacts.models import Contact
from tenants.reports.models import Report, ReportPublication, ReportVersion

SUBJECT = Report.__tablename__


def profile() -> Profile:
    """The project's names and how it charges; held by the Session, so that a page asks for it once."""
    found: Profile = db.session.get_one(Profile, True)
    db.session().info["profile"] = found
    return found


def pack_of(quarter: Period) -> Pack:
    """The regulation in force on the first day of a quarter: its report is made by that (R3)."""
    return pack(profile().pack, quarter.begins)


def template_of(quarter: Period) -> ReportTemplate:
    """The template of the report of a quarter. Raises Problem when the regulation has none."""
    found = pack_of(quarter).report
    if found is None:
        raise Problem("本公司的规程没有规定服务报告的范本，请联系公司管理员")
    return found


def sections_of(report: Report, version: ReportVersion | None = None) -> tuple[ReportSection, ...]:
    """The sections of this report by the fee basis of the project: as it is now, or as it was for a version."""
    basis = profile().fee_basis if version is None else version.figures.get("fee_basis", profile().fee_basis)
    return template_of(report.quarter).sections_for(basis)


def began_on() -> date:
    """The day on which this project began to work here: its first person, or its first record of a contact.

    What came before is not ours to report, whatever old ledgers were imported.
    """
    person = select(func.min(Staff.since)).scalar_subquery()
    record = select(func.min(Contact.recorded_at)).scalar_subquery()
    first = db.session.scalar(select(func.least(person, record)))
    return clock.local(first or clock.now()).date()


def holds(by: Actor, what: str, *roles: str) -> UUID:
    """The actor's id. Raises Forbidden, naming who can, unless one of the roles is held."""
    if by.id is None or not by.has(*roles):
        names = pack(profile().pack).roles
        raise Forbidden(f"{what}由{'、'.join(names.get(role, role) for role in roles)}办理，您没有这项权限")
    return by.id


def lock(report_id: UUID) -> Report:
    """The report, locked for this transaction. Raises Conflict when there is none."""
    report = db.session.scalars(
        select(Report).where(Report.id == report_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if report is None:
        raise Conflict("没有这份报告")
    return report


def unpublished(report: Report) -> None:
    """Raises Conflict once the report is out: what was published stays as it is."""
    if db.session.get(ReportPublication, report.id) is not None:
        raise Conflict("报告已公布，不能再改。需要更正时请另发通知说明")


def version_of(report: Report, version: int | None = None) -> ReportVersion:
    """One version, the current one when none is named. Raises Conflict when there is no such version."""
    found = db.session.get(ReportVersion, (report.id, version or report.version))
    if found is None:
        raise Conflict("没有这一版报告")
    return found
