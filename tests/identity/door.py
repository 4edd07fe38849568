"""A stranger's browser at the front door, and accounts with passwords."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from saas import clock
from saas.db import db
from saas.identity import actions, links, passwords, second_factor
from saas.identity.models import User
from tests.world import TOKEN, Person

PASSWORD = "correct horse battery"
HASHES: dict[str, str] = {}


def give_password(person: Person, password: str = PASSWORD) -> None:
    """Let somebody have accepted the invitation; hashing is slow on purpose, so it is done once per password."""
    kept = HASHES.setdefault(password, passwords.hashed(password))
    with person.world.app.app_context():
        db.session.get_one(User, person.id).password_hash = kept
        db.session.commit()


def link_for(person: Person, purpose: str) -> str:
    """The token that a mail would carry."""
    with person.world.app.app_context():
        token = links.make(db.session(), person.id, purpose)
        db.session.commit()
        return token


def turn_on(person: Person) -> tuple[str, list[str]]:
    """Turn the second factor on; the secret and the recovery codes."""
    with person.world.app.app_context():
        user = db.session.get_one(User, person.id)
        secret = second_factor.begin(user)
        codes = actions.turn_on_second_factor(user, code_now(secret), keep="")
        db.session.commit()
        return secret, codes


def code_now(secret: str, steps: int = 0) -> str:
    """What the authenticator shows now, or `steps` half minutes later."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // second_factor.STEP + steps)


@dataclass
class Stranger:
    """A browser without a session. Each has an address of its own, so that brakes do not meet."""

    app: Flask
    address: str = "203.0.113.1"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, environ_overrides={"REMOTE_ADDR": self.address}, **kwargs)

    def post(self, path: str, page: str = "/login", **fields: str) -> TestResponse:
        """Send a form with the CSRF token of `page` and a fresh idempotency key (unless `key` is given)."""
        found = TOKEN.search(self.get(page, follow_redirects=True).text)
        assert found, f"no form on {page}"
        return self.client.post(
            path,
            data={"csrf_token": found[1], "key": str(uuid4()), **fields},
            environ_overrides={"REMOTE_ADDR": self.address},
        )

    def sign_in(self, person: Person, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Try to sign in."""
        return self.post("/login", email=person.email, password=password, **fields)

    @property
    def cookie(self) -> str:
        """The session token of this browser."""
        kept = self.client.get_cookie("sid")
        return kept.value if kept else ""


def sessions_of(person: Person) -> int:
    """How many living sessions somebody has."""
    from saas.identity.queries import open_sessions

    with person.world.app.app_context():
        return len(open_sessions(UUID(str(person.id))))


def sentence(response: TestResponse) -> str:
    """The text of the red box."""
    found = re.search(r'role="alert"[^>]*>(.*?)</div>\s*</div>', response.text, re.S)
    return re.sub(r"<[^>]+>|\s+", "", found[1]) if found else ""
