"""Do something to many complaints: each in a savepoint of its own, by the action that does it to one."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.problem import Problem
from tenants.complaints import access
from tenants.complaints.actions import assign, urge
from tenants.complaints.actions.lock import Gone
from tenants.complaints.bulk.models import ASSIGN, EXPORT, REMIND, BulkResult, BulkRun
from tenants.complaints.models import Complaint

MOST = 100
"""Complaints in one run: what one page of the list shows."""
LONGEST = 200  # characters of the reason of an export
Pick = tuple[UUID, int]
"""A complaint and the version that was seen of it."""


def assign_all(picks: Sequence[Pick], *, department: str, handler_id: UUID, note: str, by: Actor) -> BulkRun:
    """Hand them all to one department and person; raises Problem for no case at all or too many."""

    def one(key: UUID, version: int) -> str:
        made = assign(key, department=department, handler_id=handler_id, note=note, version=version, by=by)
        return f"已指派 {made.number}"

    return _run(ASSIGN, picks, one, note, by)


def remind_all(picks: Sequence[Pick], *, by: Actor) -> BulkRun:
    """Urge the handler of each."""
    return _run(REMIND, picks, lambda key, _: f"已催办 {urge(key, by=by).number}", "", by)


def export_all(picks: Sequence[Pick], *, reason: str, by: Actor) -> BulkRun:
    """Put each on the list of an export; the file is made of those that were. Problem without a reason (B10)."""
    if not reason.strip() or len(reason.strip()) > LONGEST:
        raise Problem(f"请写下导出用途，最多 {LONGEST} 个字", "reason")

    def one(key: UUID, _version: int) -> str:
        found = db.session.get(Complaint, key)
        if found is None:
            raise Gone(key)
        access.not_accused(found, by)
        return f"已导出 {found.number}"

    return _run(EXPORT, picks, one, reason.strip(), by)


def _run(verb: str, picks: Sequence[Pick], one: Callable[[UUID, int], str], note: str, by: Actor) -> BulkRun:
    if not picks:
        raise Problem("请先勾选投诉")
    if len(picks) > MOST:
        raise Problem(f"一次最多 {MOST} 件，您选了 {len(picks)} 件")
    if by.id is None:
        raise Problem("请登录后再办理")
    run = BulkRun(verb=verb, note=note.strip(), ran_at=clock.now(), ran_by=by.id, ran_by_name=by.name)
    db.session.add(run)
    db.session.flush()
    found: dict[UUID, tuple[bool, str]] = {}
    for key, version in sorted(set(picks)):  # always in this order, so that two runs cannot block each other
        try:
            with db.session.begin_nested():
                found[key] = True, one(key, version)
        except Gone:
            found[key] = False, "没有这件投诉"
        except (Problem, Forbidden) as refusal:
            found[key] = False, str(refusal)
    there = set(db.session.scalars(select(Complaint.id).where(Complaint.id.in_(found))))
    for nth, key in enumerate(dict.fromkeys(key for key, _ in picks), start=1):
        done, words = found[key]
        known = key if key in there else None
        db.session.add(BulkResult(run_id=run.id, nth=nth, complaint_id=known, done=done, words=words))
    db.session.flush()
    record("bulk.ran", run, by, verb=verb, cases=len(found), done=sum(done for done, _ in found.values()))
    return run


def find(run_id: UUID, by: Actor) -> BulkRun | None:
    """One's own run with its results; somebody else's is not found."""
    query = select(BulkRun).where(BulkRun.id == run_id, BulkRun.ran_by == by.id)
    results = selectinload(BulkRun.results).joinedload(BulkResult.complaint).joinedload(Complaint.handler)
    return db.session.scalars(query.options(results)).one_or_none()


def chosen(keys: Sequence[UUID]) -> list[Complaint]:
    """The complaints that a form lists, by number."""
    query = select(Complaint).where(Complaint.id.in_(keys)).options(joinedload(Complaint.handler))
    return list(db.session.scalars(query.order_by(Complaint.number)))
