"""信息发布一览表 and one release: write, submit, decide, follow its deliveries."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_visit
from saas.identity.actor import Forbidden
from saas.policy.loader import pack
from saas.problem import Conflict, Problem
from saas.web import done, once, page
from saas.web.once import settle
from saas.web.paging import here, paging
from saas.web.shell import NavItem
from saas.web.typed import blame, clean
from tenants.releases import actions, queries
from tenants.releases.access import WRITERS
from tenants.releases.forms import LetterForm
from tenants.releases.models import STATES, Release
from tenants.releases.page import context

blueprint = Blueprint("releases", __name__, url_prefix="/<company>/<project>/releases")
NAV = (
    NavItem(
        "对外发布",
        "信息发布",
        "megaphone",
        "releases.index",
        key="x",
        order=60,
        tone="violet",
        waiting=queries.count_waiting,
    ),
)


@blueprint.get("")
@allow()
def index() -> Any:
    """The register (form XRWY-KF-13), newest first; with ?view=waiting what the reader must decide."""
    actor, rules, at = current_actor(), pack(current_visit().pack), paging()
    wanted = queries.Wanted(
        **{name: clean(request.args.get(name, "")).strip()[:60] for name in ("q", "state", "kind", "view")}
    )
    rows, total = queries.register(wanted, actor, size=at.size, page=at.page)
    waiting = {a.subject_id: a for a in queries.waiting(actor)}
    return page(
        "releases/index.html", block="results", releases=rows, total=total, wanted=wanted, paging=at, here=here,
        waiting=waiting, unclear=queries.unclear(rows, clock.now()), states=STATES, rules=rules, printed_at=clock.now(),
        may_write=actor.has(*WRITERS),
        kind_choices=[("", "全部类别"), *((c.kind, c.title) for c in rules.chains.values())],
        state_choices=[("", "全部状态"), *((state, words[0]) for state, words in STATES.items())],
    )  # fmt: skip


@blueprint.get("/new")
@allow(*WRITERS)
def new() -> Any:
    """An empty letter."""
    form = LetterForm.by(pack(current_visit().pack), on_page=True, kind=request.args.get("kind", "notice"))
    return _form(form)


@blueprint.post("")
@allow(*WRITERS)
@once
def create() -> Any:
    """Keep a draft."""
    form = LetterForm.by(pack(current_visit().pack), request.form)
    if form.validate():
        try:
            made = actions.draft(
                kind=form.kind.data, title=form.title.data, body=form.body.data, to=form.to({}),
                flags=form.flags.data or (), by=current_actor(),
            )  # fmt: skip
            return done(url_for("releases.show", id=made.id), f"已保存草稿 {made.number}")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    return _form(form, status=422)


@blueprint.get("/<uuid:id>/edit")
@allow(*WRITERS)
def edit(id: UUID) -> Any:
    """The current version in a form; the author's alone."""
    release = _release(id)
    if release.author_id != current_actor().id:
        raise Forbidden(f"只有经办人{release.author_name}可以修改")
    if not release.editable:
        raise Conflict("已开始发布，不能再修改。需要更正时请另发一份")
    return _form(LetterForm.of(pack(current_visit().pack), release.kind, release.current), release)


@blueprint.post("/<uuid:id>/versions")
@allow(*WRITERS)
@once
def revise(id: UUID) -> Any:
    """Keep the next version; earlier decisions are void (H3)."""
    release = _release(id)
    form = LetterForm.by(pack(current_visit().pack), request.form)
    del form.kind  # a letter keeps the kind it was begun with
    if form.validate():
        known = {r.address: r.customer_id for r in release.current.recipients}
        try:
            kept = actions.edit(
                id, title=form.title.data, body=form.body.data, to=form.to(known), flags=form.flags.data or (),
                version=_number("version"), by=current_actor(),
            )  # fmt: skip
            return done(url_for("releases.show", id=id), f"已保存第 {kept.version} 版")
        except Conflict as conflict:
            db.session.rollback()
            form.form_errors.append(f"{conflict}。您填写的内容还在下面，没有丢")
            return _form(form, _release(id), status=409)
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    return _form(form, _release(id), status=422)


@blueprint.get("/<uuid:id>")
@allow()
def show(id: UUID) -> Any:
    """One release with its chain, its text against the version before, its checks and its deliveries."""
    return _show(id)


@blueprint.post("/<uuid:id>/submission")
@allow(*WRITERS)
@once
def submit(id: UUID) -> Any:
    """Submit what is shown to its chain (H2)."""
    copies = [UUID(v) for v in request.form.getlist("copies") if _is_uuid(v)]
    return _try(
        id, lambda: actions.submit(id, version=_number("version"), by=current_actor(), copies=copies), "已提交审批"
    )


@blueprint.post("/<uuid:id>/decisions")
@allow()
@once
def decide(id: UUID) -> Any:
    """Decide the waiting step on exactly the version and text that were shown (A3, H3)."""
    form = request.form
    try:
        outcome = actions.decide(
            _release(id).id, approval_id=_uuid("approval"), verdict=form.get("verdict", ""),
            reason=form.get("reason", "")[:2000], version=_number("version"), content_hash=form.get("hash", ""),
            by=current_actor(),
        )  # fmt: skip
    except Problem as problem:
        return _refused(id, problem)
    return done(url_for("releases.show", id=id), _said(outcome))


def _said(outcome: Any) -> str:
    if outcome.state == "returned":
        return "已退回经办人修改"
    if outcome.next is not None:
        return f"已同意，送{outcome.next.label}"
    return "已批准，开始发布"


@blueprint.post("/decisions")
@allow()
@once
def decide_many() -> Any:
    """Approve several that wait for the reader, each on its own; the answer tells row by row what happened."""
    results = []
    for value in sorted(set(request.form.getlist("ids")))[:50]:
        release_id, approval_id, version, content_hash = [*value.split(":"), "", "", ""][:4]
        release = queries.find(UUID(release_id)) if _is_uuid(release_id) else None
        if release is None or not _is_uuid(approval_id) or not version.isdecimal():
            continue
        title, number, where = release.title, release.number, url_for("releases.show", id=release.id)
        try:
            with db.session.begin_nested():
                outcome = actions.decide(
                    release.id, approval_id=UUID(approval_id), verdict="approved", reason="", version=int(version),
                    content_hash=content_hash, by=current_actor(),
                )  # fmt: skip
            results.append((True, number, title, where, _said(outcome)))
        except (Problem, Forbidden) as refusal:
            results.append((False, number, title, where, str(refusal)))
    back = url_for("releases.index", view="waiting")
    if not results:
        return done(back, "请先勾选要同意的信息")
    settle(back)
    return page("releases/batch.html", results=results, back=back)


@blueprint.post("/<uuid:id>/withdrawal")
@allow(*WRITERS)
@once
def withdraw(id: UUID) -> Any:
    """Take a submission back."""
    return _try(id, lambda: actions.withdraw(id, by=current_actor()), "已撤回，可以继续修改")


@blueprint.post("/<uuid:id>/transfers")
@allow()
@once
def transfer(id: UUID) -> Any:
    """Hand the waiting step to a colleague."""
    return _try(id, lambda: actions.transfer(id, to=_uuid("to"), by=current_actor()), "已转交")


@blueprint.post("/<uuid:id>/urgings")
@allow(*WRITERS)
@once
def urge(id: UUID) -> Any:
    """Urge whoever must decide."""
    return _try(id, lambda: actions.urge(id, by=current_actor()), "已催办")


@blueprint.post("/<uuid:id>/copies")
@allow(*WRITERS)
@once
def copy(id: UUID) -> Any:
    """Send a copy for information to a colleague."""
    return _try(id, lambda: actions.copy(id, to=[_uuid("to")], by=current_actor()), "已抄送")


@blueprint.post("/<uuid:id>/acknowledgement")
@allow()
@once
def acknowledge(id: UUID) -> Any:
    """Say that one's copy was read."""
    return _try(id, lambda: actions.acknowledge(id, by=current_actor()), "已阅")


@blueprint.post("/<uuid:id>/attempts/<uuid:attempt>/resolution")
@allow(*WRITERS)
@once
def resolve(id: UUID, attempt: UUID) -> Any:
    """A person's decision about a delivery whose outcome is unknown or that failed."""
    verdict, note = request.form.get("verdict", ""), request.form.get("note", "")
    said = "已记录核实结果" if verdict == "delivered" else "已安排重新发送"
    return _try(id, lambda: actions.resolve_unknown(attempt, verdict=verdict, note=note, by=current_actor()), said)


def _try(id: UUID, act: Any, said: str) -> Any:
    _release(id)
    try:
        act()
    except Problem as problem:
        return _refused(id, problem)
    return done(url_for("releases.show", id=id), said)


def _refused(id: UUID, problem: Problem) -> Any:
    """The page again, as it is now, with what was wrong and what was typed."""
    db.session.rollback()
    return _show(id, 409 if isinstance(problem, Conflict) else 422, [(problem.field, str(problem))])


def _show(id: UUID, status: int = 200, errors: list[tuple[str, str]] | None = None) -> Any:
    release, visit = _release(id), current_visit()
    values = context(release, current_actor(), pack(visit.pack), plain=request.args.get("view") == "final")
    return page(
        "releases/show.html", status=status, errors=errors or [], typed=request.form, printed_at=clock.now(),
        case_url=_case(release), **values,
    )  # fmt: skip


def _case(release: Release) -> str:
    """The page of the case that this letter answers; a slice above this one, known by its name only."""
    endpoint = f"{release.subject_type}.show"
    return url_for(endpoint, id=release.subject_id) if endpoint in current_app.view_functions else ""


def _form(form: LetterForm, release: Release | None = None, status: int = 200) -> Any:
    return page("releases/form.html", block="letter", status=status, form=form, release=release)


def _release(id: UUID) -> Release:
    return queries.find(id) or abort(404)


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _uuid(name: str) -> UUID:
    """A key out of the form. Raises Problem when it is none."""
    value = request.form.get(name, "")
    if not _is_uuid(value):
        raise Problem("请从列表里选择一项", name)
    return UUID(value)


def _number(name: str) -> int:
    value = request.form.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 9 else 0
