"""What the page of a report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas import clock, qr
from saas.approvals.models import Approval, ApprovalCopy
from saas.db import db
from saas.documents.models import Document
from saas.events import timeline
from saas.identity.actor import Actor
from saas.policy.report import ReportSection
from saas.tenancy.staff import Staff
from tenants.releases.rail import right_to_decide, waited
from tenants.reports import access, content, links, queries, words
from tenants.reports.archive import intact
from tenants.reports.decisions import finance_chain
from tenants.reports.figures import as_of
from tenants.reports.history import told
from tenants.reports.holding import pack_of, profile, sections_of, template_of
from tenants.reports.models import Report, ReportPaper, ReportVersion
from tenants.reports.papers import papers_of
from tenants.reports.queries import Known
from tenants.reports.rails import finance_rail, rail
from tenants.reports.reading import chapters
from tenants.reports.standing import standing

CHANGES = {"begun": "开始起草", "figures": "更新数据", "pictures": "照片"}
"""What a version changed, where it is no section."""


def known(report: Report) -> Known:
    """What is on record about one report."""
    return queries.known([report])[report.id]


def context(report: Report, by: Actor) -> dict[str, Any]:
    """Everything that templates/reports/show.html draws."""
    here, pack = known(report), pack_of(report.quarter)
    decided, stands, project = here.decisions, standing(here), profile()
    sections, counted = sections_of(report), as_of(here.version.figures)
    finance_right = right_to_decide(decided.finance, by)
    due = {name: queries.clause_for(pack, f"reports.{name}") for name in ("approved", "published")}
    over, done = clock.now() >= report.quarter.end, decided.approved
    asks_finance = decided.finance is not None and decided.finance.state == "returned"
    papers = papers_of(report)
    return {
        **cover(report, here.version), "drills": True, "known": here, "stands": stands, "decided": decided,
        "pack": pack,
        "rail": rail(here, pack, by, right_to_decide(decided.main, by)),
        "finance_rail": finance_rail(here, finance_chain(report), pack, by, finance_right),
        "finance_right": finance_right, "finance": decided.finance,
        "waited": waited(decided.main.current.waiting_since) if decided.main and decided.main.current else "",
        "dues": [
            (words_of, clause, clause.deadline.of(report.quarter) if clause and clause.deadline else None, is_done)
            for words_of, clause, is_done in (
                ("审批", due["approved"], done), ("公布", due["published"], here.publication is not None)
            )
        ],
        "due_words": words.due_words, "due_tone": words.due_tone, "over": over, "counted": counted,
        "stale": counted is None or counted < report.quarter.end
        or here.version.figures.get("fee_basis") != project.fee_basis,
        "faults": content.faults(sections, content.Content.of(here.version)), "sections": sections,
        "may_write": by.has(*access.WRITERS) and here.publication is None,
        "may_publish": by.has(*access.PUBLISHERS), "may_excuse": by.has(*access.EXCUSERS),
        "may_ask_finance": asks_finance and decided.main is not None and decided.main.state in ("pending", "approved"),
        "warned": decided.main is not None and by.has(*(step.role for step in decided.main.steps)),
        "entries": told(timeline(report), sections), "papers": papers,
        "final": _final(papers, report), "copies": _copies(decided.main),
        "is_intact": here.archive is not None and intact(here.archive),
        "committee_until": template_of(report.quarter).committee_for.days,
        "verification": links.verification_url(report), "address": links.public_url(report),
        "code": qr.svg(links.verification_url(report), "扫码核验这份报告") if here.archive else "",
        "pictures": "reports.picture", "picture_args": {"id": report.id},
        "versions": queries.versions_of(report), "changes": {**CHANGES, **{s.code: s.title for s in sections}},
    }  # fmt: skip


def cover(report: Report, version: ReportVersion) -> dict[str, Any]:
    """What every reading of a version needs, also the public's."""
    project = profile()
    facts = [
        ("报告期间", words.span(report.covers_from, report.quarter.ends)),
        ("收费方式", words.BASES[version.figures.get("fee_basis", project.fee_basis)]),
        ("编制部门", f"{project.project}管家服务中心"),
        ("报告编号", report.number), ("版本", f"第 {version.version} 版"),
    ]  # fmt: skip
    return {
        "report": report, "version": version, "chapters": chapters(report, version), "facts": facts,
        "profile": project, "digest": content.grouped(version.content_hash),
        "partly": report.covers_from > report.begins,
        "drills": False, "began": words.chinese_day(report.covers_from), "taken": as_of(version.figures),
    }  # fmt: skip


def _final(papers: Sequence[tuple[ReportPaper, Document]], report: Report) -> Document | None:
    """The newest final copy of the current version, in whatever state."""
    return next((document for paper, document in papers if paper.final and paper.version == report.version), None)


def _copies(approval: Approval | None) -> list[tuple[str, ApprovalCopy]]:
    if approval is None:
        return []
    query = select(Staff.name, ApprovalCopy).join(ApprovalCopy, ApprovalCopy.staff_id == Staff.id)
    return [(row[0], row[1]) for row in db.session.execute(query.where(ApprovalCopy.approval_id == approval.id))]


@dataclass(frozen=True)
class Entry:
    """One line of the list of sections beside the editor."""

    section: ReportSection
    state: str
    words: str
    current: bool
    short: bool


def contents(report: Report, version: ReportVersion, current: str) -> list[Entry]:
    """The sections and how far each is: done, todo, optional."""
    held = content.Content.of(version)
    found = []
    for section in sections_of(report):
        fault, length = content.fault(section, held), content.length(version.texts.get(section.code, ""))
        pictures = sum(each["section"] == section.code for each in version.pictures)
        state = "todo" if fault else "done" if length or section.figures else "optional"
        told_length = f"{length} 字" if length else "" if section.written else "系统填写"
        facts = [told_length or ("选写" if not section.required else "未写"), f"{pictures} 张照片" if pictures else ""]
        found.append(Entry(section, state, "，".join(filter(None, facts)), section.code == current, bool(length)))
    return found


def picture_of(version: ReportVersion, picture_id: UUID) -> dict[str, Any] | None:
    """A picture of a version by its key."""
    return next((each for each in version.pictures if each["id"] == str(picture_id)), None)
