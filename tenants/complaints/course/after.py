"""What follows an answer, as the page of a case shows it, and what somebody may do about it (D11, D12, D15, D17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saas import clock
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import access, states
from tenants.complaints.callback_checks import queries as callback_checks
from tenants.complaints.callback_checks.models import CallbackCheck, CallbackPlan
from tenants.complaints.exemptions import queries as exemptions
from tenants.complaints.exemptions.models import Exemption
from tenants.complaints.facts import Callback
from tenants.complaints.follow_ups import queries as follow_ups
from tenants.complaints.follow_ups.models import FollowUp
from tenants.complaints.hotline_results import owing
from tenants.complaints.hotline_results.models import HotlineResult
from tenants.complaints.models import Complaint
from tenants.complaints.responsibilities import queries as responsibilities
from tenants.complaints.responsibilities.models import Responsibility
from tenants.complaints.stages import CALLBACK


@dataclass(frozen=True)
class After:
    """The facts; `missed` are the clocks that were not kept."""

    follow_ups: list[FollowUp]
    plan: CallbackPlan | None
    checks: dict[int, CallbackCheck]
    exemptions: list[Exemption]
    responsibilities: list[Responsibility]
    missed: list[str]
    results: list[HotlineResult]
    result_owed: bool

    @property
    def unanswered(self) -> list[FollowUp]:
        """Promises without their answer, the first promised first."""
        return sorted((each for each in self.follow_ups if each.answer is None), key=lambda each: each.promised_on)


def after(complaint: Complaint, there: frozenset[Any], callbacks: list[Callback], since: datetime | None) -> After:
    """Read what can be `there`; some of it only comes with a callback. `since`: when it was reopened."""
    return After(
        follow_ups.of(complaint.id) if callbacks else [],
        callback_checks.plan_of(complaint.id) if CallbackPlan in there else None,
        callback_checks.checks_of(complaint.id) if callbacks else {},
        exemptions.of(complaint.id, since) if Exemption in there else [],
        responsibilities.of(complaint.id) if Responsibility in there else [],
        responsibilities.missed(complaint, clock.now()),
        owing.of(complaint), owing.owed_of(complaint) is not None,
    )  # fmt: skip


def unchecked(callbacks: list[Callback], known: After, by: Actor) -> list[Callback]:
    """Callbacks that this person may check, the oldest first."""
    return [each for each in callbacks if each.nth not in known.checks and each.called_by != by.id]


def offers(complaint: Complaint, callbacks: list[Callback], known: After, by: Actor, pack: Pack) -> set[str]:
    """The names of the steps that are open to this person now."""
    open_now = complaint.state != states.CLOSED
    runs = any(stage.stage == CALLBACK and stage.running for stage in complaint.stages)
    gravest = complaint.severity == list(pack.severities)[-1]
    exemptible = complaint.state in exemptions.ANSWERABLE and not known.exemptions and not gravest
    steps = {
        "answer_matter": open_now and bool(known.unanswered) and by.has(*access.follow_up_roles(pack)),
        "arrange": open_now and runs and by.has(*access.check_roles(pack)),
        "check": bool(unchecked(callbacks, known, by)) and by.has(*access.check_roles(pack)),
        "exempt": exemptible and by.has(*pack.bound("callback-exempt")),
        "report": known.result_owed and by.has(*pack.bound(owing.CLAUSE)),
        "answer_for": by.has(*pack.bound("delay-responsibility")),
    }
    return {name for name, open_to_them in steps.items() if open_to_them}
