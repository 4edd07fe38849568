"""The web application, composed from slices that wsgi.py hands over."""

import hashlib
import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from saas import config as settings
from saas import health
from saas.config import Config
from saas.db import db, engine_options, guard, sqlalchemy_url
from saas.identity import access, loader
from saas.policy.answers import insist
from saas.policy.loader import every_version
from saas.tenancy import guards
from saas.web import errors, filters, incoming, shell
from saas.web.shell import Slice

ROOT = Path(__file__).resolve().parents[1]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
MIB = 1024 * 1024


def create_app(config: Config, slices: Iterable[Slice], process: str = "app") -> Flask:
    """Build the application for one process role. Raises GuardMissing when the database is not safe to serve, and
    PackError when a policy pack is wrong or asks for evidence that no slice answers (R1)."""
    settings.use(config)
    app = Flask("linsheng", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "saas/static"))
    app.url_map.converters["default"] = incoming.Segment
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=sqlalchemy_url(config.dsns[process]),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(),
        MAX_CONTENT_LENGTH=32 * MIB,  # three photos of the largest size that is taken, and what is typed
        MAX_FORM_MEMORY_SIZE=2 * MIB,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https"),
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=config.testing,
    )
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        guard(db.engine)
    guards.check(config.dsns[process])
    CSRFProtect(app)
    Htmx(app)
    app.request_class = incoming.Incoming  # after Htmx, which sets a class of its own
    loader.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    shell.init_app(app)
    app.before_request(access.judge)
    app.after_request(protect)
    app.url_defaults(fill_tenant)
    app.view_functions["static"].__dict__["access"] = frozenset({"public"})
    app.register_blueprint(health.blueprint)
    for each in slices:
        shell.add(app, each)
    if app.extensions.get("evidence"):  # a command has no slices, and asks for no evidence
        insist(every_version(), app.extensions["evidence"])

    @app.url_value_preprocessor
    def place(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        # company and project belong to the visit: views take only what is their own
        g.where = {k: values.pop(k) for k in ("company", "project") if values and k in values}

    logging.getLogger("linsheng").setLevel(logging.INFO)
    return app


def fill_tenant(endpoint: str, values: dict[str, Any]) -> None:
    """Links inside a tenant stay inside it: company and project come from the request unless given."""
    for key, value in g.get("where", {}).items():
        if key not in values and endpoint in _inside(current_app._get_current_object()):  # type: ignore[attr-defined]
            values[key] = value


@cache
def _inside(app: Flask) -> frozenset[str]:
    """The endpoints of a tenant's pages; asked for every link of every page."""
    return frozenset(rule.endpoint for rule in app.url_map.iter_rules() if "project" in rule.arguments)


def protect(response: Response) -> Response:
    """Headers of every answer: strict CSP, no sniffing, and nothing of a signed-in page in any cache."""
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"  # also of files: send_file says no-cache, which keeps a copy
    return response


@cache
def static(name: str) -> str:
    """The address of a static file with its content's fingerprint, so it can be cached for ever. A page asks often."""
    path = ROOT / "saas/static" / name
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "missing"
    return url_for("static", filename=name, v=fingerprint)
