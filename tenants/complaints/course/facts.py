"""Everything that happened to one complaint."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas.approvals.models import Approval
from saas.db import db
from tenants.complaints.alarms.models import Alarm, Negotiation
from tenants.complaints.alarms.queries import Raised, raised
from tenants.complaints.compensations.models import Compensation
from tenants.complaints.compensations.queries import Asked, compensations
from tenants.complaints.course.after import After, after
from tenants.complaints.course.present import present
from tenants.complaints.facts import Callback, Closure, Handling, Judgement, Pause, Reply, Response, Solution
from tenants.complaints.investigations.models import Investigation
from tenants.complaints.investigations.queries import versions
from tenants.complaints.models import Complaint
from tenants.complaints.reopenings.models import Reopening
from tenants.complaints.repeats.models import Link
from tenants.complaints.repeats.queries import Linked, linked
from tenants.complaints.transfers.models import Transfer
from tenants.releases.models import STATES, Release


@dataclass(frozen=True)
class Facts:
    """Everything that happened, oldest first; `there` are the models that have rows of the case."""

    responses: list[Response]
    judgements: list[Judgement]
    solutions: list[Solution]
    handlings: list[Handling]
    replies: list[Reply]
    callbacks: list[Callback]
    closures: list[Closure]
    pauses: list[Pause]
    investigations: list[Investigation]
    compensations: list[Asked]
    links: list[Linked]
    reopenings: list[Reopening]
    alarm: Raised | None
    negotiations: list[Negotiation]
    after: After
    transfer: Transfer | None
    there: frozenset[Any]

    @property
    def pause(self) -> Pause | None:
        """The pause that runs now, if any."""
        return next((each for each in self.pauses if each.paused_at and each.resumed_at is None), None)

    def latest_solution(self) -> Solution | None:
        """The solution proposed last since it was reopened."""
        since = self.reopenings[-1].reopened_at if self.reopenings else None
        last = self.solutions[-1] if self.solutions else None
        return last if last and (since is None or last.proposed_at >= since) else None

    def latest_callback(self) -> Callback | None:
        """The last callback since it was reopened."""
        since = self.reopenings[-1].reopened_at if self.reopenings else None
        last = self.callbacks[-1] if self.callbacks else None
        return last if last and (since is None or last.called_at >= since) else None


def facts(complaint: Complaint) -> Facts:
    """Read them, one query for each kind that is there."""
    id, there = complaint.id, present(complaint.id)

    def of(model: type, *options: object) -> list:  # type: ignore[type-arg]
        if model not in there:
            return []
        order = model.delivered_at if model is Reply else model.responded_at if model is Response else model.nth  # type: ignore[attr-defined]
        query: Any = select(model).where(model.complaint_id == id).order_by(order)  # type: ignore[attr-defined]
        return list(db.session.scalars(query.options(*options)))

    callbacks, again = of(Callback), of(Reopening)
    return Facts(
        of(Response), of(Judgement), of(Solution, joinedload(Solution.approval)), of(Handling), of(Reply), callbacks,
        of(Closure), of(Pause), versions(id) if Investigation in there else [],
        compensations(id) if Compensation in there else [], linked(id) if Link in there else [], again,
        raised(id) if Alarm in there else None, of(Negotiation),
        after(complaint, there, callbacks, again[-1].reopened_at if again else None),
        db.session.get(Transfer, id) if Transfer in there else None, there,
    )  # fmt: skip


def asked(known: Facts) -> Approval | None:
    """The approval of the pause asked for last."""
    return db.session.get(Approval, known.pauses[-1].approval_id) if known.pauses else None


def letters(complaint: Complaint, known: Facts) -> list[tuple[Release, tuple[str, str, str]]]:
    """The written replies begun for it, newest first, each with the words, tone and icon of its state."""
    if Release not in known.there:
        return []
    query = select(Release).where(Release.subject_type == "complaints", Release.subject_id == complaint.id)
    rows = db.session.scalars(query.order_by(Release.created_at.desc()))
    return [(row, STATES.get(row.state, (row.state, "", ""))) for row in rows]
