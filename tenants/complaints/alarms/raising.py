"""A complaint became major, or is not any more (D9). The complaint is locked by the caller, who records why."""

from saas import clock
from saas.db import db
from saas.identity.actor import Actor
from saas.jobs import enqueue
from saas.numbers import next_nth
from saas.problem import Problem
from tenants.complaints import stages
from tenants.complaints.alarms.models import Alarm
from tenants.complaints.alarms.office import tell_office
from tenants.complaints.alarms.queries import alarm_of
from tenants.complaints.models import Complaint
from tenants.complaints.rules import Rules


def raise_alarm(complaint: Complaint, *, ground: str, words: str, rules: Rules, by: Actor) -> Alarm:
    """Start its clocks from now and ask for everybody to be told at once; a pause that runs ends.

    One that is on stays as it is. Raises Problem without a ground of the pack.
    """
    known = alarm_of(complaint.id)
    if known is not None:
        return known
    if ground not in rules.pack.alarm.grounds:
        raise Problem("判为重大须选择属于哪种情形", "ground")
    nth = next_nth(Alarm.nth, Alarm.complaint_id, complaint.id)
    now = clock.now()
    alarm = Alarm(
        complaint_id=complaint.id, nth=nth, ground=ground, words=words[:2000], raised_at=now, raised_by=by.id,
        raised_by_name=by.name,
    )  # fmt: skip
    db.session.add(alarm)
    db.session.flush()
    stages.end_pause(complaint, now)
    stages.start(complaint, stages.ALARMED, now, rules)
    enqueue("complaints.alarm_raised", str(alarm.id))
    tell_office(complaint)
    return alarm


def lift_alarm(complaint: Complaint, *, by: Actor) -> None:
    """It is not major: its clocks are no longer owed. Nothing when no alarm is on."""
    alarm = alarm_of(complaint.id)
    if alarm is not None:
        alarm.lifted_at, alarm.lifted_by_name = clock.now(), by.name
        stages.drop(complaint, *stages.URGENT)
        db.session.flush()
        tell_office(complaint)
