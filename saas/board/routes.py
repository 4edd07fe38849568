"""合规看板: in the head office all projects of the company, in a project its own months; evidence one click away."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, current_app, request, url_for

from saas import clock
from saas.board import exports, office, project, reconciling, spans, trend
from saas.board.cell import behind
from saas.board.wanted import SHOWS, Wanted
from saas.identity import allow, current_visit
from saas.identity.access import current_actor
from saas.policy.evidence import MET, MISSED, OPEN, Question, Source, told
from saas.policy.periods import Every
from saas.tenancy import Visit
from saas.tenancy.models import HEAD_OFFICE
from saas.tenancy.places import Home, homes
from saas.web import downloads, once, page
from saas.web.once import settle
from saas.web.page import wants_part
from saas.web.paging import here
from saas.web.shell import NavItem, may_open

READERS = ("project_manager", "service_supervisor", "division_leader", "general_manager", "quality")
VERDICTS = {
    MISSED: ("未做到", "red", "triangle-alert"), OPEN: ("进行中", "blue", "clock"), MET: ("已做到", "green", "check"),
}  # fmt: skip

BELOW = "board"
"""Below this address, relative to that of a board, are its cells."""

blueprint = Blueprint("board", __name__, url_prefix="/<company>/<project>/board")
NAV = (NavItem("品质运营中心", "合规看板", "shield-check", "board.index", key="b", order=50, head_office=None),)


def known() -> Mapping[str, Source]:
    """The evidence that the slices answer for."""
    found: Mapping[str, Source] = current_app.extensions["evidence"]
    return found


@blueprint.get("")
@allow(*READERS)
def index() -> Any:
    """The board of the place at hand."""
    visit, wanted = current_visit(), Wanted.of(request.args)
    return _office(visit, wanted) if visit.kind == HEAD_OFFICE else _project(visit, wanted)


def _office(visit: Visit, wanted: Wanted) -> Any:
    now, places = clock.now(), homes(visit.company, visit.user_id)
    made = office.board(wanted, visit.pack, visit.schema, places, known(), BELOW, now)
    mine = {home.slug for home in places if set(home.roles) & set(READERS)}
    lasting = [*spans.latest(Every.MONTH, spans.MONTHS), *spans.latest(Every.QUARTER, spans.QUARTERS)]
    return page(
        "board/office.html", block="results", board=made,
        lines=trend.trend(made.on, now, made.stamp), columns=office.COLUMNS,
        late_note=f"涉及 {made.late_projects} 个项目" if made.late_projects else "",
        place_url=lambda slug: url_for("board.index", project=slug) if slug in mine else here(project=slug, page=None),
        periods=[(spans.code(each), each.label) for each in lasting], **_frame(wanted, made),
    )  # fmt: skip


def _project(visit: Visit, wanted: Wanted) -> Any:
    now = clock.now()
    made = project.board(wanted, visit.pack, visit.schema, known(), BELOW, now)
    return page(
        "board/project.html", block="results", board=made,
        lines=trend.trend(made.on, now, made.stamp, tenant=visit.schema), late_note="",
        periods=[(spans.code(each), each.label) for each in spans.latest(Every.MONTH, spans.MONTHS)],
        **_frame(wanted, made),
    )  # fmt: skip


def _frame(wanted: Wanted, made: office.OfficeBoard | project.ProjectBoard) -> dict[str, Any]:
    chapters = {code: label for pack in made.packs for code, label in pack.chapters.items()}
    return {
        "wanted": wanted,
        "chapters": [("", "全部章节"), *chapters.items()], "shows": SHOWS, "part": wants_part(),
        "version": "、".join(pack.version for pack in made.packs), "compared": reconciling.last(made.stamp),
        "until": made.stamp.until,
        "at_page": here, "export_url": url_for("board.export", **wanted.args), "percent": percent,
    }  # fmt: skip


def percent(rate: float | None) -> str:
    """85.0%, or -- where nothing has been judged."""
    return "--" if rate is None else f"{rate:.1f}%"


@blueprint.get("/<clause_id>")
@allow(*READERS)
def evidence(clause_id: str) -> Any:
    """The evidence of a clause in the place at hand: the records that were counted, one click away."""
    visit, wanted = current_visit(), Wanted.of(request.args)
    found = behind(visit.pack, clause_id, wanted.span, visit.schema, clock.now()) or abort(404)
    source = known().get(found.clause.evidence)
    asked = Question(found.clause, found.pack, found.period.begin, found.period.end)
    records = told(source.query(asked)) if source else None
    groups = [
        (verdict, getattr(records, verdict), [each for each in records.records if each.verdict == verdict])
        for verdict in VERDICTS
    ] if records else []  # fmt: skip
    return page(
        "board/evidence.html", behind=found, groups=groups, verdicts=VERDICTS, off=source is None, wanted=wanted,
        opens=lambda name: may_open(name, visit),
    )  # fmt: skip


@blueprint.get("/<clause_id>/<slug>")
@allow(*READERS)
def cell(clause_id: str, slug: str) -> Any:
    """Head office: a cell of one of its projects, or of its own, with the way to the records."""
    visit, wanted = current_visit(), Wanted.of(request.args)
    if visit.kind != HEAD_OFFICE:
        abort(404)
    own = Home(visit.schema, visit.project, office.COMPANY, tuple(visit.roles))
    places = (own, *homes(visit.company, visit.user_id))
    home = next((each for each in places if each.slug == slug), None) or abort(404)
    found = behind(visit.pack, clause_id, wanted.span, home.schema, clock.now()) or abort(404)
    return page(
        "board/cell.html", block="panel", behind=found, home=home, wanted=wanted,
        may=bool(set(home.roles) & set(READERS)),
    )  # fmt: skip


@blueprint.post("/exports")
@allow(*READERS)
@once
def export() -> Any:
    """What is shown, as .xlsx; taking it is an event. The page gives its form a new key after each press."""
    visit, wanted = current_visit(), Wanted.of(request.args)
    at_office, places = visit.kind == HEAD_OFFICE, [(visit.schema, visit.project_name)]
    if at_office:
        every = homes(visit.company, visit.user_id)
        places = [(each.schema, each.name) for each in every if office.named(each, wanted)]
    data = exports.export(
        wanted, visit.pack, places, known(), office=None if at_office else False, by=current_actor()
    )  # fmt: skip
    settle(url_for("board.index", **wanted.args))
    return downloads.workbook(data, f"board-{wanted.code}.xlsx")
