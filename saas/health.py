"""/healthz says the process lives; /readyz says whether everything that it needs is there, as JSON."""

from datetime import timedelta
from typing import Any

import psycopg
from flask import Blueprint, jsonify
from redis import Redis
from sqlalchemy import text

from saas import clock, config
from saas.db import separate_session
from saas.identity.access import public
from saas.tenancy import guards

blueprint = Blueprint("health", __name__)
PROCESSES = ("relay", "scheduler", "worker-mail", "worker-pdf", "worker-board")
STALE = timedelta(seconds=90)


@blueprint.get("/healthz")
@public
def healthz() -> Any:
    """Alive."""
    return jsonify(ok=True)


@blueprint.get("/readyz")
@public
def readyz() -> Any:
    """Ready: database, guards, Valkey and a fresh heartbeat of every background process; 503 otherwise."""
    found: dict[str, Any] = {"database": False, "guards": False, "valkey": False}
    beats: dict[str, bool] = dict.fromkeys(PROCESSES, False)
    try:
        with psycopg.connect(config.current().dsns["app"], autocommit=True, connect_timeout=3) as connection:
            found["guards"] = not guards.missing(connection)
        with separate_session() as session:
            rows = session.execute(text("SELECT process, beat_at FROM platform.heartbeats"))
            for process, beat_at in rows:
                if process in beats:
                    beats[process] = clock.now() - beat_at < STALE
        found["database"] = True
    except Exception as error:
        found["error"] = type(error).__name__
    try:
        with Redis.from_url(config.current().redis_url, socket_timeout=2) as client:
            found["valkey"] = bool(client.ping())
    except Exception as error:
        found["valkey_error"] = type(error).__name__
    ready = found["database"] and found["guards"] and found["valkey"] and all(beats.values())
    return jsonify(ready=ready, **found, heartbeats=beats), 200 if ready else 503
