"""A furnished town for tests of all routes: every role, records in several states, and a value for each address."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import Connection, event, select
from werkzeug.routing import Rule

from saas import clock, files
from saas.companies import members
from saas.db import db
from saas.documents.models import Document
from saas.identity import actions as identity
from saas.identity import links
from saas.identity.access import MEMBER, access_of
from saas.identity.actor import Actor
from saas.pictures.models import Photo
from saas.policy.loader import pack
from saas.tenancy.models import Tenant
from saas.tenancy.staff import Delegation
from tenants.articles.models import Version
from tenants.complaints import actions as complaint_actions
from tenants.complaints import links as doors
from tenants.complaints.facts import Solution
from tenants.complaints.hotline_results.models import HotlineArrival
from tenants.complaints.models import Complaint
from tenants.complaints.routes.verbs import VERBS
from tenants.complaints.transfers import actions as transfers
from tenants.contacts.actions import record_contact
from tenants.customers import actions as customers
from tenants.duties import actions as duties
from tenants.obligations.models import Reminder
from tenants.obligations.words import WARN
from tenants.releases import actions as letters
from tenants.releases.models import Attempt, Delivery, Release
from tests.complaints.conftest import PARTS, Yard
from tests.digests.made import shelf
from tests.duties.made import of_this_quarter
from tests.imports.conftest import Desk, households, messages
from tests.pictures.shots import shot
from tests.releases.office import Office
from tests.repairs.workshop import Workshop, in_all_states
from tests.reports import desk as reporting
from tests.reports.shelf import AGE, STATES, addresses, fill
from tests.world import OPERATOR, Person, Place, World

OUTSIDE = ("customer", "platform_operator", "owners_committee")  # no members of a project
CREW = tuple(role for role in pack("property").roles if role not in OUTSIDE)
ROW = ["1", "3-2-1601 赵大海", "电梯", "2025-01-02 10:00", "停了", "修好了", "2025-01-03"]
NOT_ROWS = {"taken_forms", "migrations"}


@dataclass
class Town:
    """云栖花园 of 祥瑞物业 with one person for each role; 恒泰物业 next door with the same records."""

    world: World
    office: Place
    here: Place
    next_door: Place
    people: dict[str, Person]
    admin: Person
    operator: Person
    neighbour: Person
    gone: Person
    inspector: Person
    handed: tuple[str, ...] = ()
    values: dict[str, list[str]] = field(default_factory=dict)
    foreign: dict[str, list[str]] = field(default_factory=dict)

    @property
    def app(self) -> Flask:
        """The product."""
        return self.world.app

    def stranger(self) -> FlaskClient:
        """A browser without a session."""
        return self.app.test_client()

    def addresses(self, rule: Rule, place: Place | None = None, *, foreign: bool = False) -> list[str]:
        """Every path of this route in the furnished town; with `foreign`, the records of next door at our address."""
        place = place or self.place_of(rule.endpoint)
        known = self.foreign if foreign else self.values
        lists = []
        for name in sorted(rule.arguments):
            given = {"company": [place.company], "project": [place.slug]}.get(name)
            lists.append(
                given or known.get(f"{rule.endpoint}:{name}") or known[f"{rule.endpoint.split('.')[0]}:{name}"]
            )
        made = []
        with self.app.test_request_context():
            adapter = self.app.create_url_adapter(None) or self.app.url_map.bind("localhost")
            for values in product(*lists):
                made.append(adapter.build(rule.endpoint, dict(zip(sorted(rule.arguments), values, strict=True))))
        return made

    def place_of(self, endpoint: str) -> Place:
        """Where a route is at home: projects, the cells of the board and transfers are the head office's."""
        at_office = endpoint.startswith("projects.") or inspected(endpoint) or transferred(endpoint)
        return self.office if at_office else self.here

    def opener(self, rule: Rule) -> Person | None:
        """Somebody who may open this route; None for public pages."""
        access = access_of(self.app.view_functions[rule.endpoint], "property") or frozenset()
        if access == {"public"}:
            return None
        if access == {"operator"}:
            return self.operator
        if rule.endpoint.startswith(("projects.", "members.")) or transferred(rule.endpoint):
            return self.admin
        if inspected(rule.endpoint):
            return self.inspector
        if rule.endpoint.startswith("complaints.bulk_"):  # whoever acted on many sees what became of them
            return self.people["service_supervisor"]
        if rule.endpoint.startswith("repairs.bulk_"):
            return self.people["engineering_supervisor"]
        if MEMBER in access or access == {"signed_in"}:
            return self.people["steward"]
        author = ("steward", "project_manager", "service_supervisor", "company_admin")
        return self.people[next((role for role in author if role in access), min(access))]

    def browser(self, rule: Rule) -> FlaskClient:
        """The browser of whoever may open this route."""
        person = self.opener(rule)
        return person.client if person else self.stranger()


def inspected(endpoint: str) -> bool:
    """Whether a page is quality's, in the head office."""
    return endpoint == "board.cell" or endpoint.startswith("complaints.hotline")


def transferred(endpoint: str) -> bool:
    """Whether a page is for the departments of the company, in the head office."""
    return endpoint.startswith("complaints.transfers")


def build(world: World) -> Town:
    """Furnish it; every record is made by the product's own actions."""
    office = world.company()
    here = world.project(office)
    next_door = world.project(world.company("hengtai", "恒泰物业"), "yunqi", "恒泰家园")
    with clock.at(clock.now() - AGE):  # both are old enough to have reported several quarters
        here.staff("最早的人", "front_desk")
        next_door.staff("最早的人", "front_desk")
    people = {role: here.staff(f"{role[:12]}某", role) for role in CREW}
    admin = office.staff("钱文博", "company_admin")
    gone = here.staff("走了的人", "steward")
    with world.app.app_context():
        members.let_go(db.session.get_one(Tenant, here.tenant_id), gone.id, by=OPERATOR)
        db.session.commit()
    inspector = office.staff("孟晓岚", "quality")
    handed = handed_over(office, admin, inspector)
    town = Town(world, office, here, next_door, people, admin, operator(world, here), None, gone, inspector, handed)  # type: ignore[arg-type]
    town.values = records(town, here, people)
    crew = {
        role: next_door.staff("邻家的人", role)
        for role in (
            "steward",
            "service_supervisor",
            "project_manager",
            "division_leader",
            "general_manager",
            "engineering_supervisor",
            "quality",
            "finance",
        )
    }
    town.neighbour = crew["steward"]
    town.foreign = records(town, next_door, crew)
    everybody = (*people.values(), admin, gone, inspector, town.operator, town.neighbour)
    assert all(person.client for person in everybody), "signed in, before anybody watches what is written"
    return town


def operator(world: World, place: Place) -> Person:
    """平台运营, signed in."""
    with world.app.app_context():
        user = identity.appoint_operator("operator@example.com", "平台运营", by=OPERATOR)
        db.session.commit()
        return Person(world, user.id, user.name, user.email, frozenset(), place)


def records(town: Town, place: Place, people: dict[str, Person]) -> dict[str, list[str]]:
    """One of everything in this place, as the values of addresses."""
    steward, supervisor = people["steward"], people["service_supervisor"]
    with place.inside():
        unit = customers.register_unit(label="3-2-1502", by=steward.actor, occupancy="occupied")
        wang = customers.register_customer(
            unit_id=unit.id, name="王晓梅", phones=("13800005521",), email="wang@example.com", by=steward.actor
        )
        contact = record_contact(
            channel="phone", request_kind=next(iter(pack("property").request_kinds)),
            summary="问电梯何时修好，回电 13912345678", by=steward.actor, pack=pack("property"),
            unit_id=unit.id, customer_id=wang.id,
        )  # fmt: skip
        door = doors.open_door("3 栋大堂", by=supervisor.actor)
        db.session.commit()
        found = {
            "customers:unit_id": [str(unit.id)], "customers:customer_id": [str(wang.id)],
            "contacts:contact_id": [str(contact.id)], "complaints.poster:id": [str(door.id)],
            "residents:token": [door.token],
        }  # fmt: skip
    yard = Yard(
        place, steward, steward, supervisor, people["project_manager"], people["division_leader"],
        people["general_manager"], people["engineering_supervisor"], unit.id, wang.id,
    )  # fmt: skip
    cases = complaints(yard)
    letters = releases(Office(place, steward, yard.manager, yard.leader))
    engineer = people["engineering_supervisor"]
    shop = Workshop(
        place, steward, steward, engineer, people.get("technician", engineer), yard.manager, people["finance"],
        unit.id, wang.id,
    )  # fmt: skip
    found |= cases | letters | desk_of(yard) | knowledge(yard) | in_all_states(shop, fully=place is town.here)
    with place.inside():
        found["residents.follow:token"] = [doors.status_link(place.schema, UUID(found["complaints:id"][0]))]
        db.session.commit()
    found |= calendar(place, people)
    with place.inside():
        case = UUID(found["complaints:id"][0])
        made = shelf(case, supervisor=supervisor.actor, manager=people["project_manager"].actor)
        db.session.commit()
    found["complaints.hotline_result:id"] = [str(arrival(place, town.office) if place is town.here else uuid4())]
    found["complaints.hotline_callback:id"] = found["complaints.hotline_result:id"]
    found |= {
        "digests:id": [str(made[kind]) for kind in ("weekly", "monthly", "statistics", "callbacks")],
        "digests.review:id": [str(made["review"])], "digests:kind": ["statistics", "callbacks"],
    }  # fmt: skip
    found |= paperwork(yard, UUID(found["complaints:id"][0]))
    desk = reporting.Desk(
        place, supervisor, yard.manager, yard.leader, people["quality"], people["finance"], steward
    )  # fmt: skip
    found |= addresses(desk, fill(desk, STATES if place is town.here else STATES[:2]))
    with town.app.app_context():
        found["identity.invitation:token"] = [links.make(db.session(), people["steward"].id, links.INVITATION)]
        found["identity.reset:token"] = [links.make(db.session(), people["steward"].id, links.RESET)]
        db.session.commit()
    found["identity.accept_invitation:token"] = found["identity.invitation:token"]
    found["identity.take_reset:token"] = found["identity.reset:token"]
    return found | {
        "projects:slug": [place.slug],
        "members:staff_id": [str(people[role].id) for role in ("project_manager", "engineering_supervisor")],
        "operator:user_id": [str(people["steward"].id)],
        "calendar:day": ["2026-12-01"], "imports.template:kind": ["roster", "ledger"],
        "clauses:clause_id": ["complaint-closed", "notice-approval"],
        "board:clause_id": ["complaint-closed", "visit-plan-month"], "board:slug": [place.slug],
        "mailbox:name": ["no-such-mail"],
        "static:filename": ["app.css"],
    }  # fmt: skip


def handed_over(office: Place, admin: Person, receiver: Person) -> tuple[str, ...]:
    """Two complaints that a department handed over, one of which was taken up: the forms of what comes next."""
    with office.inside():
        about = complaint_actions.NewComplaint("停车费重复扣款", "扣了两次", "charges", "", "phone", anonymous=True)
        taken, waits = (transfers.hand_over(about, department="finance", by=admin.actor) for _ in range(2))
        transfers.take(taken.id, version=taken.version, by=receiver.actor)
        db.session.commit()
        return receiver.at(f"complaints/{waits.id}/taking"), receiver.at(f"complaints/{taken.id}/outcome")


def complaints(yard: Yard) -> dict[str, list[str]]:
    """Registered, being handled, with all that is submitted, paused, handled with a drafted reply, closed, major."""
    fresh, handled = yard.register(), yard.register(complained_about=yard.engineer.id)
    handling, proposed, paused, answered, closed, major = (yard.register() for _ in range(6))
    for each in (handling, proposed, paused, answered, closed):
        yard.accept(each)
    yard.accept(handled, complained_about=str(yard.engineer.id))
    asked = {"kind": "damages", "amount": "300", "reason": "误工半天"}
    for each in (proposed, handled):
        expect(yard.post(yard.steward, each, "compensations", **asked))
    yard.decided("compensations", handled, 1, yard.manager)
    expect(yard.post(yard.steward, proposed, "investigations", **PARTS))
    expect(yard.post(yard.steward, proposed, "solutions", text="更换门机皮带"))
    alarm(yard, major, closed)
    expect(yard.post(yard.steward, paused, "pauses", reason="等待配件到货"))
    for each in (answered, closed, handled):
        yard.solve(each)
    expect(yard.post(yard.steward, answered, "reply", title="关于电梯的答复", body="已更换门机皮带。"))
    called = {"channel": "on_site", "signed": "y", "satisfaction": "5", "opinion": "修好了"}
    expect(yard.post(yard.steward, closed, "callbacks", **called))
    final = {"conclusion": "已彻底检修", "no_reply": "spoken", "no_reply_note": "管家当面告知"}
    expect(yard.post(yard.supervisor, closed, "closure", **final))
    shown = {"pictures": (BytesIO(shot()), "1.jpg"), "caption": "门机皮带"}
    expect(yard.steward.post(f"complaints/{handling}/pictures", shown))
    many = {"act": "export", "go": "1", "reason": "例会", "ids": [f"{fresh}:1", f"{closed}:1"]}
    run = expect(yard.supervisor.post("complaints/bulk", many)).headers["Location"].rsplit("/", 1)[1]
    followed = after(yard)
    with yard.place.inside():
        assert db.session.get(Solution, (proposed, 1))
        photo = db.session.scalars(select(Photo.id).where(Photo.subject_id == handling)).one()
    return {
        "complaints:id": [
            str(each) for each in (fresh, handling, proposed, paused, answered, closed, handled, major, followed)
        ],
        "complaints.decision:id": [str(proposed)], "complaints.decide:id": [str(proposed)],
        "complaints.picture_of:id": [str(handling)], "complaints.small_picture:id": [str(handling)],
        "complaints:photo_id": [str(photo)], "complaints:nth": ["1"],
        "complaints:kind": ["solutions", "investigations", "compensations"],
        "complaints:verb": list(VERBS), "complaints:run_id": [run],
    }  # fmt: skip


def desk_of(yard: Yard) -> dict[str, list[str]]:
    """Receptions: open, to be fed back, to be revisited, settled at once."""
    keys = []
    for nth, answer in enumerate(("", "", "4", "settled")):
        asked = {"request_kind": "help", "summary": "老人忘带钥匙", "channel": "phone", "answer": answer, "q": ""}
        made = expect(yard.steward.post("receptions/new", {**asked, "who": f"{yard.unit}:{yard.customer}"}))
        keys.append(made.headers["Location"].rsplit("/", 1)[1])
        if nth in (1, 2):
            step = {"words": "已开门", "channel": "phone" if nth == 2 else "", "version": "1"}
            expect(yard.steward.post(f"receptions/{keys[-1]}/handling", step))
    verbs = ["handling", "feedback", "revisit", "expectation", "escalation", "notes", "owner"]
    day = clock.local(clock.now()).date().isoformat()
    filed = expect(yard.steward.post("work-reports", {"day": day, "remarks": "下午停电，两位老人求助"}))
    report = filed.headers["Location"].rsplit("/", 1)[1]
    return {"receptions:id": keys, "receptions:verb": verbs, "work_reports:id": [report]}


def knowledge(yard: Yard) -> dict[str, list[str]]:
    """Articles: in force with a draft that waits for its approval, a draft, a retired one."""
    author, manager, keys = yard.steward, yard.manager, []
    facts = {"title": "停车费缴纳", "body": "可在前台或线上缴纳。", "review_on": "2099-12-31"}
    for kind in ("phrase", "question", "standard"):
        made = expect(author.post("articles", {"kind": kind, **facts})).headers["Location"]
        keys.append(made.rsplit("/", 1)[1])
        if kind != "question":
            expect(author.post(f"{made}/submission", {"version": "1"}))
            with yard.place.inside():
                hashed = db.session.get_one(Version, (UUID(keys[-1]), 1)).content_hash
            decided = {"nth": "1", "hashed": hashed, "verdict": "approved", "reason": ""}
            expect(manager.post(f"{made}/decision", decided))
    expect(author.post(f"articles/{keys[0]}", {**facts, "body": "也可请管家上门。", "version": "1"}))
    expect(author.post(f"articles/{keys[0]}/submission", {"version": "2"}))
    expect(manager.post(f"articles/{keys[2]}/retirement", {"reason": "收费已变", "version": "1"}))
    return {"articles:id": keys}


def alarm(yard: Yard, major: UUID, other: UUID) -> None:
    """A major complaint with a solution and a meeting, linked to another one; the warning is still owed."""
    yard.accept(major, "major")
    expect(yard.post(yard.steward, major, "solutions", text="更换门机皮带"))
    met = {
        "held_at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}", "participants": "王海峰",
        "decisions": "先停梯", "leader_id": str(yard.general.id),
    }  # fmt: skip
    expect(yard.post(yard.manager, major, "meetings", **met))
    with yard.place.inside():
        number = db.session.get_one(Complaint, other).number
    expect(yard.post(yard.supervisor, major, "links", number=number, kind="related", reason="同一部电梯"))


def arrival(place: Place, office: Place) -> UUID:
    """A result that a project reported, in its head office."""
    with office.inside():
        now = clock.now()
        made = HotlineArrival(
            tenant=place.schema, complaint_id=uuid4(), number="TS-20261126-001", subject="电梯停运", result="已修复",
            handled_at=now, reported_at=now, reported_by_name="周敏", arrived_at=now,
        )  # fmt: skip
        db.session.add(made)
        db.session.commit()
        return made.id


def after(yard: Yard) -> UUID:
    """A case that was called back and raised something new, checked, exempted by its letter, with a responsibility."""
    case = yard.register(source="company_hotline")
    yard.accept(case)
    yard.solve(case)
    promised = {"raised_new": "y", "matter": "轿厢灯闪", "promised_on": f"{clock.local(clock.now()):%Y-%m-%d}"}
    called = {"channel": "on_site", "signed": "y", "satisfaction": "3", "opinion": "还可以"}
    expect(yard.post(yard.steward, case, "callbacks", **called, **promised))
    expect(yard.post(yard.supervisor, case, "check", nth="1", passed="yes", opinion="记录完整"))
    drafted = expect(yard.post(yard.steward, case, "reply", title="关于灯闪的答复", body="已更换灯管。"))
    letter = UUID(drafted.headers["Location"].rsplit("/", 1)[1])
    with yard.place.inside():
        complaint_actions.reply_delivered(case, letter, by=yard.steward.actor)
        db.session.commit()
    filed = {"kind": "reply_only", "release_id": str(letter), "reason": "客户只要求复函"}
    expect(yard.post(yard.supervisor, case, "exemption", **filed))
    loss = {"kind": "loss", "person_id": str(yard.steward.id), "finding": "漏水未及时关阀", "measure": "提醒谈话"}
    expect(yard.post(yard.manager, case, "responsibility", **loss))
    expect(yard.post(yard.supervisor, case, "result", result="已更换灯管"))
    return case


def releases(office: Office) -> dict[str, list[str]]:
    """Letters: a draft, a submitted one, one that is out by mail (refused: no server) and by hand, and one held."""
    draft, waiting, sent = office.reply(), office.reply(), office.approved()
    office.submit(waiting)
    office.deliver_all(sent)
    held = office.approved()
    with office.place.inside():
        known = {"way": "post", "receiver": "王女士", "note": "收件人电话 13912345678"}
        letters.hand_over(sent, **known, at=None, version=1, by=office.steward.actor)
        letters.bar("complaints", db.session.get_one(Release, held).subject_id, [office.steward.id], by=Actor.system())
        db.session.commit()
        token = db.session.get_one(Release, sent).token
        mail = db.session.query(Delivery).filter_by(release_id=sent, channel="email").one()
        attempt = db.session.query(Attempt).filter_by(delivery_id=mail.id).one()
        return {
            "releases:id": [str(draft), str(waiting), str(sent), str(held)], "releases:attempt": [str(attempt.id)],
            "letters:token": [token],
        }  # fmt: skip


def calendar(place: Place, people: dict[str, Person]) -> dict[str, list[str]]:
    """Two duties of this quarter, one of which is to be moved, and the manager's calendar address."""
    manager, tomorrow = people["project_manager"].actor, clock.local(clock.now()).date() + timedelta(days=1)
    with place.inside():
        owed = [of_this_quarter("report-approval", 10), of_this_quarter("report-published", 20)]
        db.session.add_all(owed)
        db.session.flush()
        known = place.world.app.extensions["evidence"]
        duties.ask_move(owed[1].id, to=tomorrow, reason="业委会换届", version=1, known=known, by=manager)
        token = duties.open_feed(by=manager)
        db.session.commit()
        keys = [str(duty.id) for duty in owed]
    return {
        "duties:id": keys, "duties.decide:id": keys[1:], "duties:nth": ["1"], "agendas:token": [token],
    }  # fmt: skip


def paperwork(yard: Yard, complaint: UUID) -> dict[str, list[str]]:
    """An import with a good and a bad row, two documents, a delegation, a reminder."""
    desk = Desk(yard.place)
    staged = desk.take(households(
        ["3", "2", "1601", "赵大海", "13900001111", "业主", "2024-05-31", "入住", ""],
        ["3", "2", "1602", "钱二", "不是号码", "业主", "2024-13-45", "入住", ""],
    ))  # fmt: skip
    ledger = desk.take(messages(ROW), "ledger")
    given = {"of": str(yard.manager.id), "to": str(yard.leader.id), "role": "project_manager", "reason": "休假"}
    today = clock.local(clock.now()).date().isoformat()
    expect(yard.manager.post("delegations/", {**given, "starts_on": today, "ends_on": today}))
    asked = expect(yard.post(yard.steward, complaint, "sheet")).headers["Location"].rsplit("/", 1)[1]
    with yard.place.inside():
        ready = Document(
            kind="complaint_form", subject_type="complaints", subject_id=complaint, title="TS-1 投诉处理单\r\nX: 1",
            requested_by=yard.steward.id, requested_by_name="林晓燕", requested_at=clock.now(), state="ready",
            sha256=files.store(yard.place.schema, b"%PDF-1.7"), size=8,
            readers=list(pack("property").complaint_roles.readers),
        )  # fmt: skip
        reminder = Reminder(
            kind=WARN, subject_type="complaints", subject_id=complaint, stage="first_response",
            staff_id=yard.steward.id, title="TS-1 即将到期", path=f"complaints/{complaint}", created_at=clock.now(),
        )  # fmt: skip
        db.session.add_all([ready, reminder])
        delegation = db.session.query(Delegation).first()
        db.session.commit()
        return {
            "imports:import_id": [str(staged), str(ledger)], "documents:id": [asked, str(ready.id)],
            "documents.file:id": [str(ready.id)], "delegations:delegation_id": [str(delegation.id)],
            "obligations:reminder_id": [str(reminder.id)],
        }  # fmt: skip


def expect(answer: Any) -> Any:
    """A step of the furnishing that must work."""
    assert answer.status_code == 303, answer.text
    return answer


def nowhere() -> str:
    """A key that no row has."""
    return str(uuid4())


class Rows:
    """What is written, to compare before and after: each table's number of rows and a sum over their contents."""

    def __init__(self, admin: psycopg.Connection, *schemas: str) -> None:
        self.admin = admin
        tables = admin.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname = ANY(%s) ORDER BY 1, 2",
            [[*schemas, "platform"]],
        ).fetchall()
        parts = []
        for schema, table in tables:
            if table in NOT_ROWS:
                continue
            content = "to_jsonb(t) - 'seen_at' - 'expires_at'" if table == "sessions" else "t"
            parts.append(
                sql.SQL("SELECT {}, count(*), coalesce(sum(hashtext(({})::text)::bigint), 0) FROM {} t").format(
                    sql.Literal(f"{schema}.{table}"), sql.SQL(content), sql.Identifier(schema, table)
                )
            )
        self.query = sql.SQL(" UNION ALL ").join(parts)

    def __call__(self) -> dict[str, tuple[int, int]]:
        """All tables now."""
        return {name: (count, content) for name, count, content in self.admin.execute(self.query, prepare=True)}


class Written:
    """Counts the transactions of the product that committed something; exact, and cheaper than comparing rows."""

    def __init__(self, app: Flask) -> None:
        self.count = 0
        with app.app_context():
            event.listen(db.engine, "commit", self.note)

    def note(self, connection: Connection) -> None:
        """A transaction that wrote has a number of its own."""
        wrote = connection.connection.cursor().execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").fetchone()
        self.count += bool(wrote and wrote[0])


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The tables that differ."""
    return [name for name in before if before[name] != after[name]]
