"""The tables of any month: shown, sent, taken along as a workbook."""

from typing import Any

from flask import request, url_for

from saas import clock
from saas.db import db
from saas.identity import allow, current_actor, current_pack
from saas.policy.here import pack_on
from saas.problem import Problem
from saas.web import done, downloads, once, page
from tenants.digests import access, actions, queries, tables
from tenants.digests.actions.sending import receivers
from tenants.digests.figures import take
from tenants.digests.routes import blueprint, cases_url
from tenants.digests.sheet import workbook
from tenants.digests.words import CALLBACKS, CLAUSES, SENT, STATISTICS, TITLES, Days, asked_month, title

EITHER = f"<any({', '.join(SENT)}):kind>"


@blueprint.get("/statistics")
@allow(access.READERS)
def statistics() -> Any:
    """投诉统计表 of `?month=2026-11`, as the records say now; every figure leads to its cases (D14)."""
    return shown(STATISTICS, asked_month(request.args.get("month", "")))


@blueprint.get("/callbacks")
@allow(access.READERS)
def callbacks() -> Any:
    """回访统计 of a month (D17)."""
    return shown(CALLBACKS, asked_month(request.args.get("month", "")))


def shown(kind: str, days: Days, problem: str = "", status: int = 200) -> Any:
    """The page of a month, with what could not be done."""
    pack, now = pack_on(days.begin), current_pack()
    figures, sent = take(kind, days, pack), queries.of(kind, days.begins)
    paper = queries.paper_of(sent) if sent else None
    asked = bool(sent and sent.receipts) or bool(paper and paper.underway)
    clause, actor = now.clauses.get(CLAUSES[kind]), current_actor()
    back, on = (each if each.begin <= clock.now() else None for each in (days.before, next_month(days)))
    return page(
        "digests/month.html", status=status, kind=kind, titles=TITLES, days=days, figures=figures, sent=sent,
        paper=paper, pack=pack, clause=clause, problem=problem,
        tables=tables.tables(figures, pack) if kind == STATISTICS else [], note=tables.NOTE,
        plain=tables.callback_tables(figures, pack) if kind == CALLBACKS else [],
        chart=tables.chart(figures, pack) if kind == STATISTICS else None,
        calls=queries.callbacks(days) if kind == CALLBACKS else [],
        href=lambda line, cell: cases_url(tables.narrowed(line, cell, days)),
        may_send=actor.has(*now.bound(CLAUSES[kind])) and days.end <= clock.now() and not asked,
        to="、".join(now.roles[role] for role in (
            now.settings.statistics_to if kind == STATISTICS else now.settings.callback_statistics_to
        )),
        there=bool(receivers(kind, now)), back=back, on=on, over=days.end <= clock.now(),
    )  # fmt: skip


def next_month(days: Days) -> Days:
    """The month after."""
    return asked_month(f"{days.ends:%Y-%m}")


@blueprint.post(f"/{EITHER}/sending")
@allow(access.senders)
@once
def send(kind: str) -> Any:
    """Send it now; otherwise the scheduler does, a day before it is due."""
    days = asked_month(request.form.get("month", ""))
    try:
        actions.send(kind, days, by=current_actor())
    except Problem as problem:
        db.session.rollback()
        return shown(kind, days, str(problem), problem.status)
    here = url_for(f"digests.{kind}", month=f"{days.begins:%Y-%m}")
    return done(here, f"{title(kind, days)}正在生成，生成后自动呈报")


@blueprint.post(f"/{EITHER}/exports")
@allow(access.READERS)
def export(kind: str) -> Any:
    """What the records say of a month now, as .xlsx."""
    days = asked_month(request.form.get("month", ""))
    data = workbook(
        kind, days, take(kind, days, pack_on(days.begin)), queries.of(kind, days.begins), by=current_actor()
    )
    db.session.commit()
    return downloads.workbook(data, f"{kind}-{days.begins:%Y-%m}.xlsx")
