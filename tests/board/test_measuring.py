"""From a record to a figure: marks, measuring, replays and rivals (M4)."""

import pytest

from saas.policy.loader import pack
from tests.board.conftest import Street

pytestmark = [pytest.mark.rule("M4"), pytest.mark.usefixtures("noon")]


def test_a_new_project_is_measured_at_once(street: Street) -> None:
    assert street.work() >= 3
    for clause in pack("property").clauses:
        assert street.cell(street.yunqi, clause).applies
        assert street.cell(street.office, clause, of=street.yunqi).met == 0
