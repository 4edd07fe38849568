"""A resident in front of the QR form."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.complaints.conftest import Yard
from tests.world import TOKEN

FILLED = {
    "subject": "电梯停运", "body": "停了三次", "demand": "检修", "category": "facilities", "reporter": "李四",
    "room": "3-2-1502", "phone": "13900001234", "email": "", "website": "",
}  # fmt: skip


class Resident:
    """Somebody with a phone and no account."""

    def __init__(self, yard: Yard, token: str, address: str = "203.0.113.9") -> None:
        self.client: FlaskClient = yard.place.world.app.test_client()
        self.path, self.address = f"/q/{token}", address

    def open(self) -> TestResponse:
        return self.client.get(self.path, environ_base={"REMOTE_ADDR": self.address})

    def send(self, key: str = "", **changes: Any) -> TestResponse:
        found = TOKEN.search(self.open().text)
        assert found
        data = {**FILLED, "csrf_token": found[1], "key": key or str(uuid4()), **changes}
        return self.client.post(self.path, data=data, environ_base={"REMOTE_ADDR": self.address})
