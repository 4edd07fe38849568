"""Errors as pages: in Chinese, saying what to do, never a stack trace."""

import logging
from typing import Any
from uuid import uuid4

from flask import Flask, g, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from saas.db import db
from saas.events import request_id
from saas.identity.actor import Forbidden
from saas.problem import Problem
from saas.trace import trace

log = logging.getLogger("linsheng.web")
PAGES = {400, 403, 404, 405, 409, 413, 429, 500, 503}


def init_app(app: Flask) -> None:
    """Register the handlers; each request gets an id that the error page, the log and the events share."""

    @app.before_request
    def number() -> None:
        g.request_id = uuid4().hex[:12]
        request_id.set(g.request_id)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        code = error.code or 500
        if code < 400:
            return error
        message = error.description if isinstance(error.description, str) and not error.description.isascii() else ""
        return answer(code, message)

    @app.errorhandler(Forbidden)
    def forbidden(error: Forbidden) -> Any:
        return answer(403, str(error))

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Any:
        return answer(error.status, str(error))

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> Any:
        log.warning("database refused %s: %s", g.get("request_id"), type(error.orig).__name__)
        return answer(503, "")

    @app.errorhandler(DataError)
    def unstorable(error: DataError) -> Any:
        log.warning("request %s at %s: %s", g.get("request_id"), request.endpoint, trace(error))
        return answer(400, "填写的内容里有系统存不下的数字、日期或字符，请检查后重新提交")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        log.error("request %s failed at %s: %s", g.get("request_id"), request.endpoint, trace(error))
        return answer(500, "")


def answer(code: int, message: str) -> Any:
    """The error page for `code`; nothing that was half done is kept."""
    db.session.rollback()
    g.part = False
    template = f"errors/{code}.html" if code in PAGES else "errors/400.html"
    return render_template(template, code=code, message=message, request_id=g.get("request_id", "")), code
