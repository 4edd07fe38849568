"""Reopening, as a form of the case."""

from tenants.complaints.reopenings import actions
from tenants.complaints.reopenings.forms import ReopeningForm
from tenants.complaints.verb import Verb

VERBS = {
    "reopening": Verb(
        "重新办理", "重新办理", ("reopen",), lambda c, p, k, d: ReopeningForm(d),
        lambda c, f, v, by: actions.reopen(c.id, reason=f.reason.data, version=v, by=by),
        "已重新办理，时限重新起算",
    ),
}  # fmt: skip
HINTS = {"reopening.reason": "例如：客户反映同一问题没有解决。原来的时限和记录都保留，方案、办结重新计时。"}
ORDER = (("reopen", "重新办理", "reopening", "rotate-ccw"),)
