"""What digests and case reviews show of their clauses (D14, D17)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import aliased

from saas import clock
from saas.policy.evidence import MET, OPEN, Query, Question, Rows, Source
from tenants.digests.models import CaseReview, Digest, Filing, Receipt
from tenants.digests.words import CALLBACKS, STATISTICS, TITLES, WEEKLY


def _label(kind: str) -> Any:
    return (literal(TITLES[kind] + " ") + func.to_char(Digest.begins, "YYYY-MM-DD")).label("label")


def _within(rows: Any, asked: Question, column: Any) -> Select[Any]:
    """Those whose days begin in the period."""
    begin, end = (clock.local(moment).date() for moment in (asked.begin, asked.end))
    found: Select[Any] = rows.where(column >= begin, column < end)
    return found


def _sent(kind: str) -> Callable[[Question], Rows]:
    def query(asked: Question) -> Rows:
        """The table of the month is there when it reached somebody."""
        first = select(Receipt.digest_id, func.min(Receipt.sent_at).label("at")).group_by(Receipt.digest_id).subquery()
        rows = select(Digest.id, _label(kind), first.c.at, literal(MET).label("verdict"))
        rows = rows.join(first, first.c.digest_id == Digest.id).where(Digest.kind == kind)
        return Rows(_within(rows, asked, Digest.begins), "digests.show")

    return query


def weekly(asked: Question) -> Rows:
    """Weekly digests whose last day lies in the period: filed, or still waiting for somebody's remarks."""
    filing = aliased(Filing)
    verdict = case((filing.digest_id.is_not(None), MET), else_=OPEN).label("verdict")
    rows: Select[Any] = select(
        Digest.id, _label(WEEKLY), func.coalesce(filing.filed_at, Digest.taken_at).label("at"), verdict
    )
    rows = rows.outerjoin(filing, filing.digest_id == Digest.id).where(Digest.kind == WEEKLY)
    return Rows(_within(rows, asked, Digest.ends - 1), "digests.show")


def case_reviews(asked: Question) -> Rows:
    """The review of the quarter."""
    label = (literal("案例分析 ") + func.to_char(CaseReview.begins, "YYYY-MM-DD")).label("label")
    rows = select(CaseReview.id, label, CaseReview.filed_at.label("at"), literal(MET).label("verdict"))
    return Rows(_within(rows, asked, CaseReview.begins), "digests.review")


OWN: dict[str, tuple[Query, str]] = {
    "statistics": (_sent(STATISTICS), "digests"), "callbacks": (_sent(CALLBACKS), "digests"),
    "weekly": (weekly, "digests"), "case_reviews": (case_reviews, "case_reviews"),
}  # fmt: skip
EVIDENCE = {f"digests.{name}": Source(query, (of,)) for name, (query, of) in OWN.items()}
