"""Each step of a repair taken by two at once: one effect, and the slower one is told and loses nothing typed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from saas import clock
from saas.db import db
from tenants.price_lists.queries import in_force
from tenants.repairs.endings import Callback, Cancellation, CashHandover, Completion, Receipt
from tenants.repairs.facts import (
    Appointment,
    Arrival,
    Assignment,
    Compensation,
    Consent,
    Damage,
    Device,
    Move,
    Outsourcing,
    Quote,
    Start,
)
from tenants.repairs.models import Repair
from tests.pictures.shots import shot
from tests.racing import insist, raced
from tests.repairs.workshop import TAP, Workshop, lamp, stroke
from tests.world import Person

ON_SITE, ASSIGNERS = ("technician", "supervisor"), ("supervisor", "manager")
DONE = {"tested": "y", "tidied": "y"}


@dataclass(frozen=True)
class Step:
    """Who races for what: `typed` is the field that keeps the words of each, where there is one."""

    verb: str
    rivals: tuple[str, str]
    fact: Any
    typed: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def race(shop: Workshop, repair: UUID, step: Step) -> None:
    """Take it twice at once, and look at what came of it."""

    def there() -> int:
        with shop.place.inside():
            query = select(func.count()).select_from(step.fact).where(step.fact.repair_id == repair)
            return db.session.scalar(query) or 0

    people: list[Person] = [getattr(shop, name) if hasattr(shop, name) else shop.made[name] for name in step.rivals]
    before, version = there(), shop.get(repair).version
    words = {who.name: f"{who.name}写下的原话" for who in people}
    forms = [(who, step.fields | {"version": str(version), step.typed: words[who.name]}) for who in people]
    first, second, page = raced(f"repairs/{repair}/{step.verb}", forms)
    assert there() == before + 1, step.verb
    assert shop.get(repair).version == version + 1, step.verb
    assert first.name in page, step.verb
    assert not step.typed or words[second.name] in page, step.verb


@pytest.mark.rule("E1")
@pytest.mark.rule("E2")
@pytest.mark.rule("E3")
@pytest.mark.rule("E6")
def test_one_of_two_takes_each_step_and_the_other_keeps_the_words(shop: Workshop) -> None:
    second = {"caller": "service_supervisor", "second": "engineering_supervisor"}
    shop.made |= {name: shop.place.staff(f"另一位{name}", role) for name, role in second.items()}
    everybody = (shop.desk, shop.steward, shop.supervisor, shop.technician, shop.manager, shop.finance)
    for who in (*everybody, *(shop.made[name] for name in second)):
        who.post("repairs/bulk")  # fetches the token, which threads would fetch side by side
    with shop.place.inside():
        prices = in_force()
        assert prices
        told = {"list_id": str(prices.id), f"q-{TAP}": "1"}
    tomorrow = clock.local(clock.now()) + timedelta(days=1)
    technician = {"technician_id": str(shop.technician.id)}
    home = (
        Step(
            "appointments", ("desk", "supervisor"), Appointment, "reason",
            {"begins": f"{tomorrow:%Y-%m-%d}T10:00", "ends": "", "channel": "phone"},
        ),
        Step("assignment", ASSIGNERS, Assignment, "note", technician),
        Step("arrival", ON_SITE, Arrival),
        Step("quotes", ON_SITE, Quote, "finding", told),
        Step("moves", ON_SITE, Move, "what", {"agreed_by": "王晓梅"}),
        Step("damages", ON_SITE, Damage, "what", {"price": "20", "apologised": "y"}),
        Step("compensations", ON_SITE, Compensation, "how", {"nth": "1"}),
        Step("devices", ON_SITE, Device, "device", {"old_number": "A1", "new_number": "B2"}),
        Step("consents", ON_SITE, Consent, "signer", {"signature": stroke()}),
        Step("start", ON_SITE, Start),
        Step("completion", ON_SITE, Completion, "result", DONE | {"signer": "王晓梅", "signature": stroke()}),
        Step("receipts", ON_SITE, Receipt, "receipt"),
        Step("handover", ("finance", "desk"), CashHandover),
        Step(
            "callbacks", ("steward", "caller"), Callback, "opinion",
            {"channel": "phone", "passed": "yes", "satisfaction": "5"},
        ),
    )  # fmt: skip
    hall = (
        Step("agreement", ON_SITE, Consent),
        Step("start", ON_SITE, Start),
        Step(
            "acceptance", ON_SITE, Completion, "result",
            DONE | {"confirmed_by": str(shop.steward.id), "pictures": lambda: (BytesIO(shot()), "1.jpg")},
        ),
    )  # fmt: skip
    withdrawn = (
        Step("outsourcings", ("supervisor", "second"), Outsourcing, "reason", {"helper": "顺达安装"}),
        Step("cancellation", ("desk", "manager"), Cancellation, "reason"),
    )  # fmt: skip
    for repair, steps in ((shop.order(), home), (lamp(shop), hall), (shop.order(), withdrawn)):
        for step in steps:
            race(shop, repair, step)


@pytest.mark.rule("E1")
@pytest.mark.rule("E6")
def test_an_order_is_written_once_and_a_receipt_taken_once(shop: Workshop) -> None:
    new = {
        "party": f"{shop.unit}:{shop.customer}", "fault": "厨房龙头滴水", "skill": "plumbing", "urgency": "ordinary",
        "source": "reception", "channel": "phone", "key": str(uuid4()),
    }  # fmt: skip
    shop.desk.post("repairs/bulk")

    def send(_: int) -> str | None:
        return insist(lambda: shop.desk.post("repairs/", new)).headers.get("Location")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    with shop.place.inside():
        assert db.session.scalar(select(func.count()).select_from(Repair)) == 1
    paid = [shop.bring_to("finished") for _ in range(2)]
    shop.technician.post("repairs/bulk")

    def pay(repair: UUID) -> Any:
        return insist(lambda: shop.post(shop.technician, repair, "receipts", receipt="NO.001"))

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(pay, paid))
    assert sorted(each.status_code for each in answers) == [303, 422]
    assert "这个票据号码已经用过" in max(answers, key=lambda each: each.status_code).text
