"""Before the login: who comes in by which address, and the brake on guessing."""

from functools import cache
from typing import Any, NoReturn
from uuid import UUID

from flask import abort, g, make_response, request

from saas import config
from saas.db import db
from saas.identity import current_visit
from saas.tenancy import enter_by_link
from saas.tenancy.links import ever_opened
from saas.web import page
from saas.web.limits import Brake

LONGEST_TOKEN = 64


def come_in(token: str, kind: str) -> UUID:
    """Enter the tenant behind the address and answer what it leads to.

    410 when it was ended or has expired, 404 when there never was one; who guesses too often must wait (429).
    """
    visit = enter_by_link(db.session(), token, kind) if len(token) <= LONGEST_TOKEN else None
    if visit is None or visit.object_id is None:
        gone = len(token) <= LONGEST_TOKEN and ever_opened(db.session(), token, kind)
        address = request.remote_addr or ""
        seconds = 0 if gone else guesses().hit(f"links:{address}", address)
        db.session.rollback()
        if seconds:
            turn_away(429, "guessed", minutes=-(-seconds // 60))
        turn_away(410 if gone else 404, kind)
    g.visit = visit
    return visit.object_id


def turn_away(status: int, why: str, **facts: Any) -> NoReturn:
    """Say in Chinese what to do instead."""
    abort(make_response(quiet(page("reports/gone.html", status=status, why=why, gone=status == 410, **facts))))


def quiet(response: Any) -> Any:
    """No search engine keeps it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def names() -> dict[str, Any]:
    """Whose page it is."""
    visit = current_visit()
    return {"project": visit.project_name, "company": visit.company_name}


@cache
def _made(redis_url: str, secret: str, per_account: str, per_address: str) -> Brake:
    return Brake(redis_url, secret, per_account=per_account, per_address=per_address)


def guesses() -> Brake:
    """Counts addresses that lead nowhere."""
    settings = config.current()
    return _made(settings.redis_url, settings.secret_key, "200 per 15 minutes", "200 per 15 minutes")


def comparisons() -> Brake:
    """Counts files that are sent to be compared."""
    settings = config.current()
    return _made(settings.redis_url, settings.secret_key, "600 per 1 hour", "30 per 1 hour")
