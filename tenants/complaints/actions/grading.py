"""A complaint becomes graver or less grave: who must see it changes, and what is major raises the alarm (D7, D9)."""

from saas.approvals import actions as approvals
from saas.identity.actor import Actor
from tenants.complaints.actions.handling import SOLUTION
from tenants.complaints.alarms.raising import lift_alarm, raise_alarm
from tenants.complaints.investigations.models import KIND as INVESTIGATION
from tenants.complaints.models import Complaint
from tenants.complaints.rules import Rules


def regrade(complaint: Complaint, severity: str, rules: Rules, *, ground: str = "", words: str = "", by: Actor) -> None:
    """Set the severity of a locked complaint; decisions that others must take now are void.

    Raises Problem when it becomes major without a `ground` of the pack; one that is major already needs none.
    """
    before, after = (rules.pack.severities[each] for each in (complaint.severity, severity))
    complaint.severity = severity
    if before.solution_role != after.solution_role:
        approvals.void("complaints", complaint.id, kinds=[SOLUTION])  # another role must see it now (D7)
    if before.flags != after.flags:
        approvals.void("complaints", complaint.id, kinds=[INVESTIGATION])
    if severity == rules.pack.alarm.severity:
        raise_alarm(complaint, ground=ground, words=words, rules=rules, by=by)
    else:
        lift_alarm(complaint, by=by)
