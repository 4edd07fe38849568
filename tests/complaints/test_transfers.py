"""A department of the company hands a complaint over; the complaint officer takes it up and concludes it, once (D1)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from saas import clock
from saas.board import measuring
from saas.board.models import Cell
from saas.db import db
from saas.events import Event
from saas.policy.calendar import Calendar
from saas.policy.evidence import Question, told
from saas.policy.loader import pack
from saas.problem import Problem
from saas.tenancy import enter
from tenants.complaints import actions as complaints
from tenants.complaints.evidence import EVIDENCE
from tenants.complaints.models import Complaint
from tenants.complaints.transfers import actions
from tenants.complaints.transfers.concluding import Answered, PassedOn, conclude
from tenants.complaints.transfers.models import Outcome, Taking, Transfer
from tenants.obligations import followed
from tenants.obligations.models import Reminder
from tests.complaints.conftest import moment
from tests.complaints.test_list import counted
from tests.racing import raced
from tests.world import Person, Place, World
from workers import reminding

NINE = moment("2026-11-26 09:00")
WRITTEN = {
    "department": "finance", "received_by": "小许", "project": "云栖花园", "channel": "phone",
    "received_at": "2026-11-26T08:40", "category": "charges", "subject": "停车费重复扣款",
    "body": "来电说 11 月扣了两次，请回电 13812345521", "anonymous": "", "reporter": "王晓梅", "phone": "13812345521",
}  # fmt: skip
ANSWERED = {
    "kind": "answered", "project": "云栖花园", "number": "", "channel": "phone", "answered_at": "2026-11-26T09:20",
    "answer": "已退回多扣的一次，到账后会再打 13812345521", "satisfaction": "none",
}  # fmt: skip
PASSED_ON = {
    "kind": "passed_on", "project": "云栖花园", "number": " ts-20261126-004 ", "channel": "", "answered_at": "",
    "answer": "", "satisfaction": "",
}  # fmt: skip


@dataclass
class Centre:
    """品质运营中心 of 祥瑞物业, with a project."""

    world: World
    place: Place
    project: Place
    finance: Person
    brand: Person
    legal: Person
    officer: Person
    quality: Person

    def hand_over(self, by: Person | None = None, **changes: Any) -> UUID:
        """What reached finance at 08:40, handed over at nine."""
        with clock.at(NINE):
            answer = (by or self.finance).post("transfers/", {**WRITTEN, **changes})
        assert answer.status_code == 303, answer.text
        with self.place.inside():
            latest = select(Transfer.complaint_id).join(Complaint).order_by(Complaint.number.desc()).limit(1)
            return db.session.scalars(latest).one()

    def take(self, who: Person, case: UUID, minutes: float = 10, **fields: Any) -> Any:
        """The form of taking up, so many minutes after nine."""
        with clock.at(NINE + timedelta(minutes=minutes)):
            return who.post(f"complaints/{case}/taking", {"version": str(self.version(case)), **fields})

    def taken(self) -> UUID:
        """Handed over at nine, taken up by the officer ten minutes later."""
        case = self.hand_over()
        assert self.take(self.officer, case).status_code == 303
        return case

    def conclude(self, who: Person, case: UUID, fields: dict[str, str], minutes: float = 30, **changes: str) -> Any:
        """The form of the outcome, so many minutes after nine."""
        version = {"version": str(self.version(case))}
        with clock.at(NINE + timedelta(minutes=minutes)):
            return who.post(f"complaints/{case}/outcome", version | fields | changes)

    def tasks(self, who: Person) -> list[str]:
        """Where the workbench leads somebody, within a week."""
        with self.place.inside():
            return [each.act_path for each in followed.tasks(who.actor, Calendar({}), NINE.date() + timedelta(days=7))]

    def clocks(self, case: UUID) -> dict[str, str]:
        """How each clock of a case ended."""
        with self.place.inside():
            stages = db.session.get_one(Complaint, case).stages
            return {
                each.stage: "dropped" if each.dropped_at else "runs" if not each.met_at
                else "late" if each.met_at > each.due_at else "in time" for each in stages
            }  # fmt: skip

    def version(self, case: UUID) -> int:
        with self.place.inside():
            return db.session.get_one(Complaint, case).version

    def count(self, model: Any) -> int:
        with self.place.inside():
            return db.session.scalar(select(func.count()).select_from(model)) or 0

    def verdicts(self, minutes: float) -> tuple[int, int, int]:
        rules = pack("property")
        with clock.at(NINE + timedelta(minutes=minutes)), self.place.inside():
            bound = rules.clauses["complaint-transfer"]
            asked = Question(bound, rules, NINE - timedelta(days=1), NINE + timedelta(days=1))
            found = told(EVIDENCE["transfers.received"].query(asked))
            return found.met, found.missed, found.open


@pytest.fixture
def centre(world: World) -> Centre:
    """See Centre."""
    with clock.at(NINE - timedelta(hours=1)):
        office = world.company()
        project = world.project(office)
        named = {"finance": "许明霞", "brand": "梁雨桐", "legal": "罗一鸣"}
        people = [office.staff(name, role) for role, name in named.items()]
        officer, quality = office.staff("何静", "complaint_officer"), office.staff("孟晓岚", "quality")
    return Centre(world, office, project, *people, officer, quality)


def statements(centre: Centre) -> int:
    """How many it takes to draw the list, once what is kept between requests is kept."""
    with at(1):
        assert centre.officer.get("transfers/").status_code == 200
        with counted(cast(Any, centre)) as seen:
            assert centre.officer.get("transfers/").status_code == 200
    return len(seen)


def at(minutes: float) -> Any:
    return clock.at(NINE + timedelta(minutes=minutes))


@pytest.mark.rule("D1")
def test_from_the_department_to_the_first_response(centre: Centre) -> None:
    case = centre.hand_over()
    assert centre.verdicts(10) == (0, 0, 1)
    with at(5), centre.place.inside():
        reminding.handed_over(str(case))
        reminding.handed_over(str(case))
        db.session.commit()
        told_of = db.session.query(Reminder).filter_by(stage="transfer").all()
        assert {each.staff_id for each in told_of} == {centre.officer.id, centre.quality.id}
        assert "财务核算中心转来" in told_of[0].words
        first = next(each for each in db.session.get_one(Complaint, case).stages if each.stage == "first_response")
        stage = first.id
    with clock.at(first.warn_at), centre.place.inside():  # the clock speaks to who takes it up
        reminder = complaints.stage_due(stage, "warn")
        assert reminder
        assert (reminder.person, reminder.role) == (None, "complaint_officer")
    with at(6):
        desk, mine = centre.officer.get("").text, centre.finance.get("transfers/").text
        assert f"complaints/{case}/taking" in desk
        assert "待接收" in mine
        assert f"complaints/{case}" not in mine, "finance reads no register"
        assert centre.finance.get(f"complaints/{case}").status_code == 403
        assert "您还没有转交过投诉" in centre.brand.get("transfers/").text
        assert f"complaints/{case}" in centre.legal.get("transfers/").text, "who reads complaints reads these"
        assert "停车费重复扣款" in centre.officer.get("complaints/?view=all&source=department").text
        page = centre.officer.get(f"complaints/{case}").text
        for words in ("财务核算中心转来", "涉及云栖花园", "部门由小许收到", "待接收"):
            assert words in page
        asked = {"reason": "回电核实"}
        assert centre.officer.post(f"complaints/{case}/reveals", asked).status_code == 403, "not theirs yet"
    assert centre.take(centre.officer, case).status_code == 303
    with at(12):
        page = centre.officer.get(f"complaints/{case}").text
        assert "接收财务核算中心转来的投诉" in page
        assert f"complaints/{case}/responses" in page
        assert "13812345521" not in page
        assert "13812345521" in centre.officer.post(f"complaints/{case}/reveals", asked).text
        assert f"complaints/{case}/responses" in centre.officer.get("").text
        assert "已接收" in (mine := centre.finance.get("transfers/?view=taken").text)
        assert "何静" in mine
        said = {"kind": "first", "channel": "phone", "text": "已回电，核对账单", "version": str(centre.version(case))}
        assert centre.quality.post(f"complaints/{case}/responses", said).status_code == 403
        assert centre.officer.post(f"complaints/{case}/responses", said).status_code == 303
    assert centre.verdicts(200) == (1, 0, 0)


@pytest.mark.rule("D1")
def test_time_runs_from_the_moment_the_department_got_it(centre: Centre, worker: Flask) -> None:
    """Two hours from 08:40; what is taken later is missed, what waits is missed then."""
    early, costs = centre.hand_over(), [statements(centre)]
    late, _waiting = centre.hand_over(), centre.hand_over(anonymous="y", reporter="")
    costs.append(statements(centre))
    assert costs[0] == costs[1], "a longer list costs no more"
    assert centre.take(centre.officer, early, 100).status_code == 303
    assert centre.take(centre.quality, late, 101).status_code == 303
    assert centre.verdicts(99) == (1, 1, 1)
    assert centre.verdicts(101) == (1, 2, 0)
    with at(101):
        with worker.app_context():
            enter(db.session(), centre.place.schema)
            measuring.measure(worker.extensions["evidence"])
            this = Cell.clause == "complaint-transfer", Cell.begins == NINE.date().replace(day=1)
            kept = db.session.execute(select(Cell.met, Cell.missed, Cell.open).where(*this)).one()
            assert tuple(kept) == (1, 1, 1)
            db.session.commit()
        assert "逾期" in centre.quality.get(f"board/complaint-transfer/{centre.place.slug}?period=2026-11").text
        shown = centre.quality.get("board/complaint-transfer?period=2026-11").text
        assert f"complaints/{late}" in shown
        assert "逾期完成" in centre.officer.get(f"complaints/{late}").text
        assert "逾期未接收" in centre.officer.get("transfers/").text


@pytest.mark.rule("D1")
def test_who_hands_over_and_who_takes(centre: Centre) -> None:
    steward, other = centre.project.staff("林晓燕", "steward"), centre.world.company("hengtai", "恒泰物业")
    theirs, stranger = centre.project.staff("财务", "finance"), other.staff("苏红", "finance")
    rival = other.staff("曹颖", "complaint_officer")
    case = centre.hand_over()
    with at(1):
        for who in (centre.officer, centre.quality, steward):
            assert who.post("transfers/", WRITTEN).status_code == 403
        for path in ("transfers/", "transfers/new"):
            assert theirs.get(path).status_code == 404, "only in the head office"
            assert steward.get(path).status_code == 403
        assert theirs.post("transfers/", WRITTEN).status_code == 404
        assert stranger.get(centre.finance.at("transfers/")).status_code == 404
        assert centre.finance.post(f"complaints/{case}/taking", {"version": "1"}).status_code == 403
        assert rival.post(f"complaints/{case}/taking", {"version": "1"}).status_code == 404
        assert "停车费" not in stranger.get("transfers/").text
        offered = centre.legal.get(f"complaints/{case}/taking")
        assert offered.status_code in (302, 303)
        assert centre.legal.post(f"complaints/{case}/taking", {"version": "1"}).status_code == 403
    assert centre.count(Taking) == 0
    both = centre.place.staff("兼任", "finance", "complaint_officer")
    own = centre.hand_over(both)
    assert centre.take(both, own).status_code == 403
    with at(2):
        assert f"complaints/{own}/taking" not in both.get(f"complaints/{own}").text
        plain = centre.officer.post("complaints/", {**WRITTEN, "source": "department"})
    registered = UUID(plain.headers["Location"].rsplit("/", 1)[1])
    assert centre.take(centre.officer, registered).status_code == 409, "nobody handed it over"


@pytest.mark.rule("D1")
def test_what_is_wrong_is_said_and_kept_and_one_key_counts_once(centre: Centre) -> None:
    for changes, words in (
        ({"department": "kitchen"}, "请从列表里选择一项"),
        ({"department": ""}, "请选择收到投诉的部门"),
        ({"subject": " "}, "请用一句话写明投诉什么"),
        ({"subject": "请回电 13812345521"}, "请把电话或证件号码写到内容里"),
        ({"reporter": ""}, "不愿留名的请勾选匿名"),
        ({"received_at": "2026-11-26T09:30"}, "收到时间不能晚于现在"),
        ({"received_by": "长" * 61}, "最多 60 字"),
        ({"project": "没有的项目"}, "请从列表里选择一项"),
    ):
        with clock.at(NINE):
            answer = centre.finance.post("transfers/", {**WRITTEN, **changes})
        assert answer.status_code == 422, changes
        assert "来电说 11 月扣了两次" in answer.text
        assert words in answer.text, changes
    assert centre.count(Complaint) == centre.count(Transfer) == 0
    key = str(uuid4())
    assert centre.hand_over(key=key) == centre.hand_over(key=key)
    assert centre.count(Transfer) == 1
    with centre.place.inside():
        facts = complaints.NewComplaint("停水", "停了", "charges", "walk_in", "phone", reporter="王晓梅")
        for given, field in (
            ({"department": "kitchen"}, "department"), ({"project": "长" * 121}, "project"),
            ({"received_by": "长" * 61}, "received_by"),
        ):  # fmt: skip
            with pytest.raises(Problem) as caught:
                actions.hand_over(facts, **{"department": "finance", **given}, by=centre.finance.actor)
            assert caught.value.field == field


@pytest.mark.rule("D1")
def test_the_company_answers_and_the_case_ends(centre: Centre) -> None:
    case, late = centre.taken(), centre.taken()
    with at(15):
        assert f"complaints/{case}/outcome" in centre.quality.get(f"complaints/{case}").text
        form = centre.officer.get(f"complaints/{case}/outcome").text
        assert '<option selected value="云栖花园">' in form
    assert centre.conclude(centre.officer, case, ANSWERED).status_code == 303
    assert centre.clocks(case) == {
        "first_response": "in time", "contact": "in time", "solution": "dropped", "closed": "in time"
    }  # fmt: skip
    later = {"answered_at": "2026-11-26T11:50", "satisfaction": "4"}
    assert centre.conclude(centre.quality, late, ANSWERED | later, 180).status_code == 303
    assert centre.clocks(late)["first_response"] == "late", "an answer that came too late stays late"
    with at(181):
        page, listed = centre.officer.get(f"complaints/{case}").text, centre.finance.get("transfers/").text
        for words in ("公司已直接答复", "09:20 电话答复，客户满意程度：未回应", "已退回多扣的一次", "已办结"):
            assert words in page
        assert "13812345521" not in page
        assert "outcome" not in page, "nothing more to do"
        assert "公司已答复，未回应" in listed
        assert "公司已答复，满意" in listed
        assert "已退回" not in listed, "who handed it over reads how it ended, not what was said"
        assert centre.tasks(centre.officer) == []
        assert "已办结" in centre.officer.get("search?q=停车费重复").text
    with centre.place.inside():
        told = select(func.count()).where(Event.name.in_(("complaint.transfer_concluded", "complaint.closed")))
        assert db.session.scalar(told) == 2
        fact = db.session.get_one(Outcome, case)
        assert (fact.satisfaction, fact.concluded_by_name) == (None, "何静")


@pytest.mark.rule("D1")
def test_a_project_takes_over_and_nothing_is_owed_here(centre: Centre) -> None:
    case, key = centre.taken(), str(uuid4())
    said = {"kind": "first", "channel": "phone", "text": "已转项目", "version": str(centre.version(case))}
    with at(12):
        assert centre.officer.post(f"complaints/{case}/responses", said).status_code == 303
        assert centre.tasks(centre.officer) == [f"complaints/{case}/outcome"], "answered on the way, to be concluded"
    for _ in range(2):
        assert centre.conclude(centre.officer, case, PASSED_ON, key=key).status_code == 303
    ended = {"first_response": "in time", "contact": "in time", "solution": "dropped", "closed": "dropped"}
    assert centre.clocks(case) == ended
    unanswered = centre.taken()
    assert centre.conclude(centre.quality, unanswered, PASSED_ON).status_code == 303
    assert set(centre.clocks(unanswered).values()) == {"dropped"}
    with at(31):
        assert "转由云栖花园办理 TS-20261126-004" in centre.finance.get("transfers/?view=taken").text
        assert "项目编号 TS-20261126-004" in centre.legal.get(f"complaints/{case}").text
    assert centre.count(Outcome) == 2
    again = centre.conclude(centre.officer, case, ANSWERED)
    assert (again.status_code, "已退回多扣的一次" in again.text) == (409, True)


@pytest.mark.rule("D1")
def test_who_concludes_and_what_is_wrong_is_said_and_kept(centre: Centre) -> None:
    waiting, case = centre.hand_over(), centre.taken()
    both = centre.place.staff("兼任", "finance", "complaint_officer")
    own = centre.hand_over(both)
    assert centre.take(centre.officer, own).status_code == 303
    assert centre.conclude(centre.officer, waiting, PASSED_ON).status_code == 409, "nobody took it up"
    for who, which in ((centre.finance, case), (centre.legal, case), (both, own)):
        assert centre.conclude(who, which, PASSED_ON).status_code == 403
    with at(15):
        assert f"complaints/{own}/outcome" not in both.get(f"complaints/{own}").text
        assert centre.officer.get(f"complaints/{waiting}/outcome").status_code in (302, 303)
    for fields, changes, words in (
        (PASSED_ON, {"kind": ""}, "请选择怎样办结"),
        (PASSED_ON, {"project": "没有的项目"}, "请从列表里选择一项"),
        (PASSED_ON, {"project": ""}, "请选择由哪个项目办理"),
        (PASSED_ON, {"number": " "}, "请填写项目登记后的投诉编号"),
        (PASSED_ON, {"number": "<TS-1>"}, "投诉编号应形如 TS-20261119-007"),
        (ANSWERED, {"channel": ""}, "请选择答复方式"),
        (ANSWERED, {"answer": " "}, "请写下怎样答复客户的"),
        (ANSWERED, {"answer": "长" * 4001}, "最多 4000 字"),
        (ANSWERED, {"answered_at": "2026-11-26T09:31"}, "答复时间应在收到投诉之后、现在之前"),
        (ANSWERED, {"answered_at": "2026-11-26T08:39"}, "答复时间应在收到投诉之后、现在之前"),
        (ANSWERED, {"answered_at": ""}, "请填写答复客户的时间"),
        (ANSWERED, {"satisfaction": ""}, "没有表示的选未回应"),
    ):
        answer = centre.conclude(centre.officer, case, fields, **changes)
        assert answer.status_code == 422, changes
        assert words in answer.text, changes
        for kept in (fields | changes).values():
            assert kept in ("没有的项目", "") or str(escape(kept)) in answer.text, (changes, kept)
    assert centre.count(Outcome) == 0
    assert centre.clocks(case) == dict.fromkeys(("first_response", "contact", "solution", "closed"), "runs")
    with centre.place.inside():
        for given, field in (
            (PassedOn("长" * 121, "TS-20261126-004"), "project"), (Answered("fax", "好", NINE), "channel"),
            (Answered("phone", "长" * 4001, NINE), "answer"), (Answered("phone", "好", NINE, 6), "satisfaction"),
        ):  # fmt: skip
            with pytest.raises(Problem) as caught, clock.at(NINE + timedelta(minutes=30)):
                conclude(case, given, version=db.session.get_one(Complaint, case).version, by=centre.officer.actor)
            assert caught.value.field == field
            db.session.rollback()


@pytest.mark.rule("D1")
def test_of_two_at_once_one_takes_it_and_one_concludes(centre: Centre) -> None:
    case, rivals = centre.hand_over(), (centre.officer, centre.quality)
    with at(3):
        for who in rivals:
            assert who.get(f"complaints/{case}/taking").status_code == 200
            who.csrf = who.csrf or token(who)
    version = {"version": str(centre.version(case))}
    first, _, _ = raced(f"complaints/{case}/taking", [(who, version) for who in rivals], NINE + timedelta(minutes=4))
    with centre.place.inside():
        taking = db.session.scalars(select(Taking)).one()
        assert taking.taken_by_name == first.name
        assert db.session.get_one(Complaint, case).handler_id == taking.taken_by
    version = {"version": str(centre.version(case))}
    sent = (centre.officer, ANSWERED | version), (centre.quality, PASSED_ON | version)
    first, _, page = raced(f"complaints/{case}/outcome", sent, NINE + timedelta(minutes=30))
    with centre.place.inside():
        assert db.session.scalars(select(Outcome.concluded_by_name)).all() == [first.name]
    assert "改过这份内容" in page
    assert ("已退回多扣的一次" in page) == (first is centre.quality), "what the slower one typed is kept"


def token(who: Person) -> str:
    assert who.post("complaints/none/taking").status_code == 404
    return who.csrf


@pytest.mark.rule("D1")
def test_the_database_keeps_the_promises(centre: Centre) -> None:
    case, untaken = centre.hand_over(), centre.hand_over()
    taking = "INSERT INTO transfer_takings VALUES (:case, :from, :by, '何静', now())"
    with centre.place.inside():
        known = {"case": case, "from": centre.finance.id, "by": centre.officer.id}
        for wrong in ({"by": centre.finance.id}, {"from": centre.brand.id}, {"case": uuid4()}):
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.execute(text(taking), known | wrong)
        db.session.execute(text(taking), known)
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(taking), known | {"by": centre.quality.id})
        ended = (
            "INSERT INTO transfer_outcomes (complaint_id, handed_over_by, kind, project, number, channel, answer, "
            "answered_at, satisfaction, concluded_by, concluded_by_name, concluded_at) VALUES (:case, :from, :kind, "
            ":project, :number, :channel, :answer, :at, :felt, :by, '何静', now())"
        )
        passed = {"kind": "passed_on", "project": "云栖花园", "number": "TS-20261126-004", "channel": "", "answer": ""}
        nothing: dict[str, Any] = {"at": None, "felt": None}
        said = {"kind": "answered", "project": "", "number": "", "channel": "phone", "answer": "已退", "at": NINE}
        waiting = {"case": untaken}
        for wrong in (
            waiting, {"by": centre.finance.id}, {"from": centre.brand.id}, {"kind": "lost"}, {"project": ""},
            {"number": "TS-1"}, {"answer": "已退"}, {"felt": 3}, said | {"answer": " "}, said | {"channel": ""},
            said | {"at": None}, said | {"at": clock.now() + timedelta(days=1)}, said | {"number": "TS-20261126-004"},
            said | {"felt": 0},
        ):  # fmt: skip
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.execute(text(ended), known | passed | nothing | wrong)
        db.session.execute(text(ended), known | nothing | passed)
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(ended), known | nothing | said)
        for statement in (
            "UPDATE transfer_outcomes SET answer = 'x'", "DELETE FROM transfer_outcomes",
            "UPDATE complaint_transfers SET department = 'legal'", "UPDATE transfer_takings SET taken_at = now()",
            "DELETE FROM transfer_takings", "DELETE FROM complaint_transfers",
        ):  # fmt: skip
            with pytest.raises(ProgrammingError, match="permission denied"), db.session.begin_nested():
                db.session.execute(text(statement))
