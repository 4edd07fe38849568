"""The report of the quarter that is over: written, approved, answered by the committee, published, each in its time."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from saas.db import db
from saas.identity import Actor
from saas.policy.periods import Period
from tenants.releases import actions as releases
from tenants.reports import committee, drafting, publishing, submitting
from tenants.reports.decisions import decisions
from tenants.reports.holding import sections_of
from tenants.reports.models import Report, ReportArchive, ReportPublication
from tenants.reports.papers import papers_of
from workers import rendering
from workers.demo.play import Scene
from workers.demo.sending import sent

CHAIR = "业委会主任 赵国平"
TEXTS = Path(__file__).with_name("report.md")
OTHER = "本季度没有需要另行说明的事项，日常工作按计划进行，相关台账在管家服务中心备查。"


def report(scene: Scene, quarter: Period, now: datetime) -> bool:
    """Bring the report of a quarter to its publication, as far as today allows; again it goes on where it stopped.

    Answers whether anything was done.
    """
    crew, writer = scene.crew, scene.crew["service_supervisor"]
    days = [
        quarter.end + timedelta(days=day, hours=hour) for day, hour in ((2, 9), (5, 10), (6, 16), (7, 11), (10, 15))
    ]
    if days[-1] > now:
        return False
    drafted, submitted, reviewed, approved, published = days
    with scene.at(now):
        here = db.session.scalars(select(Report).where(Report.begins == quarter.begins)).one_or_none()
        if here is not None and db.session.get(ReportPublication, here.id) is not None:
            return False
        begun = here.id if here is not None else None
    if begun is None:
        with scene.at(drafted):
            begun = _written(quarter, writer)
    key: UUID = begun
    with scene.at(submitted):
        if decisions(_of(key)).main is None:
            submitting.submit(key, version=_of(key).version, by=writer)
    for moment, role in ((reviewed, "project_manager"), (approved, "division_leader")):
        with scene.at(moment):
            _decide(key, crew[role])
    with scene.at(approved + timedelta(hours=1)):
        if decisions(_of(key)).finance is not None:
            _decide_finance(key, crew["finance"])
        release = decisions(_of(key)).release
        publishing.approval_came(release.id if release else key)
    with scene.at(approved + timedelta(hours=2)):
        _archived(key)
    with scene.at(published - timedelta(days=1)):
        if committee.answer_of(_of(key)) is None:
            link = committee.open_link(key, by=crew["project_manager"])
            committee.answer(link.id, verdict="agreed", opinion="", name=CHAIR)
    with scene.at(published):
        letter = decisions(_of(key)).release
        assert letter is not None, "what was approved has its letter"
        sent(letter, lambda: publishing.publish(key, version=_of(key).version, by=crew["project_manager"]), now)
    return True


def _of(key: UUID) -> Report:
    return db.session.get_one(Report, key)


def _written(quarter: Period, by: Actor) -> UUID:
    """Every section that an author writes, in one go."""
    made, texts = drafting.start(quarter.begins, by=by), _texts()
    for section in sections_of(made):
        if section.written and section.required:
            text = texts.get(section.code, OTHER)
            drafting.write(made.id, section.code, text, version=made.version, by=by)
    return made.id


def _texts() -> dict[str, str]:
    """What is written, by the code of its section."""
    parts = re.split(r"^# (\w+)\n", TEXTS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _decide(key: UUID, by: Actor) -> None:
    found = decisions(_of(key))
    step = found.main.current if found.main else None
    if found.main is None or found.release is None or step is None or not by.has(step.role):
        return
    releases.decide(
        found.release.id, approval_id=found.main.id, verdict="approved", reason="", version=found.main.version,
        content_hash=found.main.content_hash, by=by,
    )  # fmt: skip


def _decide_finance(key: UUID, by: Actor) -> None:
    found = decisions(_of(key)).finance
    if found is not None and found.state == "pending":
        submitting.decide_finance(
            key, approval_id=found.id, verdict="approved", reason="", version=found.version,
            content_hash=found.content_hash, by=by,
        )  # fmt: skip


def _archived(key: UUID) -> None:
    """The final copy, laid out here so that it is archived at its own moment; the PDF worker then finds it done."""
    here = _of(key)
    if db.session.get(ReportArchive, (key, here.version)) is None:
        for paper, document in papers_of(here):
            if paper.final and paper.version == here.version and document.underway:
                rendering.render(str(document.id))
