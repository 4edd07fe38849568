"""Taking up and concluding, as forms of the case."""

from typing import Any

from saas.identity import current_visit
from saas.policy.pack import Pack
from saas.tenancy.places import homes
from saas.web.typed import aware, whole
from tenants.complaints import course
from tenants.complaints.models import Complaint
from tenants.complaints.transfers import actions, concluding
from tenants.complaints.transfers.forms import OutcomeForm, TakingForm
from tenants.complaints.transfers.models import PASSED_ON
from tenants.complaints.verb import Verb


def projects() -> list[str]:
    """The names of the company's projects."""
    visit = current_visit()
    return [home.name for home in homes(visit.company, visit.user_id)]


def _conclude(complaint: Complaint, pack: Pack, known: course.Facts, data: Any) -> OutcomeForm:
    return OutcomeForm.made(data, pack, projects(), known.transfer.project if known.transfer else "")


def _outcome(form: OutcomeForm) -> concluding.PassedOn | concluding.Answered:
    if form.kind.data == PASSED_ON:
        return concluding.PassedOn(form.project.data, form.number.data)
    felt = whole(form.satisfaction.data) or None
    return concluding.Answered(form.channel.data, form.answer.data, aware(form.answered_at.data), felt)


VERBS = {
    "taking": Verb(
        "接收转来的投诉", "接收，由我经办", ("take",), lambda c, p, k, d: TakingForm(d),
        lambda c, f, v, by: actions.take(c.id, version=v, by=by),
        "已接收，请在时限内首次回应客户",
    ),
    "outcome": Verb(
        "办结转来的投诉", "办结", ("conclude",), _conclude,
        lambda c, f, v, by: concluding.conclude(c.id, _outcome(f), version=v, by=by),
        "已办结",
    ),
}  # fmt: skip
HINTS = {
    "taking": "接收后由您经办：请在时限内首次回应客户；客户的完整号码从接收起可以查看。",
    "outcome.kind": "转由项目办理的，请项目先以「公司热线」为来源登记，办理结果会由项目反馈回来。",
    "outcome.project": "转由项目办理的填写。",
    "outcome.number": "转由项目办理的填写：项目登记后的编号，例如 TS-20261119-007。",
    "outcome.channel": "以下各项，公司已直接答复的填写。",
}
ORDER = (("take", "接收", "taking", "check"), ("conclude", "办结", "outcome", "check"))
