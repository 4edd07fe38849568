"""What the printed handling form says of a complaint (D2)."""

import pytest

from saas.db import db
from tenants.complaints import sheet
from tenants.complaints.models import Complaint
from tests.complaints.conftest import Yard


@pytest.mark.rule("D2")
@pytest.mark.parametrize(
    ("changes", "phone"),
    [
        ({}, "138 **** 5521"),  # of the dossier: the card holds none when a customer was picked
        ({"customer_id": None, "reporter": "访客", "phone": "13900001234"}, "139 **** 1234"),
        ({"anonymous": True}, ""),
    ],
)
def test_the_phone_is_the_one_that_the_card_shows(yard: Yard, changes: dict[str, object], phone: str) -> None:
    complaint = yard.register(**changes)
    with yard.place.inside():
        assert sheet.fill(db.session.get_one(Complaint, complaint), printed_by="周敏").phone == phone
