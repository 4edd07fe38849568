"""The report's section about repairs: its figures are those of the records, and reports from before go on (I1, E4)."""

import re
from html import unescape
from uuid import UUID

import psycopg
import pytest

from saas.db import db
from saas.pdf.book import Table
from tenants.repairs import actions
from tenants.reports.book import book
from tenants.reports.charts import chart_of
from tenants.reports.figures import groups
from tenants.reports.models import Report, ReportVersion
from tenants.reports.tables import Group
from tests.repairs.workshop import hire
from tests.reports.desk import Desk, moment

CODES = ("repair_months", "repair_rates", "repair_skills")


@pytest.mark.rule("I1")
@pytest.mark.rule("E4")
@pytest.mark.rule("E5")
def test_the_quarters_repairs_are_counted_drawn_and_printed(desk: Desk) -> None:
    shop = hire(desk.place).furnish()
    before, paid, free = (
        shop.bring_to("finished", at=moment("2026-06-30T20:00")),
        shop.bring_to("finished", at=moment("2026-07-01T00:10")),
        shop.bring_to("arrived", at=moment("2026-09-30T22:00"), skill="electricity"),
    )  # fmt: skip
    shop.quote(free, moment("2026-09-30T22:40"), quantities={}, free_reason="保修期内")
    shop.agree(free, moment("2026-09-30T22:41"))
    shop.do(actions.start, free, shop.technician, moment("2026-09-30T22:42"))
    shop.finish(free, moment("2026-09-30T23:50"))
    shop.order(moment("2026-08-10T09:00"))  # nobody came
    shop.bring_to("assigned", at=moment("2026-10-01T00:00"))  # not of the quarter
    said = {"channel": "phone", "satisfaction": 4, "opinion": "又漏"}
    for made, passed in ((before, True), (paid, False), (free, True)):
        shop.do(actions.call_back, made, shop.steward, moment("2026-09-30T23:55"), passed=passed, **said)
    report = desk.start()
    known = {group.code: group for group in _figures(desk, report)}
    months, rates, skills = (known[code] for code in CODES)
    assert {row.label: row.values for row in months.rows} == {
        "4 月": (0, 0, 0, 0, None), "5 月": (0, 0, 0, 0, None), "6 月": (1, 1, 1, 1, 100.0),
        "7 月": (1, 1, 1, 1, 100.0), "8 月": (1, 0, 1, 0, 0.0), "9 月": (1, 1, 1, 1, 100.0),
    }  # fmt: skip
    assert [row.values for row in rates.rows] == [(3, 2, 66.7, 95.0), (3, 2, 66.7, 95.0), (2, 2, 100.0, 30.0)]
    assert {row.label: row.values for row in skills.rows} == {
        "水暖": (2, 1, 1, 0, 100.0, 0.0), "强电": (1, 1, 0, 1, 0.0, 100.0), "合计": (3, 2, 1, 1, 50.0, 50.0),
    }  # fmt: skip
    chart = chart_of(months)
    assert chart is not None
    assert chart.over is not None
    page = desk.supervisor.get(f"reports/{report}")
    assert "零修及时率、合格率和回访率" in page.text
    assert "month=2026-08" in page.text
    lists = re.findall(r'href="([^"]+/repairs/\?[^"]+)">(\d+)<', page.text)
    assert len(lists) == 3 * 4 - 2  # each figure of the skills but the two that are nothing
    for address, count in lists:
        listed = desk.manager.get(unescape(address)).text
        assert (f"共 {count} 件" in listed, listed.count("data-row")) == (True, int(count)), address
    august = desk.manager.get("repairs/?view=all&month=2026-08").text
    assert "共 1 件" in august
    with desk.place.inside():
        row = db.session.get_one(Report, report)
        made = book(row, db.session.get_one(ReportVersion, (report, 1)), final=False)
    (section,) = (each for each in made.sections if each.code == "repairs")
    assert [block.title for block in section.blocks if isinstance(block, Table)] == [known[c].title for c in CODES]


@pytest.mark.rule("I1")
def test_a_version_from_before_these_figures_reads_as_it_did(desk: Desk, admin: psycopg.Connection) -> None:
    report = desk.start()
    desk.write(report, "repairs")
    kept = "UPDATE {}.report_versions SET figures = figures #- '{{groups,repair_months}}' #- '{{groups,repair_rates}}'"
    admin.execute(kept.format(desk.place.schema) + " #- '{groups,repair_skills}'")
    page = desk.supervisor.get(f"reports/{report}")
    assert page.status_code == 200
    assert "零修合格率" not in page.text
    assert "还没有读取，请更新数据" in page.text  # before it is submitted, but not to read it
    with desk.place.inside():
        made = book(db.session.get_one(Report, report), db.session.get_one(ReportVersion, (report, 2)), final=False)
        (section,) = (each for each in made.sections if each.code == "repairs")
        assert len(section.blocks) == 1


def _figures(desk: Desk, report: UUID) -> list[Group]:
    with desk.place.inside():
        return list(groups(db.session.get_one(ReportVersion, (report, 1)).figures).values())
