"""The project of the dossiers' tests, with a front desk and a supervisor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from saas import clock
from saas.db import db
from tenants.receptions import queries
from tenants.receptions.models import Reception
from tests.customers.conftest import Estate, estate
from tests.world import Person

__all__ = ["estate"]
SAID = {"request_kind": "help", "summary": "老人忘带钥匙，请帮忙联系家人", "answer": "", "channel": "phone", "q": ""}


@dataclass
class Lobby:
    """云栖花园 with somebody at the front desk."""

    estate: Estate
    front: Person
    supervisor: Person

    def receive(self, at: datetime | None = None, by: Person | None = None, **changes: Any) -> Any:
        """Send the form of the desk."""
        who = f"{self.estate.unit}:{self.estate.wang}"
        with clock.at(at or clock.now()):
            return (by or self.front).post("receptions/new", {**SAID, "who": who, **changes})

    def received(self, at: datetime | None = None, by: Person | None = None, **changes: Any) -> UUID:
        """The same, taken; the key of the reception."""
        answer = self.receive(at, by, **changes)
        assert answer.status_code == 303, answer.text
        return UUID(answer.headers["Location"].rsplit("/", 1)[1])

    def look(self, key: UUID) -> Reception:
        """The reception as it stands."""
        with self.estate.place.inside():
            found = queries.find(key)
            assert found
            db.session.expunge_all()
            return found

    def step(self, key: UUID, verb: str, at: datetime | None = None, by: Person | None = None, **fields: Any) -> Any:
        """Take a step at the present version (unless one is given)."""
        data = {"version": self.look(key).version, **fields}
        with clock.at(at or clock.now()):
            return (by or self.estate.steward).post(f"receptions/{key}/{verb}", data)


@pytest.fixture
def lobby(estate: Estate) -> Lobby:
    place = estate.place
    return Lobby(estate, place.staff("孙雨薇", "front_desk"), place.staff("周敏", "service_supervisor"))
