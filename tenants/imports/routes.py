"""导入: upload, watch it being read, look at what was understood, then have it written (B13)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request, url_for

from saas.db import db
from saas.identity import allow, current_actor
from saas.problem import Conflict, Problem
from saas.sheets import write
from saas.web import done, downloads, once, page, typed
from saas.web.paging import here, paging
from saas.web.shell import NavItem
from tenants.complaints import ledger
from tenants.customers import roster
from tenants.customers.access import IMPORT
from tenants.imports import actions, queries
from tenants.imports.models import KINDS, STATES, Import

blueprint = Blueprint("imports", __name__, url_prefix="/<company>/<project>/imports")
NAV = (NavItem("管理", "导入", "file-up", "imports.index", order=40),)


@blueprint.get("")
@allow(*IMPORT)
def index() -> Any:
    """Past imports, and the form for a new one."""
    return _index()


def _index(problem: Problem | None = None) -> Any:
    at = paging()
    found, total = queries.imports(at.offset, at.size)
    return page(
        "imports/index.html", block="results" if problem is None else "upload_form", status=422 if problem else 200,
        imports=found, total=total, paging=at, here=here, KINDS=KINDS, STATES=STATES, problem=problem,
        kind=request.values.get("kind", "roster"), largest=actions.LARGEST >> 20,
    )  # fmt: skip


@blueprint.post("")
@allow(*IMPORT)
@once
def create() -> Any:
    """Take a file in; 422 for what is no workbook, hostile, empty or too large."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _index(Problem("请选择要导入的 .xlsx 文件", "file"))
    try:
        made = actions.upload(
            request.form.get("kind", ""), file.filename, file.stream.read(actions.LARGEST + 1), by=current_actor()
        )
    except Problem as problem:
        return _index(problem)
    return done(url_for("imports.show", import_id=made.id), f"已收到“{made.filename}”，正在逐行查错")


@blueprint.get("/<uuid:import_id>")
@allow(*IMPORT)
def show(import_id: UUID) -> Any:
    """How far it is, and once read, the rows to look at."""
    return _show(_import(import_id))


def _show(found: Import, problem: Problem | None = None, status: int = 200) -> Any:
    at, shown = paging(), request.args.get("shown", "")
    if shown not in queries.SHOWN:
        shown = "error" if found.count("errors") else "good"
    rows, total = queries.rows(found, shown, at.offset, at.size)
    return page(
        "imports/show.html", block="results", status=status, found=found, rows=rows, total=total, shown=shown,
        paging=at,
        here=here, KINDS=KINDS, STATES=STATES, SHOWN=queries.SHOWN, columns=ledger.COLUMNS, problem=problem,
        twin=queries.same_file(found),
        titles=[("", "没有这一列"), *enumerate(found.header)], good=found.count("rows") - found.count("errors"),
    )  # fmt: skip


@blueprint.get("/<uuid:import_id>/progress")
@allow(*IMPORT)
def progress(import_id: UUID) -> Any:
    """How far the worker is; when it is done, the browser is sent to the result."""
    found = _import(import_id)
    answer = page("imports/_progress.html", found=found)
    if not found.busy:
        answer.headers["HX-Redirect"] = url_for("imports.show", import_id=import_id)
    return answer


@blueprint.post("/<uuid:import_id>/mapping")
@allow(*IMPORT)
@once
def remap(import_id: UUID) -> Any:
    """Other columns for the fields of a ledger: read it again."""
    _import(import_id)
    given = {column.key: request.form.get(f"column-{column.key}", "") for column in ledger.COLUMNS}
    mapping = {key: int(index) for key, index in given.items() if index.isdecimal() and len(index) < 5}
    try:
        actions.remap(import_id, mapping, version=typed.version(request.form), by=current_actor())
    except Problem as problem:
        return _refuse(import_id, problem)
    return done(url_for("imports.show", import_id=import_id), "正在按新的对应关系重新读取")


@blueprint.post("/<uuid:import_id>/publication")
@allow(*IMPORT)
@once
def publish(import_id: UUID) -> Any:
    """A person has looked: write the good rows."""
    _import(import_id)
    try:
        actions.order_publication(import_id, version=typed.version(request.form), by=current_actor())
    except Problem as problem:
        return _refuse(import_id, problem)
    return done(url_for("imports.show", import_id=import_id), "正在写入")


@blueprint.post("/<uuid:import_id>/retries")
@allow(*IMPORT)
@once
def retry(import_id: UUID) -> Any:
    """Ask the worker once more."""
    _import(import_id)
    actions.retry(import_id, version=typed.version(request.form), by=current_actor())
    return done(url_for("imports.show", import_id=import_id), "已再次提交，请稍候")


@blueprint.post("/<uuid:import_id>/withdrawal")
@allow(*IMPORT)
@once
def discard(import_id: UUID) -> Any:
    """Do not write it."""
    _import(import_id)
    actions.discard(import_id, version=typed.version(request.form), by=current_actor())
    return done(url_for("imports.index"), "已放弃，没有写入任何内容")


@blueprint.post("/<uuid:import_id>/errors")
@allow(*IMPORT)
def errors(import_id: UUID) -> Any:
    """The refused rows, to correct and upload again. Taken twice is taken twice: a key would refuse the second file."""
    _import(import_id)
    data = actions.take_errors(import_id, by=current_actor())
    db.session.commit()
    return _sheet(data, f"errors-{import_id.hex[:8]}.xlsx")


@blueprint.get("/templates/<kind>.xlsx")
@allow(*IMPORT)
def template(kind: str) -> Any:
    """An empty workbook to fill in."""
    if kind == "roster":
        return _sheet(roster.template(), "roster.xlsx")
    if kind == "ledger":
        return _sheet(write([], [column.title for column in ledger.COLUMNS], KINDS["ledger"]), "ledger.xlsx")
    abort(404)


def _refuse(import_id: UUID, problem: Problem) -> Any:
    if isinstance(problem, Conflict):
        raise problem
    db.session.rollback()
    return _show(_import(import_id), problem, 422)


def _sheet(data: bytes, name: str) -> Response:
    return downloads.workbook(data, name)


def _import(key: UUID) -> Import:
    return db.session.get(Import, key) or abort(404)
