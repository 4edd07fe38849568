"""In the head office: what its projects sent is written down, in order, however often and late the job comes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saas import clock
from saas.board import cells
from saas.board.cells import Measured
from saas.board.models import Arrival, Reconciliation
from saas.board.reconciling import SHOWN
from saas.db import separate_session
from saas.tenancy import enter

_OFFICE = text("""
SELECT office.schema_name FROM platform.tenants project
JOIN platform.tenants office ON office.company_id = project.company_id AND office.kind = 'head_office'
WHERE project.schema_name = :project AND project.kind = 'project'""")
_DELTAS = text("SELECT seq, payload FROM platform.board_deltas WHERE tenant = :project AND seq > :seq ORDER BY seq")


def arrive(project: str) -> int:
    """Bring every delta of a project that has not come yet into its company's head office; answers how many came.

    Commits by itself. A project's deltas are committed in the order of their `seq`, so that none can be passed over.
    """
    with separate_session() as session:
        office = session.scalar(_OFFICE, {"project": project})
    if office is None:
        return 0
    with separate_session() as session:
        enter(session, office)
        first = insert(Arrival).values(tenant=project, seq=0, at=clock.EARLIEST)
        held = first.on_conflict_do_update(index_elements=[Arrival.tenant], set_={"seq": Arrival.seq})
        arrival = session.scalars(held.returning(Arrival)).one()
        with separate_session() as outside:
            deltas = outside.execute(_DELTAS, {"project": project, "seq": arrival.seq}).all()
        for seq, payload in deltas:
            at = datetime.fromisoformat(payload["at"])
            news = _compare(session, project, at, payload) if payload.get("whole") else payload["cells"]
            cells.write(session, project, news, seq=seq, at=at)
            arrival.seq, arrival.at = seq, at
        return len(deltas)


def _compare(session: Session, project: str, at: datetime, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Note how what is believed here differs from all that the project has just measured; answers what is news.

    Everything sent before has been applied. What the project repaired itself is its own drift, not ours.
    """
    fresh = {cell.key: cell for cell in map(Measured.from_json, payload["cells"])}
    known = cells.stored(session, project, min((begins for _, begins in fresh), default=date.max))
    news = [cell for cell in fresh.values() if known.get(cell.key) != cell]
    lost = [cell.name for cell in news if cell.key in known and cell.name not in payload["repaired"]]
    judged = payload["drift"] is not None
    facts = {
        "cells": len(fresh), "drift_here": payload["drift"], "drift_there": len(lost) if judged else None,
        "differing": [*payload["drifted"], *lost][:SHOWN] if judged else [],
    }  # fmt: skip
    session.execute(insert(Reconciliation).values(tenant=project, at=at, **facts).on_conflict_do_nothing())
    return cells.as_json(news)
