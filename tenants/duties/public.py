"""/a/<token>.ics: the calendar of one person, for whoever bears its address. No login, nothing of customers."""

from functools import cache

from flask import Blueprint, Response, abort, current_app, request, url_for

from saas import clock, config
from saas.db import db
from saas.identity import public
from saas.identity.actor import Actor
from saas.tenancy import Visit, enter_by_link
from saas.tenancy.staff import Staff
from saas.web.limits import Brake
from tenants.duties import ical, queries
from tenants.duties.actions.feeding import LINK
from tenants.duties.models import Duty
from tenants.duties.queries import QUARTER
from tenants.duties.rules import rules_here

blueprint = Blueprint("agendas", __name__)
LONGEST_TOKEN = 64


@blueprint.get("/a/<token>.ics")
@public
def feed(token: str) -> Response:
    """The duties of the person's roles as they are now; 404 once the address or the membership has ended."""
    guess, caller = f"agenda:{token[:LONGEST_TOKEN]}", request.remote_addr or ""
    if seconds := _brake().blocked_for(guess, caller):
        abort(Response("尝试次数过多，请稍后再试", 429, {"Retry-After": str(seconds)}, mimetype="text/plain"))
    visit = enter_by_link(db.session(), token, LINK) if len(token) <= LONGEST_TOKEN else None
    person = db.session.get(Staff, visit.object_id) if visit and visit.object_id else None
    if visit is None or person is None or person.ended_at is not None:
        _brake().hit(guess, caller)
        abort(404)
    return _calendar(visit, Actor(person.id, person.name, frozenset(person.roles), visit.schema))


def _calendar(visit: Visit, by: Actor) -> Response:
    def address(duty: Duty) -> str:
        path = url_for("duties.show", company=visit.company, project=visit.project, id=duty.id)
        return config.current().base_url + path

    rules = rules_here(current_app.extensions["evidence"])
    stands = queries.around(clock.local(clock.now()).date(), rules, back=QUARTER)
    theirs = [each for each in stands if queries.owes(by, each.duty, rules)]
    body = ical.feed(theirs, f"规程日历 {visit.project_name}", address, queries.unsettled())
    response = Response(body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="duties.ics"'
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@cache
def _limits(redis_url: str, secret: str) -> Brake:
    return Brake(redis_url, secret)


def _brake() -> Brake:
    settings = config.current()
    return _limits(settings.redis_url, settings.secret_key)
