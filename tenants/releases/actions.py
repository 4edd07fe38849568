"""What can be done with a release. Each verb writes one event; only `deliver` sends anything."""

from tenants.releases.barring import bar, decide_hold
from tenants.releases.covering import reopen, submit_with
from tenants.releases.delivery import deliver
from tenants.releases.drafting import To, draft, draft_reply, edit
from tenants.releases.handing import hand_over
from tenants.releases.resolving import resolve_unknown
from tenants.releases.reviewing import acknowledge, copy, decide, publish, submit, transfer, urge, withdraw

__all__ = [
    "To",
    "acknowledge",
    "bar",
    "copy",
    "decide",
    "decide_hold",
    "deliver",
    "draft",
    "draft_reply",
    "edit",
    "hand_over",
    "publish",
    "reopen",
    "resolve_unknown",
    "submit",
    "submit_with",
    "transfer",
    "urge",
    "withdraw",
]
