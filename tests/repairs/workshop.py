"""A project with the people whom a repair meets, a household, a price list in force, and signatures."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import select

from saas import clock
from saas.clock import CN
from saas.db import db
from saas.pictures import tidy
from saas.pictures.models import Photo
from saas.pictures.signing import Signature, drawing
from tenants.customers import actions as customers
from tenants.price_lists import actions as price_lists
from tenants.price_lists.actions import NewLine
from tenants.price_lists.models import PriceList
from tenants.price_lists.queries import in_force
from tenants.repairs import actions
from tenants.repairs.bulk import actions as bulk
from tenants.repairs.models import Repair
from tenants.repairs.month import month_of
from tenants.repairs.routes.verbs import VERBS
from tests.pictures.shots import shot
from tests.world import Person, Place

_strokes = count(1)
LINES = (
    NewLine("service", "物业服务费", "㎡·月", "2.80", "高层住宅"),
    NewLine("collected", "代收水费", "吨", "2.90"),
    NewLine("paid", "更换龙头", "个", "35", "不含材料"),
    NewLine("paid", "疏通管道", "次", "80.50"),
)
TAP = 3
"""Where 更换龙头 stands on the list."""


def moment(text: str) -> datetime:
    """A time on the clock of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=CN)


def stroke(*, drawn: bool = True) -> str:
    """A drawing as the pad sends it; no two are the same."""
    image, number = Image.new("RGBA", (800, 320), (0, 0, 0, 0)), next(_strokes)
    points = [(60, 200), (300, 60 + number % 200), (520 + number // 200, 220), (700, 90)]
    if drawn:
        ImageDraw.Draw(image).line(points, fill=(16, 21, 31), width=5)
    out = BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()


def signature(signer: str = "王晓梅") -> Signature:
    """The same, as actions take it."""
    return Signature(signer, drawing(stroke()), drawn=True)


@dataclass
class Workshop:
    """云栖花园 with its people."""

    place: Place
    desk: Person
    steward: Person
    supervisor: Person
    technician: Person
    manager: Person
    finance: Person
    unit: UUID | None = None
    customer: UUID | None = None
    made: dict[str, Any] = field(default_factory=dict)

    def furnish(self) -> "Workshop":
        """A household and a price list in force."""
        with self.place.inside():
            if self.unit is None:
                unit = customers.register_unit(label="3-2-1502", by=self.steward.actor, occupancy="occupied")
                self.unit = unit.id
                self.customer = customers.register_customer(
                    unit_id=unit.id, name="王晓梅", phones=("13800005521",), by=self.steward.actor
                ).id
            with clock.at(moment("2026-01-05T10:00")):
                self.made["price_list"] = self.list_prices().id
            db.session.commit()
        return self

    def list_prices(self, *, valid_from: datetime | None = None) -> PriceList:
        """Draft, submit and approve; in force from today unless said otherwise. The tenant is entered."""
        by = self.supervisor.actor
        made = price_lists.draft(by=by)
        day = clock.local(valid_from or clock.now()).date()
        price_lists.write(made.id, title="收费标准", note="", valid_from=day, lines=LINES, version=made.version, by=by)
        price_lists.submit(made.id, version=made.version, by=by)
        price_lists.decide(
            made.id, verdict="approved", reason="", version=made.version, hashed=price_lists.hash_of(made),
            by=self.manager.actor,
        )  # fmt: skip
        return made

    def order(self, at: datetime | None = None, **changes: Any) -> UUID:
        """A dripping tap, appointed an hour later, made by the product's own action."""
        now = at or clock.now()
        facts: dict[str, Any] = {
            "fault": "厨房龙头滴水", "detail": "水槽下也有水。", "skill": "plumbing", "urgency": "ordinary",
            "unit_id": self.unit, "customer_id": self.customer, "appointed_from": now + timedelta(hours=1),
        }  # fmt: skip
        with clock.at(now), self.place.inside():
            made = actions.order(actions.NewRepair(**(facts | changes)), by=self.desk.actor)
            db.session.commit()
            return made.id

    def do(self, does: Any, repair_id: UUID, who: Person, at: datetime | None = None, **facts: Any) -> Any:
        """One action on a repair at its present version."""
        with clock.at(at or clock.now()), self.place.inside():
            version = db.session.get_one(Repair, repair_id).version
            done = does(repair_id, **({"version": version} | facts), by=who.actor)
            db.session.commit()
            return done

    def assign(self, repair_id: UUID, at: datetime | None = None, note: str = "就近") -> None:
        self.do(actions.assign, repair_id, self.supervisor, at, technician_id=self.technician.id, note=note)

    def quote(self, repair_id: UUID, at: datetime | None = None, **changes: Any) -> Any:
        """The fault as found, with a new tap."""
        with clock.at(at or clock.now()), self.place.inside():
            prices = in_force()
            list_id = prices.id if prices else None
        facts: dict[str, Any] = {
            "finding": "阀芯磨损", "quantities": {TAP: Decimal(1)}, "free_reason": "", "list_id": list_id,
        }  # fmt: skip
        return self.do(actions.quote, repair_id, self.technician, at, **(facts | changes))

    def agree(self, repair_id: UUID, at: datetime | None = None) -> None:
        self.do(actions.consent, repair_id, self.technician, at, signature=signature())

    def finish(self, repair_id: UUID, at: datetime | None = None, **changes: Any) -> None:
        facts = {"result": "已更换龙头，试用正常", "tested": True, "tidied": True, "replaced": False}
        self.do(actions.finish, repair_id, self.technician, at, signature=signature(), **(facts | changes))

    def bring_to(self, state: str, at: datetime | None = None, **changes: Any) -> UUID:
        """A repair in this state, everything at one moment (half an hour after it was ordered)."""
        begun = at or clock.now() - timedelta(hours=1)
        made, later = self.order(begun, **changes), begun + timedelta(minutes=30)
        steps = {
            "ordered": lambda: None,
            "assigned": lambda: self.assign(made, later),
            "arrived": lambda: self.do(actions.arrive, made, self.technician, later),
            "quoted": lambda: self.quote(made, later),
            "agreed": lambda: self.agree(made, later),
            "working": lambda: self.do(actions.start, made, self.technician, later),
            "finished": lambda: self.finish(made, later),
        }  # fmt: skip
        for name, step in steps.items():
            step()
            if name == state:
                return made
        raise ValueError(state)

    def post(self, who: Person, repair_id: UUID, verb: str, at: datetime | None = None, **fields: Any) -> Any:
        """Send a form of the repair at its present version (unless one is given)."""
        with self.place.inside():
            version = db.session.get_one(Repair, repair_id).version
        with clock.at(at or clock.now()):
            return who.post(f"repairs/{repair_id}/{verb}", {"version": str(version), **fields})

    def get(self, repair_id: UUID) -> Repair:
        """The order as it stands."""
        with self.place.inside():
            return db.session.get_one(Repair, repair_id)


def hire(place: Place) -> Workshop:
    """One person for each role that a repair meets."""
    return Workshop(
        place, place.staff("孙雨薇", "front_desk"), place.staff("林晓燕", "steward"),
        place.staff("吴涛", "engineering_supervisor"), place.staff("赵强", "technician"),
        place.staff("陈志远", "project_manager"), place.staff("许明霞", "finance"),
    )  # fmt: skip


def lamp(shop: Workshop, **changes: Any) -> UUID:
    """A lamp in the hall, the technician there, and it costs nothing."""
    where = {"fault": "大堂灯不亮", "skill": "general", "room": "3 栋大堂", "common_area": True, "unit_id": None}
    made = shop.bring_to("arrived", **(where | {"customer_id": None, "reporter": ""} | changes))
    shop.quote(made, quantities={}, free_reason="公共设施")
    return made


def bring_to_the_end(shop: Workshop, old: UUID, later: datetime) -> None:
    """A device replaced, finished, paid, called back: it did not pass."""
    shop.do(actions.note_device, old, shop.technician, later, device="水表", old_number="A1", new_number="B2")
    shop.finish(old, later, replaced=True)
    shop.do(actions.pay, old, shop.technician, later, receipt="NO.001")
    shop.do(
        actions.call_back, old, shop.steward, later, channel="phone", passed=False, satisfaction=2, opinion="又滴水"
    )


def in_all_states(shop: Workshop, *, fully: bool) -> dict[str, list[str]]:
    """A repair in each state and everything that can happen to one, as values of addresses (tests of all routes);
    or, for the neighbour, one of each kind of address."""
    shop.furnish()
    now = clock.now()
    states = ("ordered", "assigned", "quoted", "agreed", "working", "finished") if fully else ("working",)
    made = {state: shop.bring_to(state) for state in states}
    if fully:  # free in the hall: steps that stand for a signature
        made["hall"], made["mended"] = lamp(shop), lamp(shop)
        shop.do(actions.consent, made["mended"], shop.technician)
        shop.do(actions.start, made["mended"], shop.technician)
    shop.do(actions.note_damage, made["working"], shop.technician, what="瓷砖", price="20", apologised=True)
    with shop.place.inside():
        shots = [tidy(shot())]
        actions.add_pictures(made["working"], shots, caption="更换前", by=shop.technician.actor)
        db.session.commit()
    asked = shop.order()
    shop.do(actions.ask_for_help, asked, shop.supervisor, helper="顺达安装", reason="都在抢修")
    old = shop.bring_to("working", now - timedelta(days=20)) if fully else asked
    later = now - timedelta(days=19)
    if fully:
        bring_to_the_end(shop, old, later)
    with shop.place.inside():
        picked = [(made["working"], 1), (asked, 1)]
        run = bulk.export_all(picks=picked, reason="例会", by=shop.supervisor.actor).run.id
        db.session.commit()
    last_month = month_of(clock.local(now).date()).previous
    with shop.place.inside():
        entered = actions.register(last_month.begins, note="", by=shop.supervisor.actor)
        poster = price_lists.display("前台", by=shop.supervisor.actor)
        drafted = price_lists.draft(by=shop.supervisor.actor)
        photo = db.session.scalars(select(Photo.id).where(Photo.subject_id == made["working"])).first()
        db.session.commit()
        found = {
            "repairs:id": [*(str(each) for each in made.values()), str(asked), str(old)],
            "repairs.decision:id": [str(asked)], "repairs.decide:id": [str(asked)], "repairs:nth": ["1"],
            "repairs.picture_of:id": [str(made["working"])], "repairs.small_picture:id": [str(made["working"])],
            "repairs:run_id": [str(run)],
            "repairs:photo_id": [str(photo)], "repairs:verb": list(VERBS), "repairs.registered:id": [str(entered.id)],
            "price_lists:id": [str(drafted.id), str(shop.made["price_list"])],
            "price_lists.poster:id": [str(poster.id)], "price_lists.take_down:id": [str(poster.id)],
            "shelf:token": [poster.token],
        }  # fmt: skip
    drawn = ("ordered", "quoted", "working", "finished", "hall", "mended")
    forms = [str(made[state]) for state in drawn if state in made]
    return found | {"repairs.form:id": forms, "repairs.take:id": forms}
