"""A workshop: see there."""

import pytest

from tests.repairs.workshop import Workshop, hire
from tests.world import World


@pytest.fixture
def shop(world: World) -> Workshop:
    return hire(world.project(world.company())).furnish()
