"""收费标准: the list in force, its drafting and approval, where it is displayed, and the page for customers (C8)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, make_response, request, url_for
from sqlalchemy import select

from saas import config, qr
from saas.approvals import queries as approvals
from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.db import db
from saas.identity import allow, current_actor, public
from saas.identity.actor import Actor, Forbidden
from saas.identity.asking import always
from saas.policy.here import pack_now
from saas.policy.pack import Pack
from saas.problem import Conflict, Problem
from saas.tenancy import enter_by_link
from saas.tenancy.links import ever_opened
from saas.tenancy.staff import Profile
from saas.web import done, once, page
from saas.web.shell import NavItem
from saas.web.typed import blame
from saas.web.typed import version as version_of
from tenants.price_lists import actions, queries
from tenants.price_lists.access import KEEPERS, READERS
from tenants.price_lists.forms import DecisionForm, DisplayForm, ListForm, rows_of, spared, typed_lines
from tenants.price_lists.models import Display, PriceList

blueprint = Blueprint("price_lists", __name__, url_prefix="/<company>/<project>/price_lists")
shelf = Blueprint("shelf", __name__)
NAV = (
    NavItem(
        "对外发布", "收费标准", "file-text", "price_lists.index", order=70,
        waiting=always(approvals.waiting(PriceList.__tablename__)),
    ),
)  # fmt: skip
STATES = {
    "draft": ("草稿", "", "pencil"),
    "in_review": ("待审批", "violet", "clock"),
    "returned": ("已退回", "red", "undo-2"),
    "approved": ("已批准", "green", "check"),
}


def _found(list_id: UUID) -> PriceList:
    return queries.find(list_id) or abort(404)


def groups_of(rules: Pack) -> dict[str, str]:
    """The groups of charges, as the pack has them."""
    return dict(rules.price_lists.groups) if rules.price_lists else {}


@blueprint.get("")
@allow(READERS)
def index() -> Any:
    """The list in force, all versions, and where it is displayed."""
    return _index(DisplayForm(), 200)


def _index(form: DisplayForm, status: int) -> Any:
    rules, found = pack_now(), queries.in_force()
    return page(
        "price_lists/index.html", status=status, form=form, found=found, lists=queries.every_list(),
        displays=queries.displays(), groups=queries.grouped(found.lines, groups_of(rules)) if found else [],
        keeps=current_actor().has(*KEEPERS(rules)), states=STATES, open_one=queries.under_way(),
    )  # fmt: skip


@blueprint.post("")
@allow(KEEPERS)
@once
def draft() -> Any:
    """Begin the next version."""
    try:
        made = actions.draft(by=current_actor())
    except Conflict as problem:
        db.session.rollback()
        form = DisplayForm()
        form.form_errors.append(str(problem))
        return _index(form, 409)
    return done(url_for("price_lists.show", id=made.id), "已按现行标准起草新版，请修改后提交审批")


@blueprint.get("/<uuid:id>")
@allow(READERS)
def show(id: UUID) -> Any:
    """One version: to read, to write while it is a draft, to decide while it waits."""
    return _shown(_found(id))


def _shown(
    found: PriceList, *, form: ListForm | None = None, rows: Any = None, decision: DecisionForm | None = None,
    status: int = 200,
) -> Any:  # fmt: skip
    rules, actor = pack_now(), current_actor()
    approval = db.session.get(Approval, found.approval_id) if found.approval_id else None
    return page(
        "price_lists/show.html", block="edit" if form else None, status=status, found=found, approval=approval,
        form=form or ListForm(None, obj=found), rows=rows or rows_of(found.lines), charges=groups_of(rules),
        groups=queries.grouped(found.lines, groups_of(rules)), states=STATES, decision=decision or DecisionForm(),
        keeps=found.editable and actor.has(*KEEPERS(rules)), hashed=actions.hash_of(found),
        mine=approval is not None and found.state == "in_review" and _decides(approval, actor),
        roles=rules.roles, may_withdraw=approval is not None and approval.author_id == actor.id,
    )  # fmt: skip


def _decides(approval: Approval, by: Actor) -> bool:
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True


@blueprint.post("/<uuid:id>/lines")
@allow(KEEPERS)
@once
def write(id: UUID) -> Any:
    """Save the draft; with the button beside it, and submit it."""
    found, form = _found(id), ListForm(request.form)
    rows, status = typed_lines(request.form), 422
    if form.validate():
        try:
            saved = actions.write(
                found.id, title=form.title.data or "", note=form.note.data or "", valid_from=form.valid_from.data,
                lines=rows, version=version_of(request.form), by=current_actor(),
            )  # fmt: skip
            if "submit" in request.form:
                actions.submit(found.id, version=saved.version, by=current_actor())
                return done(url_for("price_lists.show", id=id), "已提交审批")
            return done(url_for("price_lists.show", id=id), "已保存")
        except Problem as problem:
            db.session.rollback()
            found, status = _found(id), problem.status
            blame(form, problem)
    return _shown(found, form=form, rows=spared(rows), status=status)


@blueprint.post("/<uuid:id>/decision")
@allow(READERS)
@once
def decide(id: UUID) -> Any:
    """Approve or return; the engine refuses the author, another version, a second decision."""
    found, form, status = _found(id), DecisionForm(request.form), 422
    if form.validate():
        try:
            outcome = actions.decide(
                found.id, verdict=form.verdict.data or "", reason=form.reason.data or "",
                version=version_of(request.form), hashed=form.hashed.data or "", by=current_actor(),
            )  # fmt: skip
            words = "已批准" if outcome.decided.state == "approved" else "已退回"
            return done(url_for("price_lists.show", id=id), words)
        except Problem as problem:
            db.session.rollback()
            found, status = _found(id), problem.status
            blame(form, problem)
    return _shown(found, decision=form, status=status)


@blueprint.post("/<uuid:id>/withdrawal")
@allow(KEEPERS)
@once
def withdraw(id: UUID) -> Any:
    """Take a submission back."""
    actions.withdraw(_found(id).id, by=current_actor())
    return done(url_for("price_lists.show", id=id), "已撤回，可以继续修改")


@blueprint.post("/displays")
@allow(KEEPERS)
@once
def display() -> Any:
    """Put the list in force on display."""
    form, status = DisplayForm(request.form), 422
    if form.validate():
        try:
            made = actions.display(form.label.data or "", by=current_actor())
            return done(url_for("price_lists.poster", id=made.id), "已生成公示页，可以打印张贴")
        except Problem as problem:
            db.session.rollback()
            status = problem.status
            blame(form, problem)
    return _index(form, status)


@blueprint.get("/displays/<uuid:id>")
@allow(READERS)
def poster(id: UUID) -> Any:
    """What is posted: the list in force with the QR code of its page."""
    shown: Display = db.session.get(Display, id) or abort(404)
    address = config.current().base_url + url_for("shelf.show", token=shown.token)
    return page(
        "price_lists/poster.html", shown=shown, address=address, code=qr.svg(address, "扫一扫，看收费标准"),
        **_public(),
    )  # fmt: skip


@blueprint.post("/displays/<uuid:id>/closure")
@allow(KEEPERS)
@once
def take_down(id: UUID) -> Any:
    """End a display."""
    try:
        ended = actions.take_down(id, by=current_actor())
    except LookupError:
        abort(404)
    return done(url_for("price_lists.index"), f"“{ended.label}”的公示已停用，请把贴出的取下")


@shelf.get("/f/<token>", endpoint="show")
@public
def show_publicly(token: str) -> Any:
    """The list in force, for everybody; 410 when this display has ended."""
    visit = enter_by_link(db.session(), token[:100], actions.PAGE)
    if visit is None:
        if ever_opened(db.session(), token[:100], actions.PAGE):
            abort(make_response(page("price_lists/gone.html", status=410)))
        abort(404)
    g.visit = visit
    return page("price_lists/public.html", **_public())


def _public() -> dict[str, Any]:
    found, profile = queries.in_force(), db.session.scalars(select(Profile)).one()
    groups = queries.grouped(found.lines, groups_of(pack_now())) if found else []
    return {"found": found, "groups": groups, "service_phone": profile.service_phone}
