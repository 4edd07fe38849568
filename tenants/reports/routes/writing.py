"""Write: begin a quarter, edit a section with a preview from the server, take figures, put pictures in, submit."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas.db import db
from saas.identity import allow, current_actor
from saas.pictures.decoding import LARGEST
from saas.problem import Conflict, Problem
from saas.web import done, once, page
from saas.web.typed import blame, whole
from tenants.reports import access, drafting, pictures, submitting
from tenants.reports.content import length
from tenants.reports.drafting import section_of
from tenants.reports.figures import as_of, groups
from tenants.reports.forms import PictureForm, SectionForm
from tenants.reports.holding import sections_of, template_of, version_of
from tenants.reports.models import Report
from tenants.reports.page import contents, known
from tenants.reports.reading import Chapter, text_of
from tenants.reports.routes import blueprint
from tenants.reports.routes.pages import _index
from tenants.reports.routes.shown import carry_out, found, number_of


@blueprint.post("")
@allow(*access.WRITERS)
@once
def start() -> Any:
    """Begin the report of a quarter."""
    try:
        report = drafting.start(_day(request.form.get("begins", "")), by=current_actor())
    except Problem as problem:
        db.session.rollback()
        return _index(problem.status, [("", str(problem))])
    first = sections_of(report)[0].code
    return done(url_for("reports.section", id=report.id, code=first), f"已开始起草{report.title}，数据已从记录读取")


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Problem("请从列表里选择季度", "begins") from None


@blueprint.get("/<uuid:id>/sections/<code>")
@allow(*access.WRITERS)
def section(id: UUID, code: str) -> Any:
    """One section in the editor, with the figures that stand in it."""
    report = _editable(id)
    text = version_of(report).texts.get(_code(report, code), "")
    return _editor(report, code, SectionForm(data={"text": text, "version": str(report.version)}))


@blueprint.post("/<uuid:id>/sections/<code>")
@allow(*access.WRITERS)
@once
def write(id: UUID, code: str) -> Any:
    """Keep the text as the next version; or show how it will look."""
    report = _editable(id)
    _code(report, code)
    form = SectionForm(request.form)
    if "preview" in request.form:
        return _editor(report, code, form, preview=True)
    try:
        kept = drafting.write(id, code, form.text.data or "", version=whole(form.version.data), by=current_actor())
    except Problem as problem:
        db.session.rollback()
        conflict = isinstance(problem, Conflict)
        if conflict:
            form.form_errors.append(f"{problem}。您填写的内容还在下面，没有丢")
            form.version.data = str(report.version)
        else:
            blame(form, problem)
        return _editor(found(id), code, form, status=409 if conflict else 422)
    onward = request.form.get("go") == "next" and _next(report, code)
    where = url_for("reports.section", id=id, code=onward or code)
    return done(where, f"已保存第 {kept.version} 版")


def _next(report: Report, code: str) -> str:
    """The section after this one that an author writes."""
    codes = [section.code for section in sections_of(report)]
    return next(iter(codes[codes.index(code) + 1 :]), "")


@blueprint.post("/<uuid:id>/figures")
@allow(*access.WRITERS)
@once
def take_figures(id: UUID) -> Any:
    """Take the figures again."""
    report = found(id)
    code = request.form.get("section", "")
    if code not in {section.code for section in sections_of(report)}:
        return carry_out(id, lambda: drafting.take_figures(id, by=current_actor()), "数据已更新")
    drafting.take_figures(id, by=current_actor())
    return done(url_for("reports.section", id=id, code=code), "数据已更新")


@blueprint.post("/<uuid:id>/sections/<code>/pictures")
@allow(*access.WRITERS)
@once
def add_picture(id: UUID, code: str) -> Any:
    """Put a picture into a section; 422 for what is no picture, or one that is too large."""
    report = _editable(id)
    _code(report, code)
    form, file = PictureForm(request.form), request.files.get("picture")
    data = file.stream.read(LARGEST + 1) if file else b""
    if form.validate():
        try:
            pictures.add(id, code, caption=form.caption.data or "", data=data, by=current_actor())
            return done(url_for("reports.section", id=id, code=code), "已加入照片")
        except Problem as problem:
            db.session.rollback()
            blame(form, problem)
    text = version_of(found(id)).texts.get(code, "")
    typed_in = SectionForm(data={"text": text, "version": str(report.version)})
    return _editor(found(id), code, typed_in, status=422, picture_form=form)


@blueprint.post("/<uuid:id>/pictures/<uuid:picture>/removal")
@allow(*access.WRITERS)
@once
def remove_picture(id: UUID, picture: UUID) -> Any:
    """Take a picture out."""
    report = _editable(id)
    at = next((each["section"] for each in version_of(report).pictures if each["id"] == str(picture)), None)
    if at is None:
        abort(404)
    pictures.remove(id, picture, by=current_actor())
    return done(url_for("reports.section", id=id, code=at), "已移除照片")


@blueprint.post("/<uuid:id>/submission")
@allow(*access.WRITERS)
@once
def submit(id: UUID) -> Any:
    """Submit what is shown (I1, I2)."""
    return carry_out(id, lambda: submitting.submit(id, version=number_of("version"), by=current_actor()), "已提交审批")


def _editable(id: UUID) -> Report:
    report = found(id)
    if known(report).publication is not None:
        raise Conflict("报告已公布，不能再改。需要更正时请另发通知说明")
    return report


def _code(report: Report, code: str) -> str:
    try:
        return section_of(report, code).code
    except Problem:
        abort(404)


def _editor(
    report: Report, code: str, form: SectionForm, *, status: int = 200, preview: bool = False,
    picture_form: PictureForm | None = None,
) -> Any:  # fmt: skip
    here, at = known(report), section_of(report, code)
    version, text = here.version, text_of(form.text.data or "")
    counted = groups(version.figures)
    mine = tuple(each for each in version.pictures if each["section"] == code)
    chapter = Chapter(at, text, tuple(counted[each] for each in at.figures if each in counted), mine)
    main = here.decisions.main
    return page(
        "reports/section.html", block="editor", status=status, report=report, version=version, section=at, form=form,
        chapter=chapter, preview=preview, contents=contents(report, version, code), pictures=mine,
        picture_form=picture_form or PictureForm(), most=template_of(report.quarter),
        taken=as_of(version.figures), length=length(form.text.data or ""), decided=main is not None,
        stale=(taken := as_of(version.figures)) is None or taken < report.quarter.end,
        decider=main is None and current_actor().has("project_manager"), next=_next(report, code),
    )  # fmt: skip
