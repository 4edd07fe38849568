"""投诉统计表: what it counts, the lists behind its figures, and its way to the general manager (D14, D17)."""

import re
from dataclasses import replace
from io import BytesIO
from types import MappingProxyType
from uuid import UUID

import pytest
from openpyxl import load_workbook

from saas import clock
from saas.board.models import RollUp
from saas.db import db
from saas.documents.models import Document
from saas.policy import loader
from saas.policy.evidence import Evidence, Question, told
from saas.policy.loader import pack
from tenants.complaints.models import Complaint
from tenants.digests import access, actions, queries
from tenants.digests.evidence import EVIDENCE
from tenants.digests.models import Digest, Receipt
from tenants.digests.words import CALLBACKS, CLAUSES, MONTHLY, STATISTICS, WEEKLY, month_of
from tenants.obligations.models import Reminder
from tests.complaints.conftest import Yard, moment
from tests.world import Person
from workers import rendering

CALLED = {"channel": "on_site", "signed": "y", "satisfaction": "5", "opinion": "修好了"}
CLOSED = {"conclusion": "已彻底检修", "no_reply": "spoken", "no_reply_note": "管家当面告知"}
BORN = moment("2026-01-05T09:00")
LATER = moment("2026-12-09T10:00")


def close(yard: Yard, case: UUID, at: str, score: str = "5") -> None:
    """Solve, call back and close a case that was accepted, all at one moment."""
    then = moment(at)
    yard.solve(case, at=then)
    assert yard.post(yard.steward, case, "callbacks", then, **CALLED | {"satisfaction": score}).status_code == 303
    assert yard.post(yard.supervisor, case, "closure", then, **CLOSED).status_code == 303


@pytest.fixture
def november(yard: Yard) -> dict[str, UUID]:
    """In November two kept and late ones, one open; one in October, one a year ago."""
    found = {}
    for name, received, how in (
        ("kept", "2026-11-10T09:00", {}), ("late", "2026-11-12T09:00", {"source": "walk_in"}),
        ("open", "2026-11-20T09:00", {"category": "noise", "unit_id": None, "customer_id": None, "reporter": "李"}),
        ("before", "2026-10-08T09:00", {}), ("year_ago", "2025-11-08T09:00", {}),
    ):  # fmt: skip
        found[name] = yard.register(moment(received), **how)
    for name, at in (("kept", "2026-11-10T10:00"), ("late", "2026-11-12T10:00")):
        yard.accept(found[name], at=moment(at))
    close(yard, found["kept"], "2026-11-12T09:00")
    close(yard, found["late"], "2026-11-25T09:00", "2")
    return found


def ask(yard: Yard, clause: str, begin: str, end: str) -> Evidence:
    rules = pack("property")
    bound = rules.clauses[clause]
    with clock.at(LATER), yard.place.inside():
        return told(EVIDENCE[bound.evidence].query(Question(bound, rules, moment(begin), moment(end))))


def cells(page: str, table: str) -> dict[str, list[tuple[str, str]]]:
    """Label of a line → (words, address) of its cells."""
    body = page.split(f'id="t-{table}"', 1)[1].split("</table>", 1)[0]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        label = re.search(r'<th scope="row">(.*?)</th>', row, re.DOTALL)
        if label:
            each = re.findall(r'<td[^>]*>(?:<a href="([^"]*)">)?([^<]*)', row)
            found[label[1].strip()] = [(words, address.replace("&amp;", "&")) for address, words in each]
    return found


@pytest.mark.rule("D14")
def test_every_figure_leads_to_just_its_cases(yard: Yard, november: dict[str, UUID]) -> None:
    with clock.at(LATER):
        shown = yard.supervisor.get("digests/statistics?month=2026-11")
        assert shown.status_code == 200
        whole = [words for words, _ in cells(shown.text, "all")["本月"]]
        # received established closed kept late rate, answered took, called satisfied rate, repeated, paid yuan, before
        assert whole == [
            "3",
            "2",
            "2",
            "1",
            "2",
            "33.3%",
            "2",
            "7 天 12 小时",
            "2",
            "1",
            "50.0%",
            "0",
            "0",
            "--",
        ]
        compared = cells(shown.text, "all")
        assert (compared["上月"][0][0], compared["去年同月"][0][0]) == ("1", "1")
        assert cells(shown.text, "source")["来访"][0][0] == "1"
        assert cells(shown.text, "building")["未登记房号"][0][0] == "1"
        led = 0
        for table in ("all", "category", "severity", "source", "department", "building"):
            for label, line in cells(shown.text, table).items():
                for words, address in line:
                    if address:
                        listed = yard.supervisor.get(address).text
                        assert f"共 {words} 件" in listed, (table, label, address)
                        led += 1
        assert led > 40
        sheet = yard.supervisor.post("digests/statistics/exports", {"month": "2026-11"})
        rows = list(load_workbook(BytesIO(sheet.data)).active.values)
        assert next(row for row in rows if row[1] == "本月")[2:5] == (3, 2, 2)
        called = yard.supervisor.post("digests/callbacks/exports", {"month": "2026-11"})
        assert (None, "一般", 2, 2, "100.0%") in [row[:5] for row in load_workbook(BytesIO(called.data)).active.values]
        assert yard.supervisor.get("digests/callbacks?month=2026-11").text.count("修好了") == 2
        assert yard.steward.get("digests/statistics").status_code == 403


@pytest.mark.rule("D5")
@pytest.mark.rule("D14")
def test_a_duplicate_counts_with_its_case_and_a_repeat_by_itself(yard: Yard, november: dict[str, UUID]) -> None:
    at = moment("2026-11-26T09:00")
    with yard.place.inside():
        numbers = {each: db.session.get_one(Complaint, november[each]).number for each in ("open", "late")}
    for kind, number in (("duplicate", numbers["open"]), ("repeat", numbers["late"])):
        again = yard.register(at)
        reason = {"number": number, "kind": kind, "reason": "同一部电梯"}
        assert yard.post(yard.supervisor, again, "links", at, **reason).status_code == 303
    with clock.at(LATER):
        whole = cells(yard.supervisor.get("digests/statistics?month=2026-11").text, "all")["本月"]
        assert (whole[0][0], whole[11][0]) == ("4", "1")
        assert f"共 {whole[0][0]} 件" in yard.supervisor.get(whole[0][1]).text
        assert "共 1 件" in yard.supervisor.get(whole[11][1]).text


def receive(yard: Yard, kind: str) -> Document:
    """The press renders the paper of a kind of November."""
    with yard.place.inside():
        digest = queries.of(kind, month_of(moment("2026-11-01T00:00").date()).begins)
        assert digest
        paper = queries.paper_of(digest)
        assert paper
        key = str(paper.id)
    with clock.at(LATER), yard.place.inside():
        rendering.render(key)
        db.session.commit()
    with yard.place.inside():
        return db.session.get_one(Document, UUID(key))


@pytest.mark.usefixtures("press")
@pytest.mark.rule("D14")
@pytest.mark.rule("D17")
def test_the_month_goes_to_its_readers_by_itself_and_once(yard: Yard, november: dict[str, UUID]) -> None:
    def rounds(at: str) -> list[str]:
        with clock.at(moment(at)), yard.place.inside():
            done = [each.kind for each in actions.make_round(moment(at).date())]
            db.session.commit()
            return done

    with yard.place.inside():
        db.session.query(RollUp).update({"born_on": BORN.date()})
        db.session.commit()
    assert STATISTICS not in rounds("2026-12-08T03:00")
    assert set(rounds("2026-12-09T03:00")) == {STATISTICS, CALLBACKS}
    paper = receive(yard, STATISTICS)
    assert paper.state == "ready"
    assert not {STATISTICS} & set(rounds("2026-12-10T03:00")), "sent already"
    receive(yard, CALLBACKS)
    with yard.place.inside():
        got = db.session.query(Receipt).all()
        assert sorted((each.name, each.role) for each in got) == [
            ("方总", "general_manager"), ("方总", "general_manager"), ("韩立群", "division_leader"),
        ]  # fmt: skip
        actions.deliver(paper.id)
        db.session.commit()
        assert db.session.query(Receipt).count() == 3, "told once"
        assert db.session.query(Reminder).filter_by(subject_type="digests").count() == 3
    for clause in ("complaint-statistics", "callback-statistics"):
        assert ask(yard, clause, "2026-11-01T00:00", "2026-12-01T00:00").met == 1
        assert ask(yard, clause, "2026-10-01T00:00", "2026-11-01T00:00").met == 0
    with clock.at(LATER):
        assert paper.state == "ready"
        assert yard.general.get(f"documents/{paper.id}/file").data.startswith(b"%PDF")
        again = yard.supervisor.post("digests/statistics/sending", {"month": "2026-11"})
        assert again.status_code == 409
        assert "已经呈报过" in again.text


@pytest.mark.rule("D14")
def test_a_month_that_runs_or_nobody_to_get_it_is_refused(yard: Yard) -> None:
    def send(who: Person, month: str) -> tuple[int, str]:
        with clock.at(LATER):
            answer = who.post("digests/statistics/sending", {"month": month})
        return answer.status_code, answer.text

    assert send(yard.steward, "2026-11")[0] == 403
    status, words = send(yard.supervisor, "2026-12")
    assert (status, "还没有结束" in words) == (422, True)
    status, words = send(yard.supervisor, "nonsense")
    assert status == 303


@pytest.mark.rule("D14")
def test_digests_are_drafted_and_filed_once(yard: Yard, november: dict[str, UUID]) -> None:
    with clock.at(moment("2026-11-23T03:00")), yard.place.inside():
        made = actions.make_round(moment("2026-11-23T03:00").date())
        db.session.commit()
        assert {each.kind for each in made} <= {WEEKLY, MONTHLY}
    with yard.place.inside():
        week = queries.of(WEEKLY, moment("2026-11-16T00:00").date())
        assert week is None, "the project is younger than that"
        db.session.query(RollUp).update({"born_on": BORN.date()})
        db.session.commit()
    with clock.at(moment("2026-11-23T03:00")), yard.place.inside():
        actions.make_round(moment("2026-11-23T03:00").date())
        db.session.commit()
    with yard.place.inside():
        week = queries.of(WEEKLY, moment("2026-11-16T00:00").date())
        assert week
        assert week.figures["lines"][0]["now"]["figures"]["received"] == 1
        key = week.id
    november_is = ("2026-11-01T00:00", "2026-12-01T00:00")
    found = ask(yard, "complaint-digests", *november_is)
    assert (found.met, found.open) == (0, 4), "weeks that end on the 1st, 8th, 15th and 22nd"
    with clock.at(moment("2026-11-23T09:00")):
        assert "投诉周报：填写说明并归档" in yard.supervisor.get("").text
        blank = yard.supervisor.post(f"digests/{key}/filing", {"remarks": " "})
        assert blank.status_code == 422
        filed = yard.supervisor.post(f"digests/{key}/filing", {"remarks": "噪声增多，安排夜巡"})
        assert filed.status_code == 303
        twice = yard.manager.post(f"digests/{key}/filing", {"remarks": "我也写一份"})
        assert twice.status_code == 403
        assert yard.supervisor.post(f"digests/{key}/filing", {"remarks": "再写"}).status_code == 409
        assert "安排夜巡" in yard.supervisor.get(f"digests/{key}").text
    assert ask(yard, "complaint-digests", *november_is).met == 1


@pytest.mark.rule("D14")
def test_a_review_checks_the_measures_of_the_one_before(yard: Yard) -> None:
    case = yard.register(moment("2026-02-10T09:00"))
    later = yard.register(moment("2026-05-10T09:00"))

    def file(at: str, quarter: str, case: UUID, **fields: str) -> tuple[int, str]:
        known = {
            "quarter": quarter, "cases": str(case), "analysis": "皮带老化未及时更换", "text_1": "每月检查门机皮带",
            "owner_1": str(yard.engineer.id), "due_1": "2026-12-20",
        }  # fmt: skip
        with clock.at(moment(at)):
            answer = yard.manager.post("digests/reviews", known | fields)
            return answer.status_code, answer.headers.get("Location", answer.text)

    status, words = file("2026-04-02T09:00", "2026Q2", case)
    assert (status, "还没有结束" in words) == (422, True)
    assert file("2026-04-02T09:00", "2026Q1", case, text_1="")[0] == 422
    status, first = file("2026-04-02T09:00", "2026Q1", case)
    assert status == 303, first
    assert file("2026-04-03T09:00", "2026Q1", case)[0] == 409
    status, words = file("2026-07-02T09:00", "2026Q2", later)
    assert (status, "请检查上次的措施" in words, "皮带老化未及时更换" in words) == (422, True, True)
    with yard.place.inside():
        (measure,) = queries.open_measures(moment("2026-04-01T00:00").date())
        hexed = measure.id.hex
    checked = {f"done_{hexed}": "yes", f"finding_{hexed}": "查记录 3 个月齐全"}
    status, second = file("2026-07-02T09:00", "2026Q2", later, **checked)
    assert status == 303, second
    with yard.place.inside():
        assert [each.id for each in queries.open_measures(moment("2026-04-01T00:00").date())] == []
    with clock.at(moment("2026-07-02T09:00")):
        assert "查记录 3 个月齐全" in yard.leader.get(second).text
    assert ask(yard, "case-review", "2026-04-01T00:00", "2026-07-01T00:00").met == 1


@pytest.mark.rule("R1")
def test_where_the_regulation_lacks_the_clauses_the_pages_are_read_all_the_same(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, at = yard.register(moment("2026-02-10T09:00")), moment("2026-11-23T09:00")
    known = {"cases": str(case), "analysis": "皮带老化", "text_1": "每月检查", "owner_1": str(yard.engineer.id)}
    with clock.at(moment("2026-04-02T09:00")):
        review = yard.manager.post("digests/reviews", {"quarter": "2026Q1", "due_1": "2026-12-20", **known})
    with clock.at(at), yard.place.inside():
        db.session.query(RollUp).update({"born_on": BORN.date()})
        actions.make_round(at.date())
        db.session.commit()
        key = db.session.query(Digest.id).filter_by(kind=WEEKLY).first()[0]
    pages = ["digests", "digests/statistics?month=2026-10", "digests/callbacks?month=2026-10", f"digests/{key}"]
    pages.append(review.headers["Location"])
    with clock.at(at):
        assert all("规程依据" in yard.supervisor.get(page).text for page in pages[1:])
    whole = pack("property")
    named = {*CLAUSES.values(), access.REVIEW}
    assert named <= set(whole.clauses)
    fewer = {each: clause for each, clause in whole.clauses.items() if each not in named}
    monkeypatch.setattr(loader, "versions", lambda _: (replace(whole, clauses=MappingProxyType(fewer)),))
    with clock.at(at):
        for page in pages:
            answer = yard.supervisor.get(page)
            assert answer.status_code == 200, page
            assert "规程依据" not in answer.text, page
        assert yard.supervisor.post(f"digests/{key}/filing", {"remarks": "x"}).status_code == 403
        assert yard.supervisor.post("digests/statistics/sending", {"month": "2026-10"}).status_code == 403
        assert yard.manager.post("digests/reviews", {"quarter": "2026Q2", **known}).status_code == 403
