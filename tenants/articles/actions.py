"""Write, submit, withdraw, decide, retire (C8). An edit cancels what was decided on the version before (H3)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.numbers import next_number
from saas.pinyin import initials
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from tenants.articles.access import AUTHORS, CHAIN, KEEPERS
from tenants.articles.models import KINDS, Article, Version

LONGEST_TITLE, LONGEST_BODY, LONGEST_REASON = 80, 20_000, 500


def write(*, kind: str, title: str, body: str, review_on: date, by: Actor) -> Article:
    """Begin an article with its first version, a draft. Raises Problem at a field, Forbidden."""
    _may_write(by)
    if kind not in KINDS:
        raise Problem("请选择资料的类别", "kind")
    _check(title, body, review_on)
    article = Article(number=next_number("ZS", 4), kind=kind, created_at=clock.now(), version=1)
    db.session.add(article)
    db.session.flush()
    _add(article, 1, title, body, review_on, by)
    record("article.written", article, by, kind=kind, title=title.strip())
    return article


def revise(article_id: UUID, *, title: str, body: str, review_on: date, version: int, by: Actor) -> Article:
    """Write the next version; the one in force stays so until this is approved.

    Raises LookupError, Problem at a field, Conflict when somebody else was first or it is retired, Forbidden.
    """
    _may_write(by)
    article = _held(article_id, version)
    _check(title, body, review_on)
    approvals.void(Article.__tablename__, article.id, states=[approvals.PENDING])
    article.version += 1
    _add(article, article.version, title, body, review_on, by)
    record("article.revised", article, by, nth=article.version, title=title.strip())
    return article


def submit(article_id: UUID, *, version: int, pack: Pack, by: Actor) -> None:
    """Ask for the approval of the latest version. Raises Problem, Conflict, NobodyCanDecide, Forbidden."""
    _may_write(by)
    article = _held(article_id, version)
    latest = db.session.get_one(Version, (article.id, article.version))
    if latest.in_force_at is not None:
        raise Conflict("这一版已经生效，修改后再提交")
    chain = pack.chains.get(CHAIN)
    if chain is None:
        raise Problem("规程里没有服务资料的审批链，请联系公司管理员")
    approval = approvals.submit(
        kind=CHAIN, subject_type=Article.__tablename__, subject_id=article.id,
        title=f"{article.number} {latest.title}", version=latest.nth, content_hash=latest.content_hash,
        steps=chain.steps_for(), pack=pack, by=by,
    )  # fmt: skip
    latest.approval_id = approval.id
    db.session.flush()
    record("article.submitted", article, by, nth=latest.nth)


def withdraw(article_id: UUID, *, version: int, by: Actor) -> None:
    """The author takes the submission back to go on writing. Raises LookupError, Conflict when it waits for nobody (any
    more), Forbidden for anybody else."""
    _may_write(by)
    article = _held(article_id, version)
    latest = db.session.get_one(Version, (article.id, article.version))
    if latest.approval_id is None:
        raise Conflict("这一版还没有提交审批，不用撤回")
    approvals.withdraw(latest.approval_id, by=by)
    record("article.withdrawn", article, by, nth=latest.nth)


def decide(article_id: UUID, *, nth: int, verdict: str, reason: str, hashed: str, by: Actor) -> approvals.Outcome:
    """Approve or return exactly the version that was shown; with the last step it comes into force."""
    article = db.session.get(Article, article_id, with_for_update=True, populate_existing=True)
    version = db.session.get(Version, (article_id, nth)) if article else None
    if article is None or version is None or version.approval_id is None:
        raise Conflict("这一版还没有提交审批，请刷新后查看")
    outcome = approvals.decide(
        version.approval_id, verdict=verdict, reason=reason, version=nth, content_hash=hashed, by=by
    )
    if outcome.state == approvals.APPROVED:
        version.in_force_at = clock.now()
        db.session.flush()
    record(
        "article.decided", article, by, on_behalf_of=outcome.on_behalf_of, nth=nth, verdict=verdict,
        reason=reason.strip(), state=outcome.state,
    )  # fmt: skip
    return outcome


def retire(article_id: UUID, *, reason: str, version: int, by: Actor) -> Article:
    """Take it out of use; its versions stay to be read. Raises Problem, Conflict, Forbidden."""
    if not by.has(*KEEPERS):
        raise Forbidden("停用资料由客服主管或项目经理办理，您没有这项权限")
    article = _held(article_id, version)
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise Problem(f"请写明为什么停用，最多 {LONGEST_REASON} 个字", "reason")
    approvals.void(Article.__tablename__, article.id, states=[approvals.PENDING])
    article.retired_at, article.retired_by_name, article.retired_reason = clock.now(), by.name, reason.strip()
    db.session.flush()
    record("article.retired", article, by, reason=reason.strip())
    return article


def _may_write(by: Actor) -> None:
    if by.id is None or not by.has(*AUTHORS):
        raise Forbidden("服务资料由客服人员和项目经理编写，您没有这项权限")


def _held(article_id: UUID, version: int) -> Article:
    article = db.session.scalars(
        select(Article).where(Article.id == article_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if article is None:
        raise LookupError(article_id)
    if article.retired_at is not None:
        raise Conflict("这份资料已经停用")
    if article.version != version:
        raise Conflict("这份资料刚被别人改过，请看过最新一版再提交")
    return article


def _check(title: str, body: str, review_on: date) -> None:
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        raise Problem(f"请填写标题，最多 {LONGEST_TITLE} 个字", "title")
    if not body.strip() or len(body.strip()) > LONGEST_BODY:
        raise Problem(f"请填写内容，最多 {LONGEST_BODY} 个字", "body")
    if review_on <= clock.local(clock.now()).date():
        raise Problem("复核日期应在今天之后", "review_on")


def _add(article: Article, nth: int, title: str, body: str, review_on: date, by: Actor) -> None:
    title, body = " ".join(title.split()), body.strip()
    version = Version(
        article_id=article.id, nth=nth, title=title, initials=initials(title)[:80], body=body, review_on=review_on,
        content_hash=content_hash(article.number, nth, title, body, review_on), written_at=clock.now(),
        written_by=by.id, written_by_name=by.name,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
