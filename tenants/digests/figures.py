"""The figures of a digest, taken from the records, as JSON with the moment at which they were taken."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, case, func, literal, select

from saas import clock
from saas.db import db
from saas.policy.pack import Pack
from tenants.complaints import counts, states
from tenants.complaints.callback_checks.models import CallbackCheck
from tenants.complaints.counting import Counted, Span, count
from tenants.complaints.duties import called_back
from tenants.complaints.facts import Callback
from tenants.complaints.follow_ups.models import FollowUp, FollowUpAnswer
from tenants.complaints.models import Complaint
from tenants.digests.words import CALLBACKS, STATISTICS, Days

LISTED = 10
"""Cases named by a weekly or monthly digest: those that are late or grave and still open."""


def take(kind: str, days: Days, pack: Pack) -> dict[str, Any]:
    """What the records say of these days now."""
    taken: dict[str, Any] = {"as_of": clock.now().isoformat(timespec="seconds")}
    if kind == CALLBACKS:
        return taken | _callbacks(days)
    spans = {counts.NOW: days, counts.BEFORE: days.before}
    if kind == STATISTICS:
        spans[counts.YEAR_AGO] = days.year_ago
    found = count([Span(name, each.begin, each.end) for name, each in spans.items()], clock.now())
    lines = []
    for dimension in ("", *counts.DIMENSIONS):
        codes = {code for _, known, code in found if known == dimension} or ({""} if not dimension else set())
        for code in ordered(dimension, codes, pack):
            nothing = Counted(dict.fromkeys(counts.LABELS, 0))
            line = {name: asdict(found.get((name, dimension, code), nothing)) for name in spans}
            lines.append({"dimension": dimension, "code": code, **line})
    return taken | {"lines": lines, **({} if kind == STATISTICS else {"open": _open(days, pack)})}


def ordered(dimension: str, codes: set[str], pack: Pack) -> list[str]:
    """The codes in the order of the pack, then those that it does not know; NONE comes last."""
    tables: dict[str, Any] = {
        "category": pack.categories, "severity": pack.severities, "source": pack.sources,
        "department": pack.departments,
    }  # fmt: skip
    table = tables.get(dimension, {})
    known = [code for code in table if code in codes]
    rest = sorted(codes - set(known) - {counts.NONE}, key=lambda code: (len(code), code))
    return [*known, *rest, *([counts.NONE] if counts.NONE in codes else [])]


def _open(days: Days, pack: Pack) -> list[dict[str, Any]]:
    """What was received by the end of the days, is not closed, and is late or more than ordinary."""
    grave = case(
        (Complaint.severity == list(pack.severities)[-1], 0), (Complaint.next_due_at < clock.now(), 1), else_=2
    )
    query = (
        select(Complaint.id, Complaint.number, Complaint.subject, Complaint.severity, Complaint.next_due_at)
        .where(Complaint.state != states.CLOSED, Complaint.received_at < days.end, grave < literal(2))
        .order_by(grave, Complaint.next_due_at.nulls_last(), Complaint.id)
        .limit(LISTED)
    )
    return [
        {
            "id": str(row.id), "number": row.number, "subject": row.subject, "severity": row.severity,
            "due": row.next_due_at.isoformat() if row.next_due_at else "",
        }
        for row in db.session.execute(query)
    ]  # fmt: skip


def _callbacks(days: Days) -> dict[str, Any]:
    """The callbacks of the month: shares by severity (D10), satisfaction, ways, callers."""
    within = Callback.called_at >= days.begin, Callback.called_at < days.end

    def by(*columns: Any) -> list[Any]:
        query = select(*columns, func.count()).where(*within).group_by(*columns).order_by(*columns)
        return [list(row) for row in db.session.execute(query)]

    return {
        "shares": {code: list(pair) for code, pair in called_back(days.begin, days.end).items()},
        "scores": {str(score): count for score, count in by(Callback.satisfaction)},
        "ways": dict(by(Callback.channel)),
        "callers": dict(by(Callback.called_by_name)),
        "followed": _followed(days),
    }


def _followed(days: Days) -> dict[str, int]:
    """What the callbacks of the month raised, how much of it is answered, how many of them were checked (D11, D17)."""
    made = Callback.called_at >= days.begin, Callback.called_at < days.end
    query = (
        select(func.count(FollowUp.nth), func.count(FollowUpAnswer.nth), func.count(CallbackCheck.nth))
        .select_from(Callback)
        .outerjoin(FollowUp, and_(FollowUp.complaint_id == Callback.complaint_id, FollowUp.nth == Callback.nth))
        .outerjoin(FollowUpAnswer, and_(*_same(FollowUpAnswer)))
        .outerjoin(CallbackCheck, and_(*_same(CallbackCheck)))
        .where(*made)
    )
    raised, answered, checked = db.session.execute(query).one()
    return {"raised": raised, "answered": answered, "checked": checked}


def _same(fact: Any) -> tuple[Any, Any]:
    """Of this very callback."""
    return fact.complaint_id == Callback.complaint_id, fact.nth == Callback.nth
