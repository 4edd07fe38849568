"""Taking up, as a form of the case."""

from tenants.complaints.transfers import actions
from tenants.complaints.transfers.forms import TakingForm
from tenants.complaints.verb import Verb

VERBS = {
    "taking": Verb(
        "接收转来的投诉", "接收，由我经办", ("take",), lambda c, p, k, d: TakingForm(d),
        lambda c, f, v, by: actions.take(c.id, version=v, by=by),
        "已接收，请在时限内首次回应客户",
    ),
}  # fmt: skip
HINTS = {"taking": "接收后由您经办：请在时限内首次回应客户，接收前看不到的完整号码可以查看。"}
ORDER = (("take", "接收", "taking", "check"),)
