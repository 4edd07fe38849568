"""What people do all day, by the product's own actions: a complaint is registered, and answered for the first time."""

from itertools import count
from uuid import UUID

from flask import Flask

from saas.companies import actions
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.models import User
from saas.tenancy import enter
from saas.tenancy.models import Tenant
from tenants.complaints import actions as complaints
from tenants.complaints.models import Complaint

_numbers = count(1)
OPERATOR = Actor(None, "平台运营")


class Steward:
    """管家 of one project; each action is a transaction of its own, committed."""

    def __init__(self, app: Flask, schema: str) -> None:
        self.app, self.schema = app, schema
        email = f"steward-{schema}@example.com"
        with app.app_context():
            tenant = db.session.query(Tenant).filter_by(schema_name=schema).one()
            actions.take_in(tenant, email, "林晓燕", ["steward", "service_supervisor"], by=OPERATOR)
            db.session.commit()
        with app.app_context():
            user = db.session.query(User).filter_by(email=email).one()
            self.actor = Actor(user.id, user.name, frozenset({"steward", "service_supervisor"}), schema)

    def register(self) -> UUID:
        """A complaint comes in."""
        with self.app.app_context():
            enter(db.session(), self.schema)
            new = complaints.NewComplaint(
                subject=f"电梯停运 {next(_numbers)}", body="三次停运，其中一次困人。", category="facilities",
                source="walk_in", channel="in_person", reporter="王晓梅", phone="13800005521",
            )  # fmt: skip
            made = complaints.register(new, by=self.actor)
            db.session.commit()
            return made.id

    def respond(self, key: UUID) -> None:
        """It is answered."""
        with self.app.app_context():
            enter(db.session(), self.schema)
            version = db.session.get_one(Complaint, key).version
            complaints.respond(key, kind="first", channel="phone", text="已致电", version=version, by=self.actor)
            db.session.commit()
