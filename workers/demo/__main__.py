"""`python -m workers.demo ACCOUNTS`: set the stage and write who can log in. Safe to run again."""

import json
import os
import secrets
import sys
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from saas import clock, demo
from saas.app import create_app
from saas.companies import actions as companies
from saas.companies import members
from saas.companies.projects import ProjectFacts, describe_project
from saas.config import Config
from saas.db import db
from saas.identity import Actor, passwords
from saas.identity.actions import appoint_operator, set_password
from saas.identity.models import User
from saas.identity.people import find_or_add
from saas.policy.periods import Every, Period, period
from saas.tenancy import enter
from saas.tenancy.models import QUALITY_SLUG, Company, Tenant
from tenants.customers.models import Unit
from tenants.imports import actions as imports
from tenants.imports.models import Import
from workers.demo import cast, followed, households
from workers.demo.aftermath import follow
from workers.demo.desk import desk
from workers.demo.handing import hand_over
from workers.demo.play import Scene, people, play
from workers.demo.repairing import repairs
from workers.demo.reporting import report
from wsgi import slices

OPERATOR = Actor(None, "平台运营")
QUARTERS = 4
FOUNDED = timedelta(days=500)  # so long ago the companies of the demonstration came to us
PATIENCE = 120  # seconds for the worker to read and write one roster


@dataclass(frozen=True)
class Account:
    """One line of the accounts file."""

    company: str
    project: str
    name: str
    role: str
    username: str
    password: str
    url: str


def main() -> None:
    """Companies and people first, so that everybody can log in; then households; then the quarters of a year."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".local/demo-accounts.json")
    config = Config.load()
    app = create_app(config, slices())
    if not target.exists():  # written last, so it says that everybody is there
        password = f"linsheng-{secrets.token_hex(4)}"
        accounts = [_operator(app, password)]
        for slug, (name, projects) in cast.COMPANIES.items():
            accounts += _company(app, slug, name, projects, password)
        _write(target, accounts)
    places = [(slug, project) for slug, (_, projects) in cast.COMPANIES.items() for project in projects]
    uploads = {place: _upload(app, *place) for place in places}
    for place, key in uploads.items():
        if key is not None:
            _publish(app, *place, key)
    now = clock.now()
    scenes = {}
    for company, project in places:
        schema = _schema(app, company, project)
        scenes[project] = Scene(app, schema, people(app, schema))
    for project, scene in scenes.items():
        if count := desk(scene, project, now):
            print(f"演示数据：{_title(project)}的服务资料和两天的接待，{count} 件", flush=True)
    for company, (name, projects) in cast.COMPANIES.items():
        schema = _schema(app, company, QUALITY_SLUG)
        if count := hand_over(Scene(app, schema, people(app, schema)), next(iter(projects.values())), now):
            print(f"演示数据：{name}各部门转来的投诉，{count} 件", flush=True)
    # The present quarter of every project first; then the older ones, the latest first, while people look around.
    year = _year(clock.local(now).date())
    for done, quarter in enumerate(year):
        for nth, (_, project) in enumerate(places, start=1):
            begun, now_comes = time.monotonic(), f"{quarter.label}，{_title(project)}"
            demo.tell(config.home, cast.COMPANIES, done * len(places) + nth - 1, len(year) * len(places), now_comes)
            count = play(scenes[project], project, quarter, now)
            if quarter.end > now:
                follow(scenes[project], now)
            if count:
                spent = time.monotonic() - begun
                title = f"{quarter.label} {nth}/{len(places)} {_title(project)}"
                print(f"演示数据：{title}，{count} 件投诉，{spent:.0f} 秒", flush=True)
            begun = time.monotonic()
            if count := repairs(scenes[project], project, quarter, now):
                print(f"演示数据：{_title(project)}，{count} 件报修，{time.monotonic() - begun:.0f} 秒", flush=True)
        if quarter.end <= now < quarter.next.end:
            for scene in scenes.values():
                followed.digest(scene, now)
        if quarter.end <= now:
            _report(scenes, quarter, now, len(places) if quarter.next.end > now else 1)
    demo.finish(config.home)


def _report(scenes: dict[str, Scene], quarter: Period, now: datetime, most: int) -> None:
    """The published reports of a quarter: of every project for the latest one, of the first one for those before."""
    for project, scene in list(scenes.items())[:most]:
        if report(scene, quarter, now):
            print(f"演示数据：{_title(project)}的{quarter.label}服务报告已公布", flush=True)


def _year(today: date) -> list[Period]:
    """This quarter and the three before it, the latest first."""
    found = [period(Every.QUARTER, today)]
    while len(found) < QUARTERS:
        found.append(found[-1].previous)
    return found


def _title(project: str) -> str:
    return next(projects[project] for _, projects in cast.COMPANIES.values() if project in projects)


def _write(target: Path, accounts: list[Account]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([vars(account) for account in accounts], file, ensure_ascii=False, indent=1)
    draft.rename(target)


def _operator(app: Flask, password: str) -> Account:
    part = cast.Part("平台运营", "platform_operator", "operator@linsheng.example")
    with app.app_context():
        user = appoint_operator(part.email, part.name, by=OPERATOR)
        _give(user, password)
        db.session.commit()
    return _account("", "", part, password, "/operator/companies")


def _company(app: Flask, slug: str, name: str, projects: dict[str, str], password: str) -> list[Account]:
    _people(app, cast.office(slug), password)
    accounts = [
        _account(name, "品质运营中心", part, password, f"/{slug}/{QUALITY_SLUG}/") for part in cast.office(slug)
    ]
    with app.app_context():
        if not db.session.scalar(select(Company.id).where(Company.slug == slug)):
            admin = next(part for part in cast.office(slug) if part.role == "company_admin")
            with clock.at(clock.now() - FOUNDED):
                companies.found_company(name, slug, admin.email, admin.name, by=OPERATOR)
                db.session.commit()
    for part in cast.office(slug):
        _take_in(app, slug, QUALITY_SLUG, part)
    for project, title in projects.items():
        with app.app_context():
            company = db.session.scalars(select(Company).where(Company.slug == slug)).one()
            known = select(Tenant.id).where(Tenant.company_id == company.id, Tenant.slug == project)
            if not db.session.scalar(known):
                with clock.at(clock.now() - FOUNDED):  # so that a year of records is theirs to answer for
                    schema = companies.create_project(company, title, project, by=OPERATOR).schema_name
                    db.session.commit()
                    _describe(app, schema, cast.FACTS[project])
        crew = cast.crew(slug, project)
        _people(app, crew, password)
        for part in crew:
            _take_in(app, slug, project, part)
        accounts += [_account(name, title, part, password, f"/{slug}/{project}/") for part in crew]
    return accounts


def _describe(app: Flask, schema: str, facts: ProjectFacts) -> None:
    with app.app_context():
        describe_project(schema, facts, version=1, by=OPERATOR)
        db.session.commit()


def _people(app: Flask, parts: list[cast.Part], password: str) -> None:
    """Give everybody a password before they are taken in, so that nobody is invited by mail."""
    with app.app_context():
        for part in parts:
            _give(find_or_add(db.session(), part.email, part.name), password)
        db.session.commit()


def _give(user: User, password: str) -> None:
    """Set the password where it is not set: at the first run, and when the accounts file was lost."""
    if not passwords.matches(user.password_hash, password):
        set_password(user, password, by=OPERATOR)


def _take_in(app: Flask, company: str, project: str, part: cast.Part) -> None:
    with app.app_context():
        tenant = _tenant(company, project)
        with clock.at(clock.now() - FOUNDED):
            members.take_in(tenant, part.email, part.name, [part.role], by=OPERATOR)
            db.session.commit()


def _tenant(company: str, project: str) -> Tenant:
    query = select(Tenant).join(Company, Company.id == Tenant.company_id)
    return db.session.scalars(query.where(Company.slug == company, Tenant.slug == project)).one()


def _schema(app: Flask, company: str, project: str) -> str:
    with app.app_context():
        return _tenant(company, project).schema_name


def _account(company: str, project: str, part: cast.Part, password: str, path: str) -> Account:
    base = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
    return Account(company, project, part.name, part.role, part.email, password, base + path)


def _upload(app: Flask, company: str, project: str) -> UUID | None:
    """Upload the project's roster as its supervisor would; None when households are there already."""
    schema = _schema(app, company, project)
    crew = people(app, schema)
    with app.app_context():
        enter(db.session(), schema)
        if db.session.scalar(select(func.count()).select_from(Unit)):
            return None
        stewards = [part.name for part in cast.crew(company, project) if part.role == "steward"]
        data = households.roster(project, stewards, clock.local(clock.now()).date())
        key = imports.upload("roster", f"{project}.xlsx", data, by=crew["service_supervisor"]).id
        db.session.commit()
        return key


def _publish(app: Flask, company: str, project: str, key: UUID) -> None:
    """Publish the roster once the worker has read it, and wait until its households are there."""
    schema = _schema(app, company, project)
    by = people(app, schema)["service_supervisor"]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with app.app_context():
            enter(db.session(), schema)
            found = db.session.get_one(Import, key)
            if found.state == "published":
                return
            if found.state == "staged":
                imports.order_publication(key, version=found.version, by=by)
                db.session.commit()
        time.sleep(0.3)
    raise TimeoutError(f"the roster of {project} was not imported in {PATIENCE} s: is the pdf worker running?")


if __name__ == "__main__":
    main()
