"""What of the knowledge was current in a period: in force, and not past the day of its review (C8)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, null, or_, select
from sqlalchemy.types import DateTime

from saas import clock
from saas.policy.evidence import MET, OPEN, Question, Rows, Source
from tenants.articles.access import CURRENT
from tenants.articles.models import Article, Version


def current(asked: Question) -> Rows:
    """The version that was in force at the period's end: met when its review lies beyond, else until that day."""
    ended = clock.local(asked.end).date()
    newest = (
        select(func.max(Version.nth))
        .where(Version.article_id == Article.id, Version.in_force_at < asked.end)
        .correlate(Article)
        .scalar_subquery()
    )
    kept = Version.review_on >= ended
    due = func.timezone(clock.CN.key, Version.review_on + timedelta(days=1))
    never = null().cast(DateTime(timezone=True))
    rows: Any = (
        select(
            Article.id, (Article.number + " " + Version.title).label("label"), Version.in_force_at.label("at"),
            case((kept, MET), else_=OPEN).label("verdict"), case((kept, never), else_=due).label("due"),
        )
        .join(Version, Version.article_id == Article.id)
        .where(Version.nth == newest, or_(Article.retired_at.is_(None), Article.retired_at >= asked.end))
    )  # fmt: skip
    return Rows(rows, "articles.show")


EVIDENCE = {CURRENT: Source(current, ("articles", "approvals"))}
