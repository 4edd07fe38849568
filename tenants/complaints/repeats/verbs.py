"""Linking, as forms of the case."""

from typing import Any

from flask import request

from saas.policy.pack import Pack
from tenants.complaints import course
from tenants.complaints.models import Complaint
from tenants.complaints.repeats import actions
from tenants.complaints.repeats.forms import LinkForm, UnlinkForm
from tenants.complaints.repeats.suggesting import alike_to
from tenants.complaints.verb import Verb


def _link(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> LinkForm:
    suggested = alike_to(complaint, pack, [each.id for each in known.links]) if data is None else []
    return LinkForm.make(data, suggested, request.args.get("to", ""))


VERBS = {
    "links": Verb(
        "关联同一事项", "关联", ("link",), _link,
        lambda c, f, v, by: actions.link(
            c.id, number=f.number.data, kind=f.kind.data, reason=f.reason.data, version=v, by=by
        ),
        "已关联",
    ),
    "unlinking": Verb(
        "取消关联", "取消关联", ("unlink",), lambda c, p, k, d: UnlinkForm(d),
        lambda c, f, v, by: actions.unlink(c.id, reason=f.reason.data, version=v, by=by),
        "已取消关联",
    ),
}  # fmt: skip
HINTS = {
    "links.number": "另一件投诉的编号，例如 TS-20261119-007。",
    "links.kind": "并入的只在那一件里办理；再次投诉提高一级，升到重大的立即发出警报。",
    "unlinking.reason": "并入的重新办理，因再次投诉提高的等级恢复原来的。",
}
ORDER = (
    ("link", "关联同一事项", "links", "link"),
    ("unlink", "取消关联", "unlinking", "undo-2"),
)
