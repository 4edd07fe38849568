"""Reading what was handed over: what waits the longest first, then the newest."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from saas.db import db
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import states
from tenants.complaints.access import receivers
from tenants.complaints.models import Complaint, Stage
from tenants.complaints.stages import FIRST_RESPONSE
from tenants.complaints.transfers.models import Taking, Transfer

VIEWS = {"waiting": "待接收", "taken": "已接收", "all": "全部"}
CLOCK = and_(Stage.complaint_id == Transfer.complaint_id, Stage.stage == FIRST_RESPONSE, Stage.round == 1)
"""The clock within which it is taken up: the complainant's own, from the moment the department received it (D7)."""


def listing(view: str, by: Actor, *, whole: bool, offset: int, limit: int) -> tuple[Sequence[Any], int]:
    """A page of (Transfer, number, subject, state, due_at) and how many there are: one's own, or the whole."""
    waits = Taking.complaint_id.is_(None)
    views: dict[str, list[ColumnElement[bool]]] = {"waiting": [waits], "taken": [~waits]}
    narrowed = views.get(view, [])
    if not whole:
        narrowed.append(Transfer.handed_over_by == by.id)
    joined = select(Transfer).outerjoin(Transfer.taking).where(*narrowed)
    total = db.session.scalar(joined.with_only_columns(func.count())) or 0
    at = Transfer.handed_over_at
    rows = (
        joined.add_columns(Complaint.number, Complaint.subject, Complaint.state, Stage.due_at)
        .join(Complaint, Complaint.id == Transfer.complaint_id)
        .outerjoin(Stage, CLOCK)
        .outerjoin(Transfer.outcome)
        .options(contains_eager(Transfer.taking), contains_eager(Transfer.outcome))
        .order_by(*((at,) if view == "waiting" else (~waits, at.desc())), Transfer.complaint_id)
    )
    return db.session.execute(rows.offset(offset).limit(limit)).all(), total


def owed(by: Actor, pack: Pack, most: int = 100) -> Sequence[Any]:
    """What somebody who takes up has to do, the first due first: take it, answer the complainant, conclude it.

    Rows of (complaint_id, number, subject, complained_about, stage, due_at, department, handed_over_at, taken).
    """
    if not by.has(*receivers(pack)):
        return ()
    waits = Taking.complaint_id.is_(None)
    mine = Taking.taken_by == by.id, Complaint.handler_id == by.id, Complaint.state != states.CLOSED
    due_at = case((waits, Stage.due_at), else_=Complaint.next_due_at).label("due_at")
    query = (
        select(
            Transfer.complaint_id, Complaint.number, Complaint.subject, Complaint.complained_about,
            Complaint.next_stage.label("stage"), due_at, Transfer.department, Transfer.handed_over_at,
            (~waits).label("taken"),
        )
        .join(Complaint, Complaint.id == Transfer.complaint_id)
        .outerjoin(Transfer.taking)
        .outerjoin(Stage, CLOCK)
        .where(or_(and_(waits, Transfer.handed_over_by != by.id), and_(*mine)))
        .order_by(due_at, Transfer.complaint_id)
        .limit(most)
    )  # fmt: skip
    return db.session.execute(query).all()
