"""Each night everything is measured afresh and compared with what the board believed, here and in the head office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from saas import clock
from saas.board import cells
from saas.board.cells import Measured
from saas.board.figures import Stamp
from saas.board.leaving import send, settle
from saas.board.marks import ANYTHING
from saas.board.measuring import LOOK, concerned, hold, look, marks, measure
from saas.board.memory import kept
from saas.board.models import Reconciliation
from saas.db import db, schema_of
from saas.policy.evidence import Source

SHOWN = 20
LOOKED_AT = timedelta(days=3)


def reconcile(known: Mapping[str, Source], *, restored: bool = False) -> int:
    """Measure the whole horizon, compare, and send all of it to be compared there too; answers how many had drifted.

    What was committed while we measured has left its mark and is no drift. What another release measured cannot be
    compared: the rules may have changed. Nor can a tenant that was `restored`: the head office knows of lost work.
    """
    was = hold()
    measure(known)
    place = hold()
    before = cells.stored(db.session(), place.schema, place.first)
    seen = list(look(known, place, {ANYTHING: place.first}))
    waiting = marks(LOOK, place)
    fresh = [sight.cell for sight in seen]
    fresh += _owed_no_more(before, fresh)
    repaired = [cell for cell in fresh if before.get(cell.key) != cell]
    sources = {sight.cell.key: sight.source for sight in seen}
    drifted = [
        cell.name for cell in repaired if cell.key in before and cell.key in sources
        and not concerned(sources[cell.key], cell.ends, waiting)
    ]  # fmt: skip
    drift = len(drifted) if was.same_build and not restored else None
    seq, names = settle(place.schema, place.seq, repaired), drifted[:SHOWN] if drift else []
    if not place.office:
        send(seq, fresh, whole=True, drift=drift, drifted=names, repaired=[cell.name for cell in repaired])
    facts = {"cells": len(fresh), "drift_here": drift, "differing": names}
    db.session.add(Reconciliation(tenant=place.schema, at=clock.now(), **facts))
    return drift or 0


def _owed_no_more(before: Mapping[cells.Key, Measured], fresh: list[Measured]) -> list[Measured]:
    """Cells that no clause asks for any more: they stay, and bind nobody."""
    asked = {cell.key for cell in fresh}
    return [
        Measured(cell.clause, cell.begins, cell.ends, cell.pack_version, applies=False)
        for cell in before.values() if cell.key not in asked and cell.applies
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """The last comparison of all tenants that are here: when, how many, and what differed."""

    at: datetime
    tenants: int
    cells: int
    drift: int
    differing: tuple[str, ...]


def last(stamp: Stamp) -> Compared | None:
    """What the newest comparison of each tenant said, of those of the last days; None when there has been none."""
    return kept(("compared", schema_of(db.session())), stamp.state, _last)


def _last() -> Compared | None:
    newest = (
        select(Reconciliation).ext(distinct_on(Reconciliation.tenant))
        .where(Reconciliation.at > clock.now() - LOOKED_AT)
        .order_by(Reconciliation.tenant, Reconciliation.at.desc())
    )  # fmt: skip
    rows = db.session.scalars(newest).all()
    if not rows:
        return None
    names = tuple(name for row in rows for name in row.differing)
    drift = sum((row.drift_here or 0) + (row.drift_there or 0) for row in rows)
    return Compared(max(row.at for row in rows), len(rows), sum(row.cells for row in rows), drift, names[:SHOWN])
