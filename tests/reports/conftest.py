"""See Desk; the clock stands in the week after the third quarter."""

from collections.abc import Iterator

import pytest

from saas import clock
from tests.reports.desk import BEGAN, NOW, Desk
from tests.world import World


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    with clock.at(BEGAN):
        place = world.project(world.company())
        place.staff("方总", "general_manager")
    with clock.at(NOW):
        yield Desk(
            place, place.staff("周敏", "service_supervisor"), place.staff("陈志远", "project_manager"),
            place.staff("韩立群", "division_leader"), place.staff("孟晓岚", "quality"),
            place.staff("钱会计", "finance"), place.staff("林晓燕", "steward"),
        )  # fmt: skip
