"""How the decisions on the current version stand: the chain of its letter, and finance's on its section (I1, I2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from saas.approvals.models import NEWEST_FIRST, Approval
from saas.db import db
from saas.problem import Conflict
from tenants.releases.models import Release
from tenants.reports.holding import SUBJECT, profile, template_of
from tenants.reports.models import Report, ReportCover

GONE = ("voided", "withdrawn")


@dataclass(frozen=True)
class Decisions:
    """The letter, what it goes with, and the newest submission of each chain; None where there is none.

    `cover`, `main` and `finance` are those of the current version only. `needs_finance`: finance decides about a
    section of this report.
    """

    release: Release | None
    cover: ReportCover | None
    main: Approval | None
    finance: Approval | None
    needs_finance: bool

    @property
    def main_approved(self) -> bool:
        """The letter's chain has approved this version."""
        return self.main is not None and self.main.state == "approved"

    @property
    def approved(self) -> bool:
        """Every chain that this report needs has approved exactly this version."""
        finance = self.finance is not None and self.finance.state == "approved"
        return self.main_approved and (finance or not self.needs_finance)


def finance_chain(report: Report) -> str:
    """The chain that decides about the finance section; empty where no section of this report has one."""
    sections = template_of(report.quarter).sections_for(profile().fee_basis)
    return next((section.chain for section in sections if section.chain), "")


def decisions_of(reports: Sequence[Report]) -> dict[UUID, Decisions]:
    """The decisions of each report, in as many queries as for one."""
    ids = [report.id for report in reports]
    letters = select(Release).where(Release.subject_type == SUBJECT, Release.subject_id.in_(ids))
    releases = {release.subject_id: release for release in db.session.scalars(letters.order_by(Release.created_at))}
    letter_ids = [release.id for release in releases.values()]
    covered = select(ReportCover).where(ReportCover.release_id.in_(letter_ids))
    covers = {(cover.release_id, cover.release_version): cover for cover in db.session.scalars(covered)}
    submitted = select(Approval).where(Approval.subject_id.in_([*ids, *letter_ids])).order_by(*NEWEST_FIRST)
    made: dict[tuple[UUID, str], Approval] = {}
    for approval in db.session.scalars(submitted):
        made.setdefault((approval.subject_id, approval.kind), approval)
    return {report.id: _decisions(report, releases.get(report.id), covers, made) for report in reports}


def _decisions(
    report: Report,
    release: Release | None,
    covers: dict[tuple[UUID, int], ReportCover],
    made: dict[tuple[UUID, str], Approval],
) -> Decisions:
    cover = covers.get((release.id, release.version)) if release else None
    cover = cover if cover is not None and cover.version == report.version else None
    main = made.get((release.id, release.kind)) if release and cover else None
    main = main if main is not None and release is not None and main.version == release.version else None
    chain = finance_chain(report)
    finance = made.get((report.id, chain)) if chain else None
    finance = finance if finance is not None and finance.version == report.version else None
    return Decisions(
        release, cover, main if main is not None and main.state not in GONE else None,
        finance if finance is not None and finance.state not in GONE else None, bool(chain),
    )  # fmt: skip


def decisions(report: Report) -> Decisions:
    """The decisions on one report."""
    return decisions_of([report])[report.id]


def approved(report: Report) -> Decisions:
    """The decisions, all of them given. Raises Conflict, naming what is missing."""
    found = decisions(report)
    if not found.main_approved:
        raise Conflict("报告还没有批准，批准后才能进行这一步")
    if not found.approved:
        raise Conflict("财务收支部分还没有经财务核算中心审批，审批后才能进行这一步")
    return found


def report_of(release_id: UUID) -> Report | None:
    """The report that a release goes with."""
    release = db.session.get(Release, release_id)
    if release is None or release.subject_type != SUBJECT:
        return None
    return db.session.scalars(select(Report).where(Report.id == release.subject_id)).one_or_none()
