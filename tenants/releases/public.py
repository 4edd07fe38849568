"""/p/<token>: a published letter, for whoever bears its link. No script, no login, not indexed."""

from typing import Any

from flask import Blueprint, Response, g

from saas import config, qr
from saas.db import db
from saas.identity import public
from saas.tenancy import enter_by_link
from saas.tenancy.links import ever_opened
from saas.web import page
from tenants.releases import queries
from tenants.releases.delivery import LINK_KIND, public_url
from tenants.releases.page import dated
from tenants.releases.text import is_salutation, paragraphs

blueprint = Blueprint("letters", __name__)


@blueprint.get("/p/<token>")
@public
def show(token: str) -> Any:
    """The letter, or why it cannot be seen: 410 when its time is over, 404 when there never was one."""
    visit = enter_by_link(db.session(), token, LINK_KIND) if len(token) <= 64 else None
    if visit is None or visit.object_id is None:
        gone = len(token) <= 64 and ever_opened(db.session(), token, LINK_KIND)
        return _quiet(page("releases/gone.html", status=410 if gone else 404, gone=gone))
    g.visit = visit
    release = queries.find(visit.object_id)
    if release is None or not any(delivery.attempts for delivery in release.deliveries):  # its address before it went
        return _quiet(page("releases/gone.html", status=404, gone=False))
    profile, url = queries.profile(), public_url(release)
    approval = next((a for a in queries.submissions(release) if a.state == "approved"), None)
    return _quiet(
        page(
            "releases/public.html",
            release=release,
            letter=release.current,
            paragraphs=paragraphs(release.current.body),
            is_salutation=is_salutation,
            ours=f"{config.current().base_url}/",
            dated=dated(release, approval),
            url=url,
            code=qr.svg(url, "扫码核对这封信"),
            profile=profile,
            project=visit.project_name,
            company=visit.company_name,
        )
    )


def _quiet(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
