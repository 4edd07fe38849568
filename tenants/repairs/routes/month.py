"""The rates of the months with their chart, and 有偿服务登记表 as page and workbook (E4, E5)."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, request, url_for

from saas import clock, masks
from saas.charts import Chart, Series
from saas.db import db
from saas.identity import allow, current_actor, current_pack, current_visit
from saas.policy.pack import Pack
from saas.policy.periods import Period
from saas.problem import Problem
from saas.sheets import write
from saas.web import done, downloads, once, page, see
from saas.web.typed import blame, day
from tenants.repairs import actions, month
from tenants.repairs.access import READERS, REGISTRARS
from tenants.repairs.endings import Register
from tenants.repairs.forms import RegisterForm
from tenants.repairs.routes import blueprint
from tenants.repairs.wanted import MONTH

MONTHS = 12
HEADER = ("维修单号", "房号", "客户", "维修内容", "维修人", "完工时间", "金额（元）", "票据号码", "交财务时间")


@blueprint.get("/repairs/rates")
@allow(READERS)
def rates() -> Any:
    """零修及时率, 合格率 and 回访率 of the last twelve months; every figure leads to its repairs."""
    last = month.month_of(clock.local(clock.now()).date())
    first = last
    for _ in range(MONTHS - 1):
        first = first.previous
    found, rules = month.rates(first, last), current_pack()
    goals = _goals(rules)
    shown = [each for each in found if each.due or each.called or each.finished] or found[-1:]
    labels = tuple(f"{each.month.begins:%y-%m}" for each in shown)
    series = (
        Series("及时率", tuple(each.timeliness for each in shown)),
        Series("合格率", tuple(each.pass_rate for each in shown)),
    )  # fmt: skip
    chart = Chart("lines", "零修及时率和合格率", labels, series, "%", target=goals.get("repairs.in_time"), wide=True)
    drawn = chart if any(each.due or each.called for each in shown) else None
    return page("repairs/rates.html", found=found[::-1], chart=drawn, goals=goals)


def _goals(rules: Pack) -> dict[str, int]:
    """What the quotas ask for, in percent."""
    return {
        clause.evidence: clause.target.percent
        for clause in rules.clauses.values()
        if clause.noun == "repairs" and clause.target and clause.target.percent is not None
    }


def asked_month() -> Period:
    """`?month=2026-11`, this one without it or for nonsense."""
    text = request.args.get("month", "")
    found = day(f"{text}-01") if MONTH.fullmatch(text) and text < "9999" else None
    today = clock.local(clock.now()).date()
    return month.month_of(found if found and date(1990, 1, 1) <= found <= today else today)


@blueprint.get("/repairs/registers")
@allow(READERS)
def registers() -> Any:
    """有偿服务登记表 of a month as it stands, and what was entered of it."""
    return _register(asked_month(), RegisterForm(), 200)


def _register(here: Period, form: RegisterForm, status: int) -> Any:
    rules, entered = current_pack(), [each for each in month.registers() if each.month == here.begins]
    opens = month.opens(here, rules)
    may = current_actor().has(*REGISTRARS(rules))
    return page(
        "repairs/register.html", status=status, here=here, paid=month.paid_services(here), known=month.rates_of(here),
        entered=entered, others=month.registers(), form=form, opens=opens,
        may_enter=may and clock.local(clock.now()).date() >= opens, newest=here.end > clock.now(), goals=_goals(rules),
    )  # fmt: skip


@blueprint.post("/repairs/registers")
@allow(REGISTRARS)
@once
def enter() -> Any:
    """Enter the month's register."""
    here, form, status = asked_month(), RegisterForm(request.form), 422
    if form.validate():
        try:
            actions.register(here.begins, note=form.note.data or "", by=current_actor())
            return done(url_for("repairs.registers", month=f"{here.begins:%Y-%m}"), f"已登记{here.label}的有偿服务")
        except Problem as problem:
            db.session.rollback()
            status = problem.status
            blame(form, problem)
    return _register(here, form, status)


@blueprint.get("/repairs/registers/<uuid:id>")
@allow(READERS)
def registered(id: UUID) -> Any:
    """One that was entered: on the page of its month."""
    entry: Register = db.session.get(Register, id) or abort(404)
    return see(url_for("repairs.registers", month=f"{entry.month:%Y-%m}") + "#entered")


@blueprint.get("/repairs/registers/file")
@allow(READERS)
def workbook() -> Any:
    """The month as .xlsx, names masked, with who took it and when."""
    here, visit = asked_month(), current_visit()
    rows = [
        (
            each.number, each.room, masks.name(each.reporter), masks.within(each.fault), each.technician,
            each.finished_at, each.total_fen / 100, each.receipt or "", each.handed_at,
        )
        for each in month.paid_services(here)
    ]  # fmt: skip
    mark = f"{visit.name} {clock.local(clock.now()):%Y-%m-%d %H:%M} 导出"
    data = write(rows, HEADER, f"{here.begins:%Y-%m} 有偿服务登记表", watermark=mark)
    name = f"有偿服务登记表 {here.begins:%Y-%m}.xlsx"
    return downloads.workbook(data, name)
