"""Claiming spares side by side: each is claimed once, and whoever comes too late is told so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from saas.companies import actions
from saas.companies.actions import NoSpareTenant
from saas.db import db
from saas.problem import Problem
from tests.world import OPERATOR, World

pytestmark = pytest.mark.rule("A1")
RIVALS = 20


def found_one(world: World, number: int, start: Barrier) -> str | Problem:
    """Create a company, and so claim a spare; the schema, or the refusal."""
    start.wait()
    with world.app.app_context():
        try:
            company, tenant = actions.create_company(f"公司{number}", f"company-{number}", by=OPERATOR)
            schema = tenant.schema_name
            actions.settle_in(company, tenant, [])
            db.session.commit()
        except Problem as refusal:
            db.session.rollback()
            return refusal
        return schema


def test_each_spare_is_claimed_once_and_the_rest_are_told(world: World, admin: psycopg.Connection) -> None:
    row = admin.execute("SELECT count(*) FROM platform.tenants WHERE company_id IS NULL").fetchone()
    spares = row[0] if row else 0
    assert 0 < spares < RIVALS
    start = Barrier(RIVALS)
    with ThreadPoolExecutor(RIVALS) as pool:
        answers = list(pool.map(lambda number: found_one(world, number, start), range(RIVALS)))
    claimed = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert len(claimed) == len(set(claimed)) == spares
    assert len(refused) == RIVALS - spares
    assert all(isinstance(each, NoSpareTenant) and "一分钟后再试" in str(each) for each in refused)
    companies = admin.execute("SELECT count(*) FROM platform.companies").fetchone()
    assert companies == (spares,), "a company without a head office"


def test_two_companies_of_one_address_cannot_both_be(world: World, admin: psycopg.Connection) -> None:
    start = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: found_one(world, 1, start), range(2)))
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert len(refused) == 1
    assert refused[0].field == "slug"
    claimed = admin.execute("SELECT count(*) FROM platform.tenants WHERE company_id IS NOT NULL").fetchone()
    assert claimed == (1,), "the loser's spare went back"
