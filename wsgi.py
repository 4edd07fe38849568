"""The composition root: which slices make up the product."""

from flask import Flask

from saas.app import create_app
from saas.approvals.evidence import EVIDENCE as APPROVALS
from saas.approvals.queries import LEFT_BY as LEFT_OF_APPROVALS
from saas.approvals.queries import waiting
from saas.approvals.routes import NAV as DELEGATIONS
from saas.approvals.routes import blueprint as delegations
from saas.board import routes as board
from saas.companies.routes import SLICES as COMPANIES
from saas.config import Config
from saas.documents.routes import blueprint as documents
from saas.identity.asking import always
from saas.identity.routes import NAV as IDENTITY
from saas.identity.routes import blueprint as identity
from saas.mailbox.routes import blueprint as mailbox
from saas.web.shell import Slice
from tenants.articles import evidence as of_articles
from tenants.articles import routes as articles
from tenants.calendar import routes as calendar
from tenants.clauses import routes as clauses
from tenants.complaints import evidence as of_complaints
from tenants.complaints import routes as complaints
from tenants.complaints.duties import by_tonight
from tenants.complaints.queries import LEFT_BY as LEFT_OF_COMPLAINTS
from tenants.contacts import evidence as of_contacts
from tenants.contacts import routes as contacts
from tenants.customers import routes as customers
from tenants.customers.queries import LEFT_BY as LEFT_OF_CUSTOMERS
from tenants.digests import evidence as of_digests
from tenants.digests import routes as digests
from tenants.duties import public as agendas
from tenants.duties import routes as duties
from tenants.duties.waiting import by_tonight as duties_by_tonight
from tenants.duties.waiting import late as late_duties
from tenants.imports import evidence as of_imports
from tenants.imports import routes as imports
from tenants.obligations import evidence as of_obligations
from tenants.obligations import routes as obligations
from tenants.price_lists import evidence as of_price_lists
from tenants.price_lists import routes as price_lists
from tenants.receptions import evidence as of_receptions
from tenants.receptions import routes as receptions
from tenants.receptions.queries import LEFT_BY as LEFT_OF_RECEPTIONS
from tenants.receptions.queries import WAITING as RECEPTIONS_WAITING
from tenants.releases import evidence as of_releases
from tenants.releases import public as letters
from tenants.releases import routes as releases
from tenants.repairs import evidence as of_repairs
from tenants.repairs import routes as repairs
from tenants.repairs.due import LEFT_BY as LEFT_OF_REPAIRS
from tenants.repairs.due import count as repairs_waiting
from tenants.reports import evidence as of_reports
from tenants.reports import routes as reports
from tenants.search import routes as search
from tenants.work_reports import evidence as of_work_reports
from tenants.work_reports import routes as work_reports


def slices() -> list[Slice]:
    """The slices, kernel pages first."""
    return [
        Slice(obligations.blueprint, obligations.nav(late_duties), obligations.BELL, evidence=of_obligations.EVIDENCE),
        Slice(identity, IDENTITY),
        *COMPANIES,
        Slice(delegations, DELEGATIONS, evidence=APPROVALS, waiting=always(waiting()), left_by=LEFT_OF_APPROVALS),
        Slice(documents),
        Slice(mailbox),
        Slice(customers.blueprint, customers.NAV, left_by=LEFT_OF_CUSTOMERS),
        Slice(contacts.blueprint, contacts.NAV, evidence=of_contacts.EVIDENCE),
        Slice(
            receptions.blueprint,
            receptions.NAV,
            quick=receptions.QUICK,
            evidence=of_receptions.EVIDENCE,
            waiting=always(RECEPTIONS_WAITING),
            left_by=LEFT_OF_RECEPTIONS,
        ),
        Slice(work_reports.blueprint, work_reports.NAV, evidence=of_work_reports.EVIDENCE),
        Slice(articles.blueprint, articles.NAV, evidence=of_articles.EVIDENCE),
        Slice(search.blueprint, search="search.show"),
        Slice(imports.blueprint, imports.NAV, evidence=of_imports.EVIDENCE),
        Slice(releases.blueprint, releases.NAV, evidence=of_releases.EVIDENCE),
        Slice(letters.blueprint),
        Slice(price_lists.blueprint, price_lists.NAV, evidence=of_price_lists.EVIDENCE),
        Slice(price_lists.shelf),
        Slice(
            complaints.blueprint,
            complaints.NAV,
            evidence=of_complaints.EVIDENCE,
            waiting=by_tonight,
            left_by=LEFT_OF_COMPLAINTS,
        ),
        Slice(complaints.residents),
        Slice(
            repairs.blueprint,
            repairs.NAV,
            evidence=of_repairs.EVIDENCE,
            waiting=repairs_waiting,
            left_by=LEFT_OF_REPAIRS,
        ),
        Slice(reports.blueprint, reports.NAV, evidence=of_reports.EVIDENCE),
        Slice(reports.readers),
        Slice(digests.blueprint, digests.NAV, evidence=of_digests.EVIDENCE),
        Slice(duties.blueprint, duties.NAV, waiting=duties_by_tonight),
        Slice(agendas.blueprint),
        Slice(calendar.blueprint, calendar.NAV),
        Slice(board.blueprint, board.NAV),
        Slice(clauses.blueprint, clauses.NAV),
    ]


def __getattr__(name: str) -> Flask:
    """`wsgi:app` is built when the server asks for it, so that importing this module needs no database."""
    if name == "app":
        return create_app(Config.load(), slices())
    raise AttributeError(name)
