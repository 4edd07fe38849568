"""What the receptions of a period show: each is followed to its end (C2), and the customer knew when (C3)."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, and_, case, func, null, select
from sqlalchemy.orm import aliased

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.contacts.models import Contact
from tenants.receptions.cases import ENDED
from tenants.receptions.models import CLOSED, EXPECTED, FED_BACK, PASSED, Reception, Step

NEVER = null().cast(DateTime(timezone=True))
PAGE = "receptions.show"


def _receptions(asked: Question, verdict: ColumnElement[str], due: Any) -> Select[Any]:
    label = Contact.number + " " + func.left(Contact.summary, 60)
    return (
        select(
            Reception.id, label.label("label"), Reception.registered_at.label("at"), verdict.label("verdict"),
            due.label("due"),
        )
        .join(Contact, Contact.id == Reception.id)
        .where(Reception.registered_at >= asked.begin, Reception.registered_at < asked.end)
    )  # fmt: skip


def followed_up(asked: Question) -> Rows:
    """Finished by its revisit or at once, or by the case that it became; late while a step is overdue (C2)."""
    verdict = case((Reception.state == CLOSED, MET), (and_(Reception.state == PASSED, ENDED), MET), else_=OPEN)
    return Rows(_receptions(asked, verdict, Reception.due_at), PAGE)


def expected_times(asked: Question) -> Rows:
    """Answered, or told by when, within the limit of the first answer; cases have clocks of their own (C3)."""
    told = aliased(Step)
    first = (
        select(func.min(told.taken_at))
        .where(told.reception_id == Reception.id, told.kind.in_((EXPECTED, FED_BACK)))
        .scalar_subquery()
    )
    verdict = case((first <= Reception.answer_by, MET), (first.is_not(None), MISSED), else_=OPEN)
    rows = _receptions(asked, verdict, case((first.is_(None), Reception.answer_by), else_=NEVER))
    return Rows(rows.where(Reception.state != PASSED), PAGE)


EVIDENCE = {
    "receptions.followed_up": Source(followed_up, ("receptions", "complaints", "repairs")),
    "receptions.expected_times": Source(expected_times, ("receptions",)),
}
