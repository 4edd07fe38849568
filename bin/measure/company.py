"""A company with projects, made by the product's own actions, and one person who may look into all of them."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from bin.measure.cluster import Cluster
from saas.app import create_app
from saas.companies import actions
from saas.config import Config
from saas.db import db
from saas.identity.actor import Actor
from saas.identity.models import User
from saas.identity.sessions import open_session
from saas.tenancy import bootstrap
from saas.tenancy.models import HEAD_OFFICE, Company, Tenant
from wsgi import slices

OPERATOR = Actor(None, "平台运营")
COMPANY = "bench"
# Company roles reach every project; this one may read the complaints.
ROLES = ["division_leader", "company_admin"]


@dataclass(frozen=True)
class Office:
    """One bootstrapped database with the company in it; `home` is where its web processes read their addresses."""

    cluster: Cluster
    home: Path
    database: str
    app: Flask
    person: str

    def project(self, slug: str) -> str:
        """Create a project with the product's action, committed; answer its schema."""
        with self.app.app_context():
            company = db.session.scalars(select(Company).where(Company.slug == COMPANY)).one()
            schema = actions.create_project(company, f"项目 {slug}", slug, by=OPERATOR).schema_name
            db.session.commit()
            return schema

    def schema(self) -> str:
        """The schema of the head office itself."""
        with self.app.app_context():
            head = select(Tenant.schema_name).where(Tenant.kind == HEAD_OFFICE)
            return db.session.scalars(head).one()

    def sign_in(self) -> str:
        """Open a session for the person and answer its token."""
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == self.person)).one()
            token = open_session(db.session(), user.id)
            db.session.commit()
            return token


def found(cluster: Cluster, database: str, projects: int) -> Office:
    """Bootstrap `database` with spares for so many projects, and found the company."""
    home = cluster.home / database
    dsns = bootstrap.bootstrap(cluster.admin_url, home, database=database, spares=projects + 1)
    config = Config(home, dsns, cluster.redis_url, "", "http://127.0.0.1", "bench-secret-bench-secret")
    app = create_app(config, slices())
    person = "leader@example.com"
    with app.app_context():
        _, tenant = actions.create_company("量测物业", COMPANY, by=OPERATOR)
        office, company = tenant.id, db.session.get_one(Company, tenant.company_id)
        actions.settle_in(company, tenant, [])
        db.session.commit()
    with app.app_context():
        actions.take_in(db.session.get_one(Tenant, office), person, "周敏", ROLES, by=OPERATOR)
        db.session.commit()
    return Office(cluster, home, database, app, person)
