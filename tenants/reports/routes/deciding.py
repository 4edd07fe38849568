"""Finance decides about its section; papers are asked for; the committee is asked; the report is published."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from saas.db import db
from saas.identity import allow, current_actor
from saas.problem import Problem
from saas.web import done, once
from tenants.reports import access, archive, committee, papers, publishing, submitting
from tenants.reports.routes import blueprint
from tenants.reports.routes.shown import carry_out, found, key_of, number_of, refused


@blueprint.post("/<uuid:id>/finance/decisions")
@allow()
@once
def decide_finance(id: UUID) -> Any:
    """Decide about the finance section of exactly the version that was shown (I2)."""
    form, report = request.form, found(id)
    try:
        outcome = submitting.decide_finance(
            report.id, approval_id=key_of("approval"), verdict=form.get("verdict", ""),
            reason=form.get("reason", "")[:2000], version=number_of("version"), content_hash=form.get("hash", ""),
            by=current_actor(),
        )  # fmt: skip
    except Problem as problem:
        return refused(id, problem)
    said = "已退回经办人修改" if outcome.state == "returned" else "已同意财务收支部分"
    return done(url_for("reports.show", id=id), said)


@blueprint.post("/<uuid:id>/finance/submission")
@allow(*access.WRITERS)
@once
def ask_finance(id: UUID) -> Any:
    """Submit the finance section once more."""
    return carry_out(id, lambda: submitting.ask_finance_again(id, by=current_actor()), "已重新提交财务审批")


@blueprint.post("/<uuid:id>/papers")
@allow(*access.READERS)
@once
def ask_paper(id: UUID) -> Any:
    """Ask for the current version on paper: 送审稿, or the final copy again."""
    if request.form.get("final"):
        return carry_out(id, lambda: papers.ask_final(id, by=current_actor()), "正在生成定稿")
    return carry_out(id, lambda: papers.ask_draft(id, by=current_actor()), "正在生成送审稿")


@blueprint.post("/<uuid:id>/committee")
@allow(*access.PUBLISHERS)
@once
def ask_committee(id: UUID) -> Any:
    """A new link for the owners' committee; the former one is dead."""
    found(id)
    try:
        committee.open_link(id, by=current_actor())
    except Problem as problem:
        return refused(id, problem)
    return done(url_for("reports.committee", id=id), "已生成业委会审阅链接")


@blueprint.post("/<uuid:id>/waiver")
@allow(*access.EXCUSERS)
@once
def waive(id: UUID) -> Any:
    """Say why the report goes out without the committee."""
    reason = request.form.get("reason", "")
    return carry_out(id, lambda: committee.waive(id, reason=reason, by=current_actor()), "已登记原因")


@blueprint.post("/<uuid:id>/publication")
@allow(*access.PUBLISHERS)
@once
def publish(id: UUID) -> Any:
    """Publish exactly the version that was shown."""
    note = request.form.get("note", "")
    return carry_out(
        id, lambda: publishing.publish(id, version=number_of("version"), note=note, by=current_actor()),
        "已公布，公开页马上可以查看",
    )  # fmt: skip


@blueprint.post("/<uuid:id>/check")
@allow(*access.READERS)
@once
def check(id: UUID) -> Any:
    """Compare the archived copy with the register, and keep what was found."""
    found(id)
    try:
        checks = archive.check(id, by=current_actor())
    except Problem as problem:
        return refused(id, problem)
    db.session.flush()
    good = all(each.intact for each in checks)
    return done(url_for("reports.archive"), "核对完毕，存档与登记一致" if good else "存档与登记不一致，请联系管理员")
