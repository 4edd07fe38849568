"""A version of a report as a book for the press: chapters, figures, pictures, signatures (I1, I7)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from saas import clock, config, files
from saas.approvals.models import Approval
from saas.db import db, schema_of
from saas.documents.models import Document
from saas.pdf.book import Align, Block, Book, Figure, Figures, Head, Photo, Photos, Prose, Section, Signature, Table
from saas.pdf.report import report_sheet
from saas.pdf.sheet import Sheet
from tenants.reports.archive import mark
from tenants.reports.charts import chart_of
from tenants.reports.decisions import Decisions, decisions
from tenants.reports.figures import as_of
from tenants.reports.holding import pack_of, profile, version_of
from tenants.reports.links import verification_url
from tenants.reports.models import Report, ReportPaper, ReportVersion
from tenants.reports.reading import Chapter, chapters
from tenants.reports.tables import Group
from tenants.reports.words import BASES, chinese_day, span

SEALS = {"review": "已审核", "approve": "已审批", "general_manager": "已批准"}


def sheet(document: Document) -> Sheet:
    """The sheet of the version that this document was asked for. Raises NoResultFound when it is gone."""
    paper = db.session.get_one(ReportPaper, document.id)
    report = db.session.get_one(Report, paper.report_id)
    version = version_of(report, paper.version)
    return report_sheet(book(report, version, final=paper.final), photos(version))


def photos(version: ReportVersion) -> dict[str, Callable[[], bytes]]:
    """How the bytes of each picture are read, where the sheet is laid out: from the file store, not the database."""
    schema, home = schema_of(db.session()) or "", config.current().home
    return {each["sha256"]: partial(files.read, schema, each["sha256"], home) for each in version.pictures}


def book(report: Report, version: ReportVersion, *, final: bool) -> Book:
    """The report as data; a draft bears its word across every page."""
    project, decided = profile(), decisions(report)
    taken = as_of(version.figures) or version.written_at
    facts = [
        ("报告期间", span(report.covers_from, report.quarter.ends)),
        ("编制部门", f"{project.project}管家服务中心"),
    ]
    if report.covers_from > report.begins:
        facts.append(("说明", f"项目从 {chinese_day(report.covers_from)}起使用本系统，只含这以后的记录"))
    if final and decided.main is not None and decided.main.ended_at is not None:
        facts.append(("签发日期", chinese_day(clock.local(decided.main.ended_at).date())))
    return Book(
        title="物业服务报告", project=project.project, company=project.company, period_words=report.quarter.label,
        number=report.number, as_of=clock.local(taken), fee_basis=BASES[version.figures["fee_basis"]],
        sections=tuple(_section(chapter) for chapter in chapters(report, version)),
        signatures=tuple(_signatures(report, version, decided if final else None)), facts=tuple(facts),
        version=f"第 {version.version} 版", verification_url=verification_url(report) if final else "",
        digest=version.content_hash, draft="" if final else "送审稿", mark=mark(report, version),
    )  # fmt: skip


def _section(chapter: Chapter) -> Section:
    return Section(chapter.section.code, chapter.section.title, 1, tuple(_blocks(chapter)))


def _blocks(chapter: Chapter) -> Iterator[Block]:
    yield from (_tiles(group) for group in chapter.groups if group.tiles)
    if chapter.text.pieces:
        yield Prose(chapter.text)
    drawn = [(group, chart_of(group)) for group in chapter.groups if not group.tiles]
    yield from (chart for _, chart in drawn if chart is not None)
    yield from (_table(group) for group, _ in drawn)
    if chapter.pictures:
        yield Photos(tuple(_photo(each) for each in chapter.pictures))


def _tiles(group: Group) -> Figures:
    return Figures(tuple(Figure(row.label, *row.now, delta=row.then) for row in group.rows))


def _table(group: Group) -> Table:
    right: Align = "right"
    heads = (Head("项目"), *(Head(head, right) for head in group.heads))
    rows = tuple(
        (f"{row.label}（{row.note}）" if row.note else row.label, *(words for words, _ in group.cells(row)))
        for row in group.rows
    )
    sums = tuple(at for at, row in enumerate(group.rows) if row.total)
    return Table(group.title, heads, rows, group.unit, group.note, sums=sums)


def _photo(entry: dict[str, Any]) -> Photo:
    return Photo(entry["sha256"], entry["caption"], entry["width"], entry["height"])


def _signatures(report: Report, version: ReportVersion, decided: Decisions | None) -> Iterator[Signature]:
    pack = pack_of(report.quarter)
    author = decided.main.author_name if decided and decided.main else version.written_by_name
    written = decided.main.submitted_at if decided and decided.main else version.written_at
    yield Signature("编制", "客服主管", author, clock.local(written).date())
    if decided is None or decided.main is None:
        chain = pack.report.chain if pack.report else ""
        steps = pack.chains[chain].steps_for() if chain in pack.chains else ()
        yield from (Signature(step.label, pack.roles[step.role]) for step in steps)
        return
    yield from _decided(decided.main, pack.roles)
    if decided.finance is not None:
        yield from _decided(decided.finance, pack.roles, "财务收支部分")


def _decided(approval: Approval, roles: Any, what: str = "") -> Iterator[Signature]:
    for step in approval.steps:
        made = next((each for each in approval.decisions if each.position == step.position), None)
        role = roles.get(step.role, step.role)
        if made is None:
            yield Signature(what + step.label, role)
            continue
        name = made.decided_by_name + (f"（代{made.on_behalf_of_name}）" if made.on_behalf_of_name else "")
        yield Signature(what + step.label, role, name, clock.local(made.decided_at).date(), SEALS.get(step.name, ""))
