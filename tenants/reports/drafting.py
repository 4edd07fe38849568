"""Begin the report of a quarter, write its sections, take the figures from the records (I1)."""

import secrets
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.db import db, schema_of
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.periods import Every, Period, midnight, period, shift
from saas.policy.report import ReportSection
from saas.problem import Conflict, Problem
from tenants.reports import access, figures
from tenants.reports.content import Content, checked, fingerprint
from tenants.reports.holding import began_on, holds, lock, pack_of, profile, sections_of, template_of, version_of
from tenants.reports.models import Report, ReportVersion
from tenants.reports.quarter import Quarter
from tenants.reports.versions import keep, same_as_seen, write_down


def may_begin(quarter: Period) -> datetime:
    """The moment from which the report of a quarter may be drafted."""
    return midnight(shift(quarter.begins, template_of(quarter).from_month - 1))


def start(begins: date, *, by: Actor) -> Report:
    """Begin the report of the quarter whose first day this is, with its figures as they are now.

    Raises Problem for a day that begins no quarter, one before the project, or too early; Conflict when there is one.
    """
    holds(by, "起草服务报告", *access.WRITERS)
    if not clock.EARLIEST.year < begins.year <= clock.local(clock.now()).year:
        raise Problem("请从列表里选择季度", "begins")
    quarter, began = period(Every.QUARTER, begins), began_on()
    if quarter.begins != begins:
        raise Problem("请从列表里选择季度", "begins")
    if quarter.ends <= began:
        raise Problem(f"本项目从 {began} 起使用本系统，{quarter.label}没有可以报告的内容", "begins")
    if clock.now() < may_begin(quarter):
        raise Problem(f"{quarter.label}的报告从 {clock.local(may_begin(quarter)):%m-%d} 起可以起草", "begins")
    now = clock.now()
    tenant = int((schema_of(db.session()) or "t_0")[2:])
    values = {
        "id": uuid4(), "number": f"WYBG-{begins.year}Q{(begins.month + 2) // 3}-{tenant:04}", "begins": begins,
        "covers_from": max(begins, began), "version": 1, "token": secrets.token_urlsafe(24), "started_by": by.id,
        "started_by_name": by.name, "started_at": now, "changed_at": now,
    }  # fmt: skip
    db.session.execute(insert(Report).values(values).on_conflict_do_nothing())
    report = db.session.get(Report, values["id"])
    if report is None:
        raise Conflict(f"{quarter.label}的报告已经开始起草，请刷新后查看")
    content = Content(figures=_taken(report))
    write_down(report, content, fingerprint(report, content), "begun", by)
    record("report.started", report, by, number=report.number, begins=str(begins))
    return report


def section_of(report: Report, code: str) -> ReportSection:
    """A section of this report. Raises Problem when it has none of this name."""
    section = next((each for each in sections_of(report) if each.code == code), None)
    if section is None:
        raise Problem("报告里没有这一章，请从目录里选择", "section")
    return section


def write(report_id: UUID, code: str, text: str, *, version: int, by: Actor) -> ReportVersion:
    """Write a section. Raises Problem for a text that cannot be set, Conflict when somebody else changed it."""
    holds(by, "编写服务报告", *access.WRITERS)
    report = lock(report_id)
    section = section_of(report, code)
    if not section.written:
        raise Problem(f"「{section.title}」由系统从记录填写，不用写文字", "text")
    text = checked(section, text, template_of(report.quarter).longest)
    same_as_seen(report, version, lambda content: content.texts.get(code, ""))
    content = Content.of(version_of(report)).with_text(code, text)
    return keep(report, content, code, by=by, event="report.written", section=code)


def take_figures(report_id: UUID, *, by: Actor) -> ReportVersion:
    """Take the figures again, as the records are now."""
    holds(by, "更新报告的数据", *access.WRITERS)
    report = lock(report_id)
    before = Content.of(version_of(report))
    content = Content(before.texts, _taken(report), before.pictures)
    return keep(report, content, "figures", by=by, event="report.figures_taken")


def quarter_of(report: Report) -> Quarter:
    """What its figures are asked about."""
    return Quarter(report.quarter, report.covers_from, pack_of(report.quarter), compared=began_on() < report.begins)


def _taken(report: Report) -> dict[str, object]:
    return {**figures.collect(quarter_of(report)), "fee_basis": profile().fee_basis}


def authors(report: Report) -> set[UUID]:
    """Who wrote a part of it: none of them decides it (A3). Taking figures is no writing."""
    query = select(ReportVersion.written_by).where(
        ReportVersion.report_id == report.id, ReportVersion.changed.not_in(("begun", "figures"))
    )
    return set(db.session.scalars(query.distinct()))
