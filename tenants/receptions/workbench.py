"""What the workbench gets from here: the next step of each reception that a person follows up (C2)."""

from datetime import date, timedelta

from saas import clock, masks
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.periods import midnight
from tenants.obligations.today import Task
from tenants.receptions import queries
from tenants.receptions.models import FED_BACK
from tenants.receptions.words import NEXT

FOLLOWED = "receptions.followed_up"
MOST = 50
"""Receptions on one workbench, the most urgent; the list has them all."""


def tasks(by: Actor, _calendar: Calendar, until: date) -> list[Task]:
    """The person's receptions whose next step is late or owed up to a day."""
    now, pack = clock.now(), pack_on(clock.now())
    clause = next((c for c in pack.clauses.values() if c.evidence == FOLLOWED), None)
    found = []
    for each in queries.owed(by, midnight(until + timedelta(days=1)), MOST):
        due_at, contact, path = each.due_at or now, each.contact, f"receptions/{each.id}"
        late, there = due_at < now, clock.local(due_at)
        who = contact.customer.name if contact.customer else masks.within(contact.reporter)
        found.append(
            Task(
                kind="回访" if each.state == FED_BACK else "接待",
                icon="phone" if each.state == FED_BACK else "users-round",
                title=masks.within(" ".join(contact.summary.split()))[:60], path=path,
                meta=tuple(filter(None, (
                    pack.request_kinds.get(contact.request_kind, ""), contact.unit.label if contact.unit else "", who,
                ))),
                clause=(clause.source, f"{clause.title}：{clause.text}") if clause else ("", ""),
                due=clocks.remaining(due_at, now),
                note=f"应于 {there:%m-%d %H:%M}" if late else f"{there:%m-%d %H:%M} 前{NEXT[each.state]}",
                tone="red" if late else "amber" if due_at - now < pack.settings.soon else "", act=NEXT[each.state],
                act_path=path, at=due_at, what=NEXT[each.state], late=late,
            )
        )  # fmt: skip
    return found
