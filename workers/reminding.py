"""The doors of reminders: what comes due is told without anybody opening a page (R2). The tenant is entered already."""

from datetime import date, datetime
from uuid import UUID

from flask import current_app

from tenants.complaints import actions as complaints
from tenants.complaints.alarms import office
from tenants.complaints.hotline_results import actions as hotline_results
from tenants.duties import actions as duties
from tenants.obligations import alarming, appointments, mailing, promises, rounds
from tenants.receptions import actions as receptions


def stage_due(stage_id: str, what: str) -> None:
    """Job `complaints.stage_due`: a clock warns, is late, or is escalated; nothing when it was met."""
    rounds.stage_came_due(UUID(stage_id), what)


def alarm_raised(alarm_id: str) -> None:
    """Job `complaints.alarm_raised`: a complaint became major; head of department and general manager are told."""
    alarming.raised(UUID(alarm_id))


def alarm_warned(alarm_id: str) -> None:
    """Job `complaints.alarm_warned`: the warning goes to quality and legal."""
    alarming.warned(UUID(alarm_id))


def appointment_due(repair_id: str, nth: str, what: str) -> None:
    """Job `repairs.appointment_due`: a repair's appointment is near, or its time ran out and nobody arrived."""
    appointments.came_due(UUID(repair_id), int(nth), what)


def repair_assigned(repair_id: str, nth: str) -> None:
    """Job `repairs.assigned`: somebody was sent to a repair; they are told."""
    appointments.was_assigned(UUID(repair_id), int(nth))


def repair_confirmed(repair_id: str) -> None:
    """Job `repairs.confirmed`: a colleague is said to have confirmed the end of a repair; they are told."""
    appointments.was_confirmed(UUID(repair_id))


def repair_urged(repair_id: str, urged_at: str) -> None:
    """Job `repairs.urged`: who was sent to a repair was urged at this ISO moment."""
    appointments.was_urged(UUID(repair_id), datetime.fromisoformat(urged_at))


def alarm_changed(complaint_id: str) -> None:
    """Job `complaints.alarm_changed`: how the alarms of a complaint stand goes to the head office."""
    office.carry_over(UUID(complaint_id))


def result_due(complaint_id: str, nth: str) -> None:
    """Job `complaints.result_due`: the result of a hotline complaint was to be reported by now."""
    promises.result_came_due(UUID(complaint_id), int(nth))


def report_arrives(report_id: str) -> None:
    """Job `complaints.report_arrives`: a result goes to the head office, in a Session of its own."""
    hotline_results.arrive(UUID(report_id))


def callback_planned(complaint_id: str, nth: str) -> None:
    """Job `complaints.callback_planned`: somebody was given a callback to make."""
    promises.callback_was_planned(UUID(complaint_id), int(nth))


def promise_due(complaint_id: str, nth: str, what: str) -> None:
    """Job `complaints.promise_due`: the day of an answer promised in a callback, or the day after it."""
    promises.promise_came_due(UUID(complaint_id), int(nth), what)


def handed_over(complaint_id: str) -> None:
    """Job `complaints.handed_over`: a department handed a complaint over; who takes it up is told."""
    promises.transfer_came(UUID(complaint_id))


def settle(day: str) -> None:
    """Job `complaints.settle`: a day (ISO date) of the project's calendar was entered or removed."""
    complaints.settle_day(date.fromisoformat(day))


def remind_waiting(approval_id: str, urged_at: str = "") -> None:
    """Job `approvals.waiting`: an approval came to a step or was urged (ISO moment); its deciders are told."""
    rounds.approval_came(UUID(approval_id), datetime.fromisoformat(urged_at) if urged_at else None)


def case_urged(complaint_id: str, urged_at: str) -> None:
    """Job `complaints.urged`: the handler of a case was urged at this ISO moment."""
    rounds.case_urged(UUID(complaint_id), datetime.fromisoformat(urged_at))


def remind_copied(approval_id: str) -> None:
    """Job `approvals.copied`: copies for information were sent; who got one is told."""
    rounds.copies_came(UUID(approval_id))


def mail_reminder(reminder_id: str) -> None:
    """Job `obligations.remind`: one mail, never twice. Raises mailing.NotTaken when the server wants us again later."""
    mailing.mail(UUID(reminder_id))


def daily(day: str) -> None:
    """Job `obligations.daily`: the round of a day (ISO date)."""
    rounds.make_round(date.fromisoformat(day))
    office.carry_all()


def plan_duties(_day: str) -> None:
    """Job `duties.daily`: generate the duties to come; the day (ISO date) is for the row's key, the clock says it."""
    duties.plan(current_app.extensions["evidence"])


def duty_due(duty_id: str, name: str) -> None:
    """Job `duties.due`: a moment of a duty; nothing when the records say that it is done."""
    duties.came_due(UUID(duty_id), name, current_app.extensions["evidence"])


def reception_due(reception_id: str, due_at: str) -> None:
    """Job `receptions.due`: the next step was owed until this ISO moment; nothing when something was done."""
    receptions.came_due(UUID(reception_id), datetime.fromisoformat(due_at))
