"""服务资料: the list, one article with its versions, and the picker that puts a phrase into a text (C8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.markdown import parse
from saas.problem import Problem
from saas.sheets.cells import line
from saas.web import done, once, page
from saas.web.paging import here, paging
from saas.web.shell import NavItem
from saas.web.typed import blame, version, whole
from tenants.articles import actions, queries, workbench
from tenants.articles.access import AUTHORS, KEEPERS
from tenants.articles.forms import ArticleForm, DecisionForm, RetireForm
from tenants.articles.models import KINDS, Article
from tenants.duties.access import decides

blueprint = Blueprint("articles", __name__, url_prefix="/<company>/<project>/articles")
NAV = (NavItem("客户沟通", "服务资料", "book-user", "articles.index", key="z", order=58),)
PICKED = 8
YEAR = timedelta(days=365)
blueprint.record_once(lambda state: state.app.extensions.setdefault("tasks", []).append(workbench.tasks))


@blueprint.get("")
@allow()
def index() -> Any:
    """What is in force, or drafted, or retired; searched by words and initials."""
    at, asked = paging(), request.args
    view = asked.get("view", "") if asked.get("view") in queries.VIEWS else "current"
    wanted = queries.Wanted(view, line(asked.get("kind", "")), line(asked.get("q", "")))
    rows, total = queries.listing(wanted, offset=at.offset, limit=at.size)
    views = [(label, here(view=code, page=None), code == view) for code, label in queries.VIEWS.items()]
    return page(
        "articles/index.html", block="results", rows=rows, total=total, wanted=wanted, paging=at, here=here,
        views=views, kinds=[("", "全部类别"), *KINDS.items()], KINDS=KINDS, may_write=current_actor().has(*AUTHORS),
        today=clock.local(clock.now()).date(),
    )  # fmt: skip


@blueprint.get("/pick")
@allow()
def pick() -> Any:
    """What fits `?q=` and is in force, as options for the picker."""
    q = line(request.args.get("q", ""))
    rows, _ = queries.listing(queries.Wanted(q=q), limit=PICKED)
    return page("articles/_pick.html", rows=rows, q=q, KINDS=KINDS)


@blueprint.get("/new")
@allow(*AUTHORS)
def new() -> Any:
    """An empty form."""
    return _form(ArticleForm(data={"review_on": clock.local(clock.now() + YEAR).date()}), None, 200)


@blueprint.post("")
@allow(*AUTHORS)
@once
def create() -> Any:
    """Keep it as a draft."""
    form = ArticleForm(request.form)
    if not form.validate():
        return _form(form, None, 422)
    facts = {name: form[name].data for name in ("kind", "title", "body", "review_on")}
    try:
        made = actions.write(**facts, by=current_actor())
    except Problem as problem:
        db.session.rollback()
        return _form(blame(form, problem), None, 422)
    return done(url_for("articles.show", id=made.id), "已存为草稿，提交审批后生效")


@blueprint.get("/<uuid:id>")
@allow()
def show(id: UUID) -> Any:
    """One article: what counts, what is being decided, every version."""
    return _shown(_found(id), DecisionForm(), RetireForm(), 200)


@blueprint.get("/<uuid:id>/edit")
@allow(*AUTHORS)
def edit(id: UUID) -> Any:
    """A form for the next version."""
    article = _found(id)
    latest, year = article.latest, clock.local(clock.now() + YEAR).date()
    known = {"kind": article.kind, "title": latest.title, "body": latest.body, "review_on": year}
    return _form(ArticleForm(data=known), article, 200)


@blueprint.post("/<uuid:id>")
@allow(*AUTHORS)
@once
def revise(id: UUID) -> Any:
    """Write the next version; 409 when somebody else was first."""
    article, form = _found(id), ArticleForm(request.form)
    form.kind.data = article.kind
    if not form.validate():
        return _form(form, article, 422)
    facts = {name: form[name].data for name in ("title", "body", "review_on")}
    try:
        actions.revise(id, **facts, version=version(request.form), by=current_actor())
    except Problem as problem:
        db.session.rollback()
        return _form(blame(form, problem), _found(id), problem.status)
    return done(url_for("articles.show", id=id), "已存为新的一版，提交审批后生效")


@blueprint.post("/<uuid:id>/submission")
@allow(*AUTHORS)
@once
def submit(id: UUID) -> Any:
    """Ask for the approval of the latest version."""
    rules, by = current_pack(), current_actor()
    return _taken(id, lambda nth: actions.submit(id, version=nth, pack=rules, by=by), "已提交审批")


@blueprint.post("/<uuid:id>/withdrawal")
@allow(*AUTHORS)
@once
def withdraw(id: UUID) -> Any:
    """Take the submission back."""
    by = current_actor()
    return _taken(id, lambda nth: actions.withdraw(id, version=nth, by=by), "已撤回，可以继续修改")


@blueprint.post("/<uuid:id>/decision")
@allow()
@once
def decide(id: UUID) -> Any:
    """Approve or return; the engine refuses the author, another version, a second decision."""
    article, form = _found(id), DecisionForm(request.form)
    status = 422
    if form.validate():
        says = {"verdict": form.verdict.data or "", "reason": form.reason.data or "", "hashed": form.hashed.data or ""}
        try:
            outcome = actions.decide(id, nth=whole(form.nth.data), **says, by=current_actor())
            words = "已同意" if outcome.decided.state == "approved" else "已退回"
            return done(url_for("articles.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            article, status = _found(id), problem.status
            blame(form, problem)
    return _shown(article, form, RetireForm(), status)


@blueprint.post("/<uuid:id>/retirement")
@allow(*KEEPERS)
@once
def retire(id: UUID) -> Any:
    """Take it out of use."""
    article, form = _found(id), RetireForm(request.form)
    status = 422
    if form.validate():
        try:
            actions.retire(id, reason=form.reason.data, version=version(request.form), by=current_actor())
            return done(url_for("articles.show", id=id), "已停用")
        except Problem as problem:
            db.session.rollback()
            article, status = _found(id), problem.status
            blame(form, problem)
    return _shown(article, DecisionForm(), form, status)


def _taken(key: UUID, act: Callable[[int], None], words: str) -> Any:
    _found(key)
    try:
        act(version(request.form))
    except Problem as problem:
        db.session.rollback()
        form = DecisionForm()
        form.form_errors.append(str(problem))
        return _shown(_found(key), form, RetireForm(), problem.status)
    return done(url_for("articles.show", id=key), words)


def _found(key: UUID) -> Article:
    return queries.find(key) or abort(404)


def _form(form: ArticleForm, article: Article | None, status: int) -> Any:
    return page(
        "articles/form.html", block="article", status=status, form=form, article=article, KINDS=KINDS,
        clash=article.latest if article and status == 409 else None,
    )  # fmt: skip


def _shown(article: Article, decision: DecisionForm, retirement: RetireForm, status: int) -> Any:
    actor, latest = current_actor(), article.latest
    waiting = latest.approval if latest.approval and latest.approval.state == "pending" else None
    shown = article.in_force or latest
    return page(
        "articles/show.html", status=status, article=article, shown=shown, latest=latest, waiting=waiting,
        text=parse(shown.body), draft=parse(latest.body), decides=waiting is not None and decides(waiting, actor),
        may_withdraw=waiting is not None and waiting.author_id == actor.id,
        decision=decision, retirement=retirement, KINDS=KINDS, may_write=actor.has(*AUTHORS),
        may_retire=actor.has(*KEEPERS) and not article.retired_at, rules=current_pack(),
        today=clock.local(clock.now()).date(),
    )  # fmt: skip
