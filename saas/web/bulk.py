"""Acting on the records picked in a list: the pages that ask what is needed, and that tell what became of each."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, request, url_for
from wtforms import Form, StringField
from wtforms.validators import DataRequired

from saas import bulk_runs
from saas.bulk_runs import EXPORT, MOST, Bulk, Outcome, Pick
from saas.db import db
from saas.identity import current_actor, current_pack
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.problem import Problem
from saas.web import downloads, typed
from saas.web.once import done
from saas.web.page import page, see
from saas.web.typed import blame, chosen, longest, whole


class ExportForm(Form):  # type: ignore[misc]
    """What it is for."""

    Meta = typed.Meta
    reason = StringField("导出用途", validators=[DataRequired("请写下导出用途"), longest(bulk_runs.LONGEST)])


@dataclass(frozen=True)
class Act:
    """One thing to do to many: its title, how to do it, and the form that asks what is needed; without one it is done
    at once. `button` sends the form."""

    title: str
    run: Callable[[list[Pick], Any, Actor], Outcome]
    make: Callable[[Any], Any] | None = None
    button: str = ""


@dataclass(frozen=True)
class Described:
    """A record as the pages list it."""

    title: str
    number: str
    state: str
    tone: str
    who: str


@dataclass(frozen=True)
class Many:
    """The acts of a slice by their verbs. Its blueprint has `index`, `show`, `bulk`, `bulk_run`, `bulk_file`."""

    about: Bulk
    blueprint: str
    acts: Mapping[str, Act]
    describe: Callable[[Any], Described]
    workbook: Callable[[Outcome, Pack], bytes]

    def at(self, endpoint: str, **values: Any) -> str:
        """An address of the slice."""
        return url_for(f"{self.blueprint}.{endpoint}", **values)


def take(many: Many, allowed: Collection[str]) -> Any:
    """Do at once what asks nothing; for the others a form that asks what is needed, and then do it."""
    picks, verb, by = _picks(), request.form.get("act", ""), current_actor()
    known = verb in allowed and verb in many.acts
    if not known or not picks:
        flash(f"请先在列表里勾选{many.about.word}，再选择要做的事" if known else "请选择要做什么", "error")
        return see(many.at("index"))
    act, going = many.acts[verb], "go" in request.form
    form = act.make(request.form if going else None) if act.make else None
    if form is None or (going and form.validate()):
        try:
            outcome = act.run(picks, form, by)
            return done(many.at("bulk_run", run_id=outcome.run.id), outcome.words)
        except Problem as problem:
            db.session.rollback()
            if form is None:
                flash(str(problem), "error")
                return see(many.at("index"))
            blame(form, problem)
    cases = [(each.id, many.describe(each)) for each in bulk_runs.chosen(many.about, [key for key, _ in picks])]
    return page(
        "shared/bulk.html", status=422 if going else 200, many=many, verb=verb, act=act, form=form, picks=picks,
        cases=cases, export=verb == EXPORT,
    )  # fmt: skip


def told(many: Many, run_id: UUID) -> Any:
    """What became of each."""
    outcome = bulk_runs.find(many.about, run_id, current_actor()) or abort(404)
    results = [(each, many.describe(each.subject) if each.subject else None) for each in outcome.results]
    return page(
        "shared/bulk_run.html", many=many, run=outcome.run, results=results, fine=outcome.fine,
        title=many.acts[outcome.run.verb].title, export=outcome.run.verb == EXPORT,
    )  # fmt: skip


def workbook(many: Many, run_id: UUID) -> Any:
    """The workbook of an export, for who asked for it."""
    outcome = bulk_runs.find(many.about, run_id, current_actor())
    if outcome is None or outcome.run.verb != EXPORT:
        abort(404)
    data = many.workbook(outcome, current_pack())
    return downloads.workbook(data, f"{many.blueprint}-{outcome.run.ran_at:%Y%m%d}.xlsx")


def _picks() -> list[Pick]:
    found = []
    for value in request.form.getlist("ids")[: MOST + 1]:
        key, _, version = value.partition(":")
        if (subject_id := chosen(key)) is not None:
            found.append((subject_id, whole(version)))
    return list(dict.fromkeys(found))
