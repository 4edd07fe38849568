"""A project in the week after a quarter, with one person for each role that its report meets; short ways through."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from saas import clock
from saas.approvals.models import Approval
from saas.db import db
from saas.documents import actions as documents
from tenants.releases import actions as releases
from tenants.reports import archive, committee, drafting, papers, publishing, submitting
from tenants.reports.decisions import decisions
from tenants.reports.holding import sections_of
from tenants.reports.models import Report, ReportPaper
from tests.world import Person, Place

QUARTER = date(2026, 7, 1)
WORDS = (
    "本季度按合同和规程完成了各项工作，主要情况如下：设备运行正常，停车秩序有改善，"
    "夜间噪声仍需继续治理，下季度安排专人巡查，并按月向业主通报进展。"
)


def moment(words: str) -> datetime:
    """A time on the clock of Shanghai."""
    return datetime.fromisoformat(words).replace(tzinfo=clock.CN)


BEGAN, NOW = moment("2026-03-02T09:00"), moment("2026-10-08T10:00")


@dataclass
class Desk:
    """周敏 writes, 陈志远 reviews, 韩立群 approves, 孟晓岚 gets a copy, 钱会计 decides about the finance section."""

    place: Place
    supervisor: Person
    manager: Person
    leader: Person
    quality: Person
    finance: Person
    steward: Person
    made: dict[str, UUID] = field(default_factory=dict)

    def run(self, does: Any, *args: Any, by: Person | None = None, **facts: Any) -> Any:
        """One action in a transaction of its own; the answer is the row's key where it has one."""
        with self.place.inside():
            done = does(*args, **facts, **({"by": by.actor} if by else {}))
            db.session.commit()
            return getattr(done, "id", None)

    def ask(self, question: Any) -> Any:
        """What a question answers inside the project."""
        with self.place.inside():
            return question()

    def charges(self, basis: str) -> None:
        """The project charges in this way from now on."""
        self.sql("UPDATE profile SET fee_basis = :basis", basis=basis)

    def sql(self, statement: str, **values: object) -> Any:
        """SQL typed inside the tenant."""
        with self.place.inside():
            result = db.session.execute(text(statement), values)
            rows = result.all() if result.returns_rows else []
            db.session.commit()
            return rows

    def start(self, begins: date = QUARTER) -> UUID:
        """Begin the report of a quarter."""
        return self.run(drafting.start, begins, by=self.supervisor)

    def version(self, report: UUID) -> int:
        """The current version."""
        return self.ask(lambda: db.session.get_one(Report, report).version)

    def write(self, report: UUID, code: str, words: str = WORDS, by: Person | None = None) -> None:
        """Write one section at the current version."""
        self.run(drafting.write, report, code, words, version=self.version(report), by=by or self.supervisor)

    def written(self, begins: date = QUARTER) -> UUID:
        """A report with every mandatory section written."""
        report = self.start(begins)
        with self.place.inside():
            row = db.session.get_one(Report, report)
            for section in [each for each in sections_of(row) if each.written and each.required]:
                drafting.write(report, section.code, WORDS, version=row.version, by=self.supervisor.actor)
            db.session.commit()
        return report

    def submit(self, report: UUID) -> UUID:
        """Submit it; the answer is the approval of its letter."""
        return self.run(submitting.submit, report, version=self.version(report), by=self.supervisor)

    def main(self, report: UUID) -> Approval | None:
        """The approval of the letter of the current version, detached."""
        with self.place.inside():
            found = decisions(db.session.get_one(Report, report)).main
            db.session.expunge_all()
            return found

    def decide(self, report: UUID, by: Person, verdict: str = "approved", reason: str = "") -> str:
        """Decide the waiting step of the letter; what the relay would do afterwards is done too."""
        with self.place.inside():
            found = decisions(db.session.get_one(Report, report))
            assert found.main is not None
            assert found.release is not None
            release = found.release.id
            outcome = releases.decide(
                release, approval_id=found.main.id, verdict=verdict, reason=reason, version=found.main.version,
                content_hash=found.main.content_hash, by=by.actor,
            )  # fmt: skip
            db.session.commit()
        if outcome.state == "approved":
            self.run(publishing.approval_came, release)
        return outcome.state

    def decide_finance(
        self, report: UUID, verdict: str = "approved", reason: str = "", by: Person | None = None
    ) -> str:
        """Finance decides."""
        with self.place.inside():
            found = decisions(db.session.get_one(Report, report)).finance
            assert found is not None
            outcome = submitting.decide_finance(
                report, approval_id=found.id, verdict=verdict, reason=reason, version=found.version,
                content_hash=found.content_hash, by=(by or self.finance).actor,
            )  # fmt: skip
            db.session.commit()
            return outcome.state

    def approved(self, begins: date = QUARTER) -> UUID:
        """A report whose letter went through its chain."""
        report = self.written(begins)
        self.submit(report)
        self.decide(report, self.manager)
        self.decide(report, self.leader)
        return report

    def final(self, report: UUID) -> UUID | None:
        """The document of the final copy that was asked for."""
        with self.place.inside():
            found = db.session.query(ReportPaper).filter_by(report_id=report, final=True).all()
            current = db.session.get_one(Report, report).version
            return next((paper.document_id for paper in found if paper.version == current), None)

    def archive(self, report: UUID, data: bytes = b"%PDF-1.7 the final copy") -> None:
        """What the PDF worker does, without laying anything out: the copy is ready and archived."""
        document = self.final(report)
        assert document is not None
        with self.place.inside():
            found = db.session.get_one(documents.Document, document)
            documents._end(found, "ready", data=data)
            archive.keep(document)
            db.session.commit()

    def archived(self, begins: date = QUARTER) -> UUID:
        """Approved, laid out, archived."""
        report = self.approved(begins)
        self.archive(report)
        return report

    def waive(self, report: UUID) -> None:
        """There is no committee here."""
        self.run(committee.waive, report, reason="本项目尚未成立业主委员会", by=self.manager)

    def publish(self, report: UUID, by: Person | None = None, **facts: Any) -> None:
        """Publish the current version."""
        self.run(publishing.publish, report, version=self.version(report), by=by or self.manager, **facts)

    def published(self, begins: date = QUARTER) -> UUID:
        """All the way."""
        report = self.archived(begins)
        self.waive(report)
        self.publish(report)
        return report

    def token(self, report: UUID) -> str:
        """What opens its public page."""
        return self.ask(lambda: db.session.get_one(Report, report).token)

    def draft_paper(self, report: UUID) -> UUID:
        """Ask for 送审稿."""
        return self.run(papers.ask_draft, report, by=self.supervisor)
