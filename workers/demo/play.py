"""Play a quarter: each tale runs through the product's own actions at its own moment, as far as today allows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from saas import clock
from saas.approvals import queries as approvals
from saas.db import db
from saas.identity import Actor
from saas.policy.loader import pack
from saas.policy.periods import Period
from saas.tenancy import enter
from saas.tenancy.staff import Staff
from tenants.complaints import actions as complaints
from tenants.complaints.facts import Solution
from tenants.complaints.models import Complaint
from tenants.contacts.actions import record_contact
from tenants.customers.models import Customer, Residency, Unit
from tenants.releases import actions as releases
from tenants.releases.models import Release
from workers import delivery
from workers.demo import followed
from workers.demo.more import More, decider_of
from workers.demo.sending import sent
from workers.demo.tales import TALES, Tale

CASES, PAST_CASES = 26, 18
# How many days ago the cases came in, the latest first: a busy week behind a quiet quarter.
AGO = (0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 23, 26, 29, 33, 37, 41, 45, 48, 51)
# The n-th case from the end stops before this step: something is late, something waits for each of them.
STOPS = {3: "approve", 5: "propose", 6: "approve", 8: "review", 9: "ratify", 10: "review", 12: "call_back"}
WAYS = [("project_phone", "phone"), ("walk_in", "in_person"), ("qr_code", "online"), ("company_hotline", "phone")]
ASKED = (
    ("question", "phone", "询问本季度物业费缴纳方式，已告知线上与前台两种办法。"),
    ("help", "in_person", "老人忘带钥匙，秩序员陪同等候家人回来。"),
    ("suggestion", "online", "建议在南门增加一盏路灯，已转工程部勘查。"),
    ("praise", "phone", "表扬秩序员拾金不昧，归还手提包一个。"),
    ("repair", "phone", "厨房龙头滴水，约定明天上午十点上门。"),
)  # fmt: skip


@dataclass
class Scene:
    """One project on stage: the application, its schema, and its people by role."""

    app: Flask
    schema: str
    crew: dict[str, Actor]

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """A transaction of its own inside the tenant at this moment."""
        with clock.at(moment), self.app.app_context():
            enter(db.session(), self.schema)
            yield
            db.session.commit()


def people(app: Flask, schema: str) -> dict[str, Actor]:
    """The staff of a project as actors, by their first role."""
    with app.app_context():
        enter(db.session(), schema)
        rows = db.session.scalars(select(Staff).where(Staff.ended_at.is_(None)).order_by(Staff.name)).all()
        return {row.roles[0]: Actor(row.id, row.name, frozenset(row.roles), schema) for row in rows}


def play(scene: Scene, name: str, quarter: Period, now: datetime) -> int:
    """Play every case of a project's quarter that is not there yet; running it again goes on where it stopped.

    Answers how many cases were played.
    """
    with scene.at(now):
        here = Complaint.received_at >= quarter.begin, Complaint.received_at < quarter.end
        played = db.session.scalar(select(func.count()).select_from(Complaint).where(*here)) or 0
        homes = db.session.execute(
            select(Unit.id, Customer.id).join(Residency, Residency.unit_id == Unit.id)
            .join(Customer, Customer.id == Residency.customer_id).order_by(Unit.sort_key)
        ).all()  # fmt: skip
    present = quarter.end > now
    chance = Random(f"{name} cases" if present else f"{name} {quarter.begins}")  # noqa: S311
    moments = _latest(chance, quarter, now) if present else _spread(chance, quarter)
    for number, begin in enumerate(moments):
        tale, home, way, pace = TALES[number % len(TALES)], chance.choice(homes), chance.choice(WAYS), chance.random()
        if number >= played:
            _talk(scene, max(begin - timedelta(hours=2), quarter.begin), chance, chance.choice(homes))
            stop = STOPS.get(CASES - number, "") if present else ""
            _case(scene, tale, begin, now, home=home, way=way, pace=pace, stop=stop)
    return len(moments) - min(played, len(moments))


def _latest(chance: Random, quarter: Period, now: datetime) -> list[datetime]:
    """When the cases of the present quarter come in: the last ones today and yesterday, in opening hours."""
    today = clock.local(now).date()
    found = []
    for number in range(CASES):
        day = max(today - timedelta(days=AGO[CASES - 1 - number]), quarter.begins)
        found.append(min(in_hours(chance, day), now - timedelta(minutes=7 + number)))
    return sorted(found)


def _spread(chance: Random, quarter: Period) -> list[datetime]:
    """When the cases of a past quarter came in: any day, in opening hours; some quarters are busier."""
    days = (quarter.ends - quarter.begins).days
    return sorted(
        in_hours(chance, quarter.begins + timedelta(days=chance.randrange(days)))
        for _ in range(PAST_CASES + chance.randrange(-4, 5))
    )


def in_hours(chance: Random, day: date) -> datetime:
    """Some moment of the day in opening hours."""
    return datetime.combine(day, time(8, 30), clock.CN) + timedelta(minutes=chance.randrange(540))


def _talk(scene: Scene, moment: datetime, chance: Random, home: tuple[UUID, UUID]) -> None:
    kind, channel, words = chance.choice(ASKED)
    with scene.at(moment):
        record_contact(
            channel=channel, request_kind=kind, summary=words, by=scene.crew["front_desk"], pack=pack("property"),
            unit_id=home[0], customer_id=home[1],
        )  # fmt: skip


def _case(
    scene: Scene,
    tale: Tale,
    begin: datetime,
    now: datetime,
    *,
    home: tuple[UUID, UUID],
    way: tuple[str, str],
    pace: float,
    stop: str,
) -> None:
    """One case, step after step, until the next step would lie in the future. `pace` near 1 is a slow one."""
    crew = scene.crew
    steward, supervisor, manager = crew["steward"], crew["service_supervisor"], crew["project_manager"]
    handler = crew["engineering_supervisor"] if tale.department == "engineering" else steward
    # The handling department does not answer the customer itself (D8).
    writer = supervisor if handler is steward and tale.department != "customer_service" else steward
    late = pace > 0.85
    with scene.at(begin):
        new = complaints.NewComplaint(
            subject=tale.subject, body=tale.body, demand=tale.demand, category=tale.category, source=way[0],
            channel=way[1], unit_id=home[0], customer_id=home[1],
        )  # fmt: skip
        id = complaints.register(new, by=crew["front_desk"]).id

    more = More(id, tale, crew, handler)

    def version() -> int:
        return db.session.get_one(Complaint, id).version

    def respond() -> None:
        words = "您好，您反映的情况已经登记，我们马上核实，今天内再与您联系。"
        complaints.respond(id, kind="first", channel="phone", text=words, version=version(), by=steward)

    def judge() -> None:
        reason = "经核实情况属实，" + ("涉及人身安全，按重大处理" if tale.severity == "major" else "按规程受理")
        complaints.judge(
            id, accepted=True, established=True, category=tale.category, severity=tale.severity, reason=reason,
            version=version(), by=supervisor, ground="crowd" if tale.severity == "major" else "",
        )  # fmt: skip
        more.told()

    def assign() -> None:
        complaints.assign(
            id,
            department=tale.department,
            handler_id=_id(handler),
            note="请按时限提交方案",
            version=version(),
            by=supervisor,
        )

    def propose() -> None:
        complaints.propose(id, text=tale.solution, version=version(), by=handler)

    def approve() -> None:
        solution = db.session.scalars(select(Solution).where(Solution.complaint_id == id)).one()
        decider = decider_of(scene.crew, solution.approval_id)
        complaints.decide_solution(
            id, verdict="approved", reason="同意", nth=solution.nth, hashed=solution.content_hash, by=decider
        )

    def handle() -> None:
        complaints.mark_handled(id, result=tale.result, handled_at=None, version=version(), by=handler)

    def write() -> None:
        body = f"尊敬的业主：\n{tale.reply}\n如有疑问，请随时拨打服务电话。"
        complaints.draft_reply(
            id, title=f"关于“{tale.subject[:24]}”的答复", body=body, version=version(), by=writer,
            compensations=[1] if tale.money else [],
        )  # fmt: skip

    def submit() -> None:
        release = _answer(id)
        releases.submit(release.id, version=release.version, by=writer)

    def review() -> None:
        _decide(scene, id, manager, "情况属实，措辞得当")

    def ratify() -> None:
        sent(_answer(id), lambda: _decide(scene, id, crew["division_leader"], ""), now)

    def bring() -> None:
        release = _answer(id)
        if release.state == "published":  # nobody has the address of the page yet: the letter is brought
            releases.hand_over(
                release.id, way="in_person", receiver="业主本人", at=None, version=release.version, by=writer
            )
            delivery.handed_over(str(release.id))

    def call_back() -> None:
        caller = {"general": steward, "important": supervisor, "major": crew["general_manager"]}[tale.severity]
        promised = clock.local(clock.now()).date() + timedelta(days=1) if tale.raised else None
        complaints.call_back(
            id, channel="on_site", signed=True, satisfaction=tale.satisfaction, opinion=tale.opinion,
            raised_new=promised is not None, matter=tale.raised, promised_on=promised, version=version(), by=caller,
        )  # fmt: skip

    def call_again() -> None:
        if tale.raised:
            complaints.call_back(
                id, channel="phone", signed=False, satisfaction=5, opinion="都处理好了，谢谢。", raised_new=False,
                version=version(), by=steward,
            )  # fmt: skip

    def close() -> None:
        complaints.close(
            id, conclusion="已解决，业主认可。", no_reply="", no_reply_note="", version=version(), by=supervisor
        )

    hours = [
        (respond, 2.6 if late else 0.3 + pace), (judge, 3), (assign, 3.2), (more.convene, 4), (more.warn, 5),
        (propose, 30 if late else 6), (approve, 31), (more.negotiate, 33), (more.investigate, 36),
        (more.ask_money, 40), (more.grant, 44), (more.report, 52), (handle, 60 + 40 * pace), (write, 62 + 40 * pace),
        (submit, 63 + 40 * pace), (review, 66 + 40 * pace), (ratify, 70 + 40 * pace), (bring, 70.2 + 40 * pace),
        (more.pay, 80 + 40 * pace), (call_back, 90 + 40 * pace),
        (call_again, 91.5 + 40 * pace), (close, 92 + 40 * pace),
    ]  # fmt: skip
    hours = sorted([*hours, *followed.steps(id, crew, version, pace)], key=lambda each: each[1])
    moment = begin
    for step, after in hours:
        moment = max(_open(begin + timedelta(hours=after)), moment + timedelta(minutes=6))
        if moment > now or step.__name__ == stop:
            return
        with scene.at(moment):
            step()


def _open(moment: datetime) -> datetime:
    """Nobody works at night: what would fall after seven in the evening is done the next morning."""
    there = clock.local(moment)
    if 8 <= there.hour < 19:
        return moment
    morning = there.date() + timedelta(days=there.hour >= 19)
    return datetime.combine(morning, time(8, 30 + there.minute // 3), clock.CN)


def _id(actor: Actor) -> UUID:
    assert actor.id is not None
    return actor.id


def _answer(complaint_id: UUID) -> Release:
    return db.session.scalars(select(Release).where(Release.subject_id == complaint_id)).one()


def _decide(scene: Scene, complaint_id: UUID, by: Actor, reason: str) -> None:
    release = _answer(complaint_id)
    approval = next(a for a in approvals.of_subject(Release.__tablename__, release.id) if a.state == "pending")
    releases.decide(
        release.id, approval_id=approval.id, verdict="approved", reason=reason, version=approval.version,
        content_hash=approval.content_hash, by=by,
    )  # fmt: skip
