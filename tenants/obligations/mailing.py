"""The mail of a reminder. The attempt is committed before the send and its outcome after it; nothing is sent twice."""

from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from saas import clock, config
from saas.db import db, schema_of
from saas.mail import Accepted, Outcome, Refused, compose, new_message_id, send
from saas.tenancy.places import path_to
from tenants.obligations.models import Reminder, ReminderMail
from tenants.obligations.words import KINDS

TEXT = """{name}，您好：

{title}
{words}
{clause}
打开处理：{link}

这封邮件由邻声按规程自动发出，请勿回复。办理之后不再提醒。
"""


class NotTaken(RuntimeError):
    """The mail server did not take the mail; the same reminder may be mailed again later."""


def mail(reminder_id: UUID) -> None:
    """Mail a reminder to its person, at most once (promise 4). Raises NotTaken when the server wants us to come again.

    Commits twice. An attempt that was left without an outcome becomes 结果不明 and is never repeated.
    """
    claimed = _claim(reminder_id)
    if claimed is None:
        return
    attempt, letter = claimed
    attempt.outcome, attempt.detail = _judged(send(letter, config.current().smtp_url))
    attempt.ended_at = clock.now()
    refused = attempt.outcome == "refused"
    db.session.commit()
    if refused:
        raise NotTaken("the mail server refused for now")


def _claim(reminder_id: UUID) -> tuple[ReminderMail, EmailMessage] | None:
    """A committed new attempt and its letter, or None when nothing is to be sent. Rivals queue up at the row's lock."""
    query = select(Reminder).where(Reminder.id == reminder_id).options(joinedload(Reminder.staff, innerjoin=True))
    reminder = db.session.scalars(query.with_for_update(of=Reminder)).one_or_none()
    if reminder is None or reminder.staff.ended_at is not None or not config.current().smtp_url:
        return None
    earlier = list(db.session.scalars(select(ReminderMail).where(ReminderMail.reminder_id == reminder_id)))
    for left in earlier:
        if left.outcome is None:
            left.outcome, left.detail, left.ended_at = "unknown", "interrupted", clock.now()
    claimed = None
    if all(each.outcome == "refused" for each in earlier):
        attempt = ReminderMail(
            reminder_id=reminder_id, nth=len(earlier) + 1, message_id=new_message_id(), started_at=clock.now()
        )
        claimed = attempt, _letter(reminder, attempt.message_id)
        db.session.add(attempt)
    db.session.commit()
    return claimed


def _letter(reminder: Reminder, message_id: str) -> EmailMessage:
    settings, person = config.current(), reminder.staff
    schema = schema_of(db.session())
    if schema is None:
        raise LookupError("no tenant entered")
    text = TEXT.format(
        name=person.name, title=reminder.title, words=reminder.words,
        clause=f"依据：{reminder.clause}\n" if reminder.clause else "",
        link=f"{settings.base_url}{path_to(schema)}{reminder.path}",
    )  # fmt: skip
    to = person.email if set(person.name) & set("<>") else f"{person.name} <{person.email}>"
    subject = f"【{KINDS[reminder.kind][0]}】{reminder.title}"
    return compose(to, subject, text, message_id=message_id, sender=settings.mail_from)


def _judged(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, Accepted):
        return "accepted", str(outcome.code)
    if isinstance(outcome, Refused):
        return ("rejected" if outcome.permanent else "refused"), f"{outcome.code} {outcome.text}"[:400]
    return "unknown", outcome.why[:400]
