"""Ask for a document, cancel it, and render it step by step; a render that died is simply begun again."""

import time
from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import select, update

from saas import clock, files
from saas.db import db, schema_of
from saas.documents.models import Document
from saas.events import Recordable, record
from saas.identity.actor import Actor, Forbidden
from saas.jobs import enqueue
from saas.pdf.render import RenderCancelled, RenderFailed, render
from saas.pdf.sheet import Sheet
from saas.problem import Conflict

CANCEL_POLL = 1.0  # seconds between looks at whether somebody cancelled


CANCELLERS = ("service_supervisor", "project_manager")
"""Who may stop what somebody else asked for."""


def ask_for(
    kind: str, subject: Recordable, title: str, *, readers: Collection[str], barred: Collection[UUID] = (), by: Actor
) -> Document:
    """Ask for a sheet of `subject`; a worker renders it. One that is still under way is given again.

    The roles `readers` may open it, the people `barred` may not (D4). Raises Forbidden for who could not open it.
    """
    _readable(readers, barred, by)
    same = select(Document).where(Document.kind == kind, Document.requested_by == by.id)
    about = same.where(Document.subject_type == subject.__tablename__, Document.subject_id == subject.id)
    underway = db.session.scalars(about.where(Document.state.in_(("queued", "rendering")))).first()
    if underway:
        return underway
    document = Document(
        kind=kind, subject_type=subject.__tablename__, subject_id=subject.id, title=title, requested_by=by.id,
        requested_by_name=by.name, requested_at=clock.now(), words="等待生成", readers=sorted(set(readers)),
        barred=sorted(set(barred)),
    )  # fmt: skip
    db.session.add(document)
    db.session.flush()
    record("document.requested", subject, by, kind=kind, document=str(document.id))
    enqueue("documents.render", str(document.id), queue="pdf")
    return document


def _readable(readers: Collection[str], barred: Collection[UUID], by: Actor) -> None:
    if by.id in barred:
        raise Forbidden("这份文件与您本人有关，按规程应回避")
    if not by.has(*readers):
        raise Forbidden("您没有查看这份文件的权限")


def may_read(document: Document, by: Actor) -> None:
    """Raises Forbidden for who may not read what the document is about."""
    _readable(document.readers, document.barred, by)


def bar(subject: Recordable, people: Collection[UUID]) -> None:
    """Whom the subject is about has changed: they may no longer open its documents (D4)."""
    about = Document.subject_type == subject.__tablename__, Document.subject_id == subject.id
    db.session.execute(update(Document).where(*about).values(barred=sorted(people)))


def may_cancel(document: Document, by: Actor) -> bool:
    """Whoever asked for it, and supervisor and manager."""
    return by.id == document.requested_by or by.has(*CANCELLERS)


def cancel(document: Document, *, by: Actor) -> None:
    """Stop a rendering. Raises Conflict when it has ended already, Forbidden for who neither asked nor leads."""
    may_read(document, by)
    if not may_cancel(document, by):
        raise Forbidden(f"只有{document.requested_by_name}、服务主管和项目经理可以取消")
    db.session.refresh(document, with_for_update=True)
    if not document.underway:
        raise Conflict("这份文件已经生成结束，不能取消")
    document.state, document.finished_at, document.words = "cancelled", clock.now(), "已取消"
    record("document.cancelled", document, by)


def produce(document_id: UUID, write: Callable[[Document], Sheet | str]) -> None:
    """Render a document, committing each step so that the page can show it. Never raises for a bad content:
    the reason is kept in Chinese for the person who asked."""
    document = db.session.get(Document, document_id, with_for_update=True)
    if document is None or not document.underway:
        return
    document.state, document.step, document.words = "rendering", 0, "读取记录"
    db.session.commit()
    asked = time.monotonic()

    def advance(step: int, steps: int, words: str) -> None:
        document.step, document.steps, document.words = step, steps, words
        db.session.commit()

    def cancelled() -> bool:
        nonlocal asked
        if time.monotonic() - asked < CANCEL_POLL:
            return False
        asked = time.monotonic()
        db.session.refresh(document, ["state"])
        gone = document.state == "cancelled"
        db.session.commit()  # the layout takes its time: no transaction stays open for it
        return gone

    try:
        data = render(write(document), progress=advance, cancelled=cancelled)
    except RenderCancelled:
        return
    except RenderFailed as failure:
        _end(document, "failed", failure=str(failure))
        return
    _end(document, "ready", data=data)


def _end(document: Document, state: str, *, data: bytes = b"", failure: str | None = None) -> None:
    schema = schema_of(db.session()) or ""
    digest = files.store(schema, data) if data else None
    db.session.refresh(document, with_for_update=True)
    if document.state == "cancelled":
        db.session.commit()
        return
    document.state, document.failure, document.sha256, document.size = state, failure, digest, len(data) or None
    document.step, document.finished_at, document.words = document.steps, clock.now(), "已生成" if data else "没能生成"
    record("document.rendered" if data else "document.failed", document, Actor.system(schema), sha256=digest)
    db.session.commit()
