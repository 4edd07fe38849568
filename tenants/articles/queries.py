"""Reading articles: what is in force, found by its words or initials; one with all its versions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from saas.db import db
from saas.sheets.cells import line
from saas.words import held, said
from tenants.articles.models import KINDS, Article, Version
from tenants.customers.meant import among

KIND = case(*((Article.kind == kind, nth) for nth, kind in enumerate(KINDS)))  # phrases first
VIEWS = {"current": "生效中", "draft": "起草和审批中", "retired": "已停用"}
LATEST = select(func.max(Version.nth)).where(Version.article_id == Article.id)
IN_FORCE = LATEST.where(Version.in_force_at.is_not(None)).correlate(Article).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty fields narrow nothing."""

    view: str = "current"
    kind: str = ""
    q: str = ""


def listing(wanted: Wanted, *, offset: int = 0, limit: int = 20) -> tuple[list[tuple[Article, Version]], int]:
    """A page of (article, the version that counts in this view), by kind and title, and how many there are."""
    shown = (
        LATEST.correlate(Article).scalar_subquery()
        if wanted.view == "draft"
        else func.coalesce(IN_FORCE, LATEST.correlate(Article).scalar_subquery())
    )
    where: list[ColumnElement[bool]] = [*_found(wanted.q)]
    if wanted.view == "retired":
        where.append(Article.retired_at.is_not(None))
    else:
        where.append(Article.retired_at.is_(None))
        where.append(Version.in_force_at.is_(None) if wanted.view == "draft" else Version.in_force_at.is_not(None))
    if wanted.kind:
        where.append(Article.kind == wanted.kind)
    joined = select(Article, Version).join(Version, and_(Version.article_id == Article.id, Version.nth == shown))
    total = db.session.scalar(joined.with_only_columns(func.count()).where(*where)) or 0
    rows = db.session.execute(
        joined.where(*where).order_by(KIND, Version.title, Article.id).offset(offset).limit(limit)
    )
    return [(article, version) for article, version in rows], total


def _found(q: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    for word in line(q)[:60].lower().split():
        numbered = among(Version.article_id, select(Article.id).where(said(func.lower(Article.number), word)))
        ways = [held(Version.haystack, word), numbered]
        if word.isascii() and word.isalpha():
            ways.append(func.strpos(Version.initials, word) > 0)
        where.append(or_(*ways))
    return where


def find(article_id: UUID) -> Article | None:
    """One article with its versions, the latest first, and their approvals."""
    query = select(Article).where(Article.id == article_id)
    return db.session.scalars(
        query.options(selectinload(Article.versions).joinedload(Version.approval)).execution_options(
            populate_existing=True
        )
    ).one_or_none()


def to_review(until: date, limit: int = 20) -> list[tuple[Article, Version]]:
    """What is in force and to be looked at again by a day, the oldest first."""
    rows = db.session.execute(
        select(Article, Version)
        .join(Version, and_(Version.article_id == Article.id, Version.nth == IN_FORCE))
        .where(Article.retired_at.is_(None), Version.review_on <= until)
        .options(joinedload(Version.approval))
        .order_by(Version.review_on, Article.id)
        .limit(limit)
    )
    return [(article, version) for article, version in rows]
