"""Submit a report: its letter to its chain; in a project on remuneration, its finance section to finance (I1, I2)."""

from collections.abc import Sequence
from uuid import UUID

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.actions import Outcome
from saas.approvals.models import Approval
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.problem import Conflict, Problem
from tenants.releases import actions as releases
from tenants.releases.drafting import ON_PAGE
from tenants.releases.models import Release
from tenants.reports import access, papers
from tenants.reports.content import Content, Incomplete, faults, grouped
from tenants.reports.decisions import decisions, finance_chain
from tenants.reports.drafting import authors
from tenants.reports.figures import as_of
from tenants.reports.holding import (
    SUBJECT,
    holds,
    lock,
    pack_of,
    profile,
    sections_of,
    template_of,
    unpublished,
    version_of,
)
from tenants.reports.links import public_url
from tenants.reports.models import Report, ReportCover, ReportVersion


def submit(report_id: UUID, *, version: int, by: Actor) -> Approval:
    """Submit the current version. The letter names number, version and hash, so that each decision is bound to them.

    Raises Incomplete naming every section that is missing, Problem while the quarter runs or with figures taken before
    its end, Conflict when it was edited meanwhile, waits already or is published; and what submitting raises.
    """
    holds(by, "提交服务报告", *access.WRITERS)
    report = lock(report_id)
    unpublished(report)
    if report.version != version:
        raise Conflict("报告已有更新的版本，请刷新后再提交")
    current, quarter = version_of(report), report.quarter
    if clock.now() < quarter.end:
        raise Problem(f"{quarter.label}还没有结束，{quarter.ends} 起才能提交；现在可以先起草", "quarter")
    content = Content.of(current)
    counted = as_of(current.figures)
    if counted is None or counted < quarter.end:
        raise Problem("数据是季度结束前读取的，请先更新数据，核对后再提交", "figures")
    if current.figures.get("fee_basis") != profile().fee_basis:
        raise Problem("项目的计费方式有变，章节也随之变化，请先更新数据，核对后再提交", "figures")
    if missing := faults(sections_of(report), content):
        raise Incomplete(missing)
    title, body = letter(report, current)
    approval = releases.submit_with(
        report, kind=template_of(quarter).chain, title=title, body=body, to=[ON_PAGE], co_authors=authors(report), by=by
    )
    release = db.session.get_one(Release, approval.subject_id)
    if db.session.get(ReportCover, (release.id, release.version)) is None:
        db.session.add(
            ReportCover(
                release_id=release.id, release_version=release.version, release_hash=approval.content_hash,
                report_id=report.id, version=report.version, content_hash=current.content_hash, submitted_by=by.id,
                submitted_by_name=by.name, submitted_at=clock.now(),
            )
        )  # fmt: skip
    chains = [step.role for step in approval.steps]
    if finance := _ask_finance(report, current, by):
        chains += [step.role for step in finance.steps]
    db.session.flush()
    record("report.submitted", report, by, version=report.version, chain=chains)
    return approval


def letter(report: Report, version: ReportVersion) -> tuple[str, str]:
    """Title and body of the letter to the customers that goes with this version."""
    here = profile()
    lines = [
        "尊敬的业主：",
        f"{here.project} {report.title}已编制完成，现予公布，请您监督。",
        f"报告编号 {report.number}，第 {version.version} 版，内容校验码 {grouped(version.content_hash)}。",
        "报告全文请看下面的网页，纸质版存放在管家服务中心，欢迎查阅。网页上可以核对您手里的报告与存档是否一致。",
        public_url(report),
    ]
    if here.service_phone:
        lines.append(f"您有意见或建议，请拨打服务电话 {here.service_phone}。")
    return f"{here.project} {report.title}", "\n".join(lines)


def _ask_finance(report: Report, version: ReportVersion, by: Actor) -> Approval | None:
    """Open finance's approval of exactly this version, unless it waits or was given already (I2)."""
    chain, pack = finance_chain(report), pack_of(report.quarter)
    standing = decisions(report).finance
    if not chain or (standing is not None and standing.state in (approvals.PENDING, approvals.APPROVED)):
        return None
    return approvals.submit(
        kind=chain, subject_type=SUBJECT, subject_id=report.id, title=f"{report.title}：{pack.chains[chain].title}",
        version=version.version, content_hash=version.content_hash, steps=pack.chains[chain].steps_for(), pack=pack,
        by=by, barred=_others(authors(report), by),
    )  # fmt: skip


def _others(people: set[UUID], by: Actor) -> Sequence[UUID]:
    return sorted(people - {by.id} if by.id else people)


def ask_finance_again(report_id: UUID, *, by: Actor) -> Approval:
    """Submit the finance section once more after finance sent it back and nothing had to be changed.

    Raises Conflict unless the letter waits or is approved and finance has sent this version back.
    """
    holds(by, "提交服务报告", *access.WRITERS)
    report = lock(report_id)
    unpublished(report)
    found = decisions(report)
    if found.main is None or found.main.state not in (approvals.PENDING, approvals.APPROVED):
        raise Conflict("报告不在审批中，请先提交报告")
    if found.finance is None or found.finance.state != approvals.RETURNED:
        raise Conflict("财务收支部分正在审批或已经审批，不用再提交")
    approval = _ask_finance(report, version_of(report), by)
    if approval is None:
        raise Conflict("这份报告没有要财务审批的部分")
    record("report.finance_asked", report, by, version=report.version)
    return approval


def decide_finance(
    report_id: UUID, *, approval_id: UUID, verdict: str, reason: str, version: int, content_hash: str, by: Actor
) -> Outcome:
    """Decide about the finance section of exactly the version that was shown (I2); with the last approval the paper
    that counts is made. Raises what approvals.decide raises, and Conflict when the approval is not this report's.
    """
    report = lock(report_id)
    approval = db.session.get(Approval, approval_id)
    if approval is None or (approval.subject_type, approval.subject_id) != (SUBJECT, report.id):
        raise Conflict("这份审批已经有结果，请刷新后查看")
    outcome = approvals.decide(
        approval_id, verdict=verdict, reason=reason, version=version, content_hash=content_hash, by=by
    )
    record(
        "report.finance_decided", report, by, on_behalf_of=outcome.on_behalf_of, version=version, verdict=verdict,
        step=outcome.decided.label, reason=reason.strip(),
    )  # fmt: skip
    db.session.flush()
    if outcome.state == approvals.APPROVED:
        papers.make_final(report)
    return outcome
