"""The desk of a project."""

import pytest

from tests.approvals.desk import Desk
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    place = world.project(world.company())
    return Desk(
        place,
        place.staff("林晓燕", "steward"),
        place.staff("陈志远", "project_manager"),
        place.staff("王海峰", "division_leader"),
    )
