"""A project with a steward, a few households, and an engineer who has no business with the dossiers."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from saas.db import db
from tenants.customers import actions
from tests.world import Person, Place, World


@dataclass
class Estate:
    """云栖花园: 3-2-1502 with 王晓梅 and her son, 3-2-902 vacant, 10-1-101 with a shop."""

    place: Place
    steward: Person
    manager: Person
    technician: Person
    unit: UUID
    wang: UUID
    vacant: UUID

    def people(self, more: str = "") -> str:
        return f"customers/{self.unit}/people/{self.wang}{more}"


@pytest.fixture
def estate(world: World) -> Estate:
    place = world.project(world.company())
    steward = place.staff("林晓燕", "steward")
    manager, technician = place.staff("陈志远", "project_manager"), place.staff("吴涛", "technician")
    with place.inside():
        by = steward.actor
        unit = actions.register_unit(
            label="3幢2单元1502室", by=by, occupancy="occupied", handed_over_on=date(2024, 5, 31),
            steward_id=steward.id, area_cm2=1_285_000,
        )  # fmt: skip
        wang = actions.register_customer(
            unit_id=unit.id, name="王晓梅", phones=("13800005521", "0571-88001234"), email="wang@example.com", by=by
        )
        actions.register_customer(unit_id=unit.id, name="单雄", relation="family", phones=("13900001111",), by=by)
        vacant = actions.register_unit(label="3-2-902", by=by)
        shop = actions.register_unit(label="10-1-101", by=by, occupancy="renovating", handed_over_on=date(2026, 9, 1))
        actions.register_customer(unit_id=shop.id, name="好味餐厅", relation="merchant", phones=("13700002222",), by=by)
        db.session.commit()
        return Estate(place, steward, manager, technician, unit.id, wang.id, vacant.id)
