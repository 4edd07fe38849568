"""Companies, projects and people for tests, made by the product's own actions, each person with a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from saas import clock
from saas.companies import actions
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.loader import COOKIE
from saas.identity.sessions import open_session
from saas.tenancy import enter
from saas.tenancy.models import Company, Tenant
from saas.tenancy.staff import Staff

OPERATOR = Actor(None, "平台运营")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Person:
    """Somebody with a login, standing in one tenant."""

    world: "World"
    id: UUID
    name: str
    email: str
    roles: frozenset[str]
    place: "Place"
    since: datetime = field(default_factory=clock.now)
    csrf: str = ""

    @cached_property
    def client(self) -> FlaskClient:
        """The browser, signed in since the person is here; opened by who needs it."""
        with clock.at(self.since), self.world.app.app_context():
            token = open_session(db.session(), self.id)
            db.session.commit()
        client = self.world.app.test_client()
        client.set_cookie(COOKIE, token)
        return client

    @property
    def actor(self) -> Actor:
        """The person as the `by=` of an action."""
        return Actor(self.id, self.name, self.roles, self.place.schema, self.place.company, self.place.slug)

    def at(self, path: str) -> str:
        """The full path of a page inside the person's tenant."""
        return path if path.startswith("/") else f"/{self.place.company}/{self.place.slug}/{path}"

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page. Never inside an app context: the request would run in that one's Session."""
        assert not has_app_context()
        return self.client.get(self.at(path), **kwargs)

    def part(self, path: str, **kwargs: Any) -> TestResponse:
        """Ask for a fragment, as htmx does."""
        return self.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"}, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Send a form with CSRF token and a fresh idempotency key (unless `key` is given)."""
        if not self.csrf:
            found = TOKEN.search(self.client.get("/projects").text)
            assert found, "no form with a CSRF token on the picker"
            self.csrf = found[1]
        fields = {"csrf_token": self.csrf, "key": str(uuid4()), **(data or {})}
        return self.client.post(self.at(path), data=fields, **kwargs)


@dataclass
class Place:
    """A tenant: head office or project."""

    world: "World"
    company: str
    slug: str
    tenant_id: int
    schema: str

    def staff(self, name: str, *roles: str, email: str = "") -> Person:
        """Take a person in with these roles."""
        email = email or f"{uuid4().hex[:10]}@example.com"
        with self.world.app.app_context():
            actions.take_in(db.session.get_one(Tenant, self.tenant_id), email, name, list(roles), by=OPERATOR)
            found = db.session.scalars(select(Staff.id).where(Staff.email == email, Staff.ended_at.is_(None))).one()
            db.session.commit()
        return Person(self.world, found, name, email, frozenset(roles), self)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """An app context whose Session has entered this tenant; commit is the caller's."""
        with self.world.app.app_context():
            enter(db.session(), self.schema)
            yield


class World:
    """The platform of one test."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def company(self, slug: str = "xiangrui", name: str = "祥瑞物业") -> Place:
        """Create a company; the answer is its head office."""
        with self.app.app_context():
            company, tenant = actions.create_company(name, slug, by=OPERATOR)
            place = Place(self, company.slug, tenant.slug, tenant.id, tenant.schema_name)
            actions.settle_in(company, tenant, [])
            db.session.commit()
            return place

    def project(self, office: Place, slug: str = "yunqi", name: str = "云栖花园") -> Place:
        """Create a project of the office's company."""
        with self.app.app_context():
            company = db.session.scalars(select(Company).where(Company.slug == office.company)).one()
            tenant = actions.create_project(company, name, slug, by=OPERATOR)
            place = Place(self, office.company, slug, tenant.id, tenant.schema_name)
            db.session.commit()
            return place
