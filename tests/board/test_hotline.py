"""The result of a hotline complaint reaches quality, who calls back; nobody reports in another project's name (D16)."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from saas import clock
from saas.db import db
from saas.policy.evidence import Evidence, Question, told
from saas.policy.loader import pack
from tenants.complaints.evidence import EVIDENCE
from tenants.complaints.hotline_results.models import HotlineArrival, HotlineCallback
from tenants.obligations.models import Reminder
from tests.board.conftest import NOON, Street
from tests.complaints.conftest import Yard
from tests.world import Place
from workers import reminding


def ask(place: Place, clause: str, after: timedelta = timedelta()) -> Evidence:
    rules = pack("property")
    bound = rules.clauses[clause]
    with clock.at(NOON + after), place.inside():
        asked = Question(bound, rules, NOON - timedelta(days=20), NOON + timedelta(days=20))
        return told(EVIDENCE[bound.evidence].query(asked))


def counts(found: Evidence) -> tuple[int, int, int]:
    return found.met, found.missed, found.open


def handled(street: Street) -> tuple[Yard, UUID]:
    """A complaint of the hotline whose work was finished at noon."""
    with clock.at(NOON):
        supervisor = street.yunqi.staff("周敏", "service_supervisor")
        yard = Yard(
            street.yunqi, street.steward, street.steward, supervisor, street.manager, street.manager, street.manager,
            street.steward, uuid4(), uuid4(),
        )  # fmt: skip
        known = {"unit_id": None, "customer_id": None, "reporter": "王晓梅", "phone": "13812345521"}
        case = yard.register(NOON, source="company_hotline", subject="电梯停运", **known)
    yard.accept(case, at=NOON)
    yard.solve(case, at=NOON)
    return yard, case


@pytest.mark.rule("D16")
def test_the_result_goes_to_quality_who_calls_back_once(street: Street) -> None:
    yard, case = handled(street)
    assert counts(ask(street.yunqi, "hotline-result")) == (0, 0, 1)
    assert counts(ask(street.yunqi, "hotline-result", timedelta(hours=25))) == (0, 1, 0)
    said = {"result": "已更换皮带，请回电 13812345521 核实"}
    with clock.at(NOON):
        assert "向品质反馈结果" in yard.supervisor.get("").text
        assert "向品质反馈结果" not in street.steward.get("").text
    assert yard.post(street.steward, case, "result", NOON, **said).status_code == 403
    assert yard.post(yard.supervisor, case, "result", NOON, result=" ").status_code == 422
    with clock.at(NOON + timedelta(hours=24)), street.yunqi.inside():
        reminding.result_due(str(case), "1")
        db.session.commit()
        assert db.session.query(Reminder).filter_by(stage="hotline_result").count() == 2
    assert yard.post(yard.supervisor, case, "result", NOON + timedelta(hours=1), **said).status_code == 303
    assert yard.post(yard.supervisor, case, "result", NOON, **said).status_code == 409
    assert counts(ask(street.yunqi, "hotline-result")) == (1, 0, 0)
    with clock.at(NOON + timedelta(hours=2)):
        assert street.work() > 0
        shown = street.quality.get("hotline").text
        assert "电梯停运" in shown
        assert "13812345521" not in shown
    assert counts(ask(street.office, "hotline-callback", timedelta(hours=2))) == (0, 0, 1)
    with street.office.inside():
        (arrived,) = db.session.query(HotlineArrival).all()
        key, result = arrived.id, arrived.result
    assert "13812345521" not in result
    with clock.at(NOON + timedelta(hours=3)):
        cell = street.quality.get(f"board/hotline-callback/{street.office.slug}?period=2026-11")
        assert cell.status_code == 200, "the company's own cell on its board"
        assert "电梯停运" in street.quality.get("board/hotline-callback?period=2026-11").text
        called = {"satisfaction": "4", "opinion": "处理及时"}
        refused = street.quality.post(f"hotline/{key}/callback", called | {"opinion": ""})
        assert refused.status_code == 422
        assert street.quality.post(f"hotline/{key}/callback", called).status_code == 303
        assert street.quality.post(f"hotline/{key}/callback", called).status_code == 409
        assert "处理及时" in street.quality.get(f"hotline/{key}").text
        assert street.manager.get("hotline").status_code == 403
    assert counts(ask(street.office, "hotline-callback", timedelta(hours=3))) == (1, 0, 0)


@pytest.mark.rule("D16")
def test_the_list_is_paged_and_filtered(street: Street) -> None:
    with clock.at(NOON), street.office.inside():
        for nth in range(25):
            there = street.yunqi.schema if nth else "t_99999"
            at = NOON - timedelta(days=nth)
            db.session.add(
                HotlineArrival(
                    tenant=there, complaint_id=uuid4(), number=f"TS-20261101-{nth:03}", subject=f"门禁失灵 {nth:02}",
                    result="已修好" if nth % 5 else "已更换读卡器", handled_at=at, reported_at=at,
                    reported_by_name="周敏", arrived_at=at,
                )
            )  # fmt: skip
        db.session.flush()
        keys = {row.number[-3:]: row.id for row in db.session.query(HotlineArrival)}
        db.session.add(
            HotlineCallback(
                arrival_id=keys["003"], satisfaction=4, opinion="满意", called_at=NOON, called_by=street.quality.id,
                called_by_name="何静",
            )
        )  # fmt: skip
        db.session.commit()

    def shown(query: str) -> list[str]:
        with clock.at(NOON):
            answer = street.quality.part(f"hotline?{query}")
        assert answer.status_code == 200, query
        return re.findall(r"门禁失灵 (\d\d)", answer.text)

    first, second = shown(""), shown("page=2")
    assert (len(first), second) == (20, ["04", "02", "01", "00"]), "the longest waiting first"
    assert first[0] == "24"
    assert shown("view=called") == ["03"]
    assert shown("view=all&size=50")[-1] == "03"
    assert len(shown("view=all&size=50")) == 25
    assert shown("q=读卡器 020") == ["20"]
    assert shown("project=yunqi&size=50").count("00") == 0
    day = f"{(NOON - timedelta(days=2)).date()}"
    assert shown(f"since={day}&until={day}") == ["02"]
    for foolish in ("project=nowhere", "q=%25", "page=99"):
        assert shown(foolish) == []
    assert shown("q=%00&view=x&since=morning&size=7") == first


@pytest.mark.rule("A1")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT payload FROM platform.hotline_reports",
        "UPDATE platform.hotline_reports SET payload = '{}'",
        "DELETE FROM platform.hotline_reports",
        "INSERT INTO platform.hotline_reports (id, tenant, payload) VALUES (gen_random_uuid(), 't_00001', '{}')",
    ],
)
def test_a_project_can_only_add_its_own(street: Street, statement: str) -> None:
    with street.yunqi.inside(), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(statement))
