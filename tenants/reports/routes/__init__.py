"""The quarters and their reports: draft, submit, follow, publish; and the pages for those without an account."""

from flask import Blueprint

from saas.approvals.queries import waiting
from saas.identity.asking import always
from saas.web.shell import NavItem
from tenants.reports.models import Report

blueprint = Blueprint("reports", __name__, url_prefix="/<company>/<project>/reports")
readers = Blueprint("readers", __name__)

from tenants.reports.routes import answering, deciding, pages, public, verifying, writing  # noqa: E402 - they hang on it

NAV = (
    NavItem(
        "对外发布", "物业服务报告", "file-text", "reports.index", key="r", order=70, tone="violet",
        waiting=always(waiting(Report.__tablename__)),
    ),
)  # fmt: skip

__all__ = ["NAV", "answering", "blueprint", "deciding", "pages", "public", "readers", "verifying", "writing"]
