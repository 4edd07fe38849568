"""Digests for tests that need some on the shelf: drafted, sent, filed, and a case review."""

from datetime import timedelta
from uuid import UUID

from saas import clock
from saas.identity.actor import Actor
from saas.policy.periods import Every, period
from tenants.digests import actions
from tenants.digests.actions.sending import ask_paper
from tenants.digests.actions.taking import taken
from tenants.digests.words import CALLBACKS, MONTHLY, SENT, STATISTICS, WEEKLY, month_of, week_of


def shelf(case: UUID, *, supervisor: Actor, manager: Actor) -> dict[str, UUID]:
    """One of each kind about what is over, inside a tenant; the caller commits. A week waits for remarks."""
    today = clock.local(clock.now()).date()
    month = month_of(today).before
    found = {
        WEEKLY: actions.draft(WEEKLY, week_of(today - timedelta(days=7))).id,
        MONTHLY: actions.draft(MONTHLY, month).id,
    }
    actions.file(found[MONTHLY], remarks="噪声投诉增多，已安排夜间巡查", by=supervisor)
    for kind in SENT:
        digest = taken(kind, month, by=supervisor)
        actions.deliver(ask_paper(digest, by=supervisor).id)
        found[kind] = digest.id
    measure = actions.NewMeasure("每月检查门机皮带", manager.id, today + timedelta(days=30))
    quarter = period(Every.QUARTER, today).previous
    found["review"] = actions.review(
        quarter, cases=[case], analysis="皮带老化未及时更换", measures=[measure], checks={}, by=manager
    ).id
    return found


__all__ = ["CALLBACKS", "MONTHLY", "STATISTICS", "WEEKLY", "shelf"]
