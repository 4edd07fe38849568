"""What somebody may do next with a complaint: the names of the steps that are open to them."""

from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from tenants.complaints import access, stages, states
from tenants.complaints.alarms.steps import offers as of_alarms
from tenants.complaints.compensations.steps import offers as of_compensations
from tenants.complaints.course import after
from tenants.complaints.course.facts import Facts, asked
from tenants.complaints.facts import CONTACT, FIRST, Pause
from tenants.complaints.investigations.steps import offers as of_investigations
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.steps import offers as of_repeats
from tenants.complaints.transfers.steps import offers as of_transfers

Next = frozenset[str]
"""Names of steps; each noun's verbs say which of them open their form."""


def decides(approval: Approval, by: Actor) -> bool:
    """Whether this person may decide the waiting step now."""
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True


def next_steps(complaint: Complaint, known: Facts, pause: Pause | None, by: Actor, pack: Pack) -> Next:
    """Shown is only what would be taken: the actions decide again. Whoever is complained about gets `accused` alone."""
    if by.id is not None and by.id == complaint.complained_about:
        return frozenset({"accused"})
    linking = of_repeats(complaint, known.links, by, pack)
    followed = after.offers(complaint, known.callbacks, known.after, by, pack)
    followed |= of_transfers(complaint, known.transfer, by, pack)
    if complaint.state == states.CLOSED:
        merged = "unlink" in linking
        reopens = not merged and by.has(*pack.reopening.roles) and not any(
            each.to and each.kind == "duplicate" for each in known.links
        )  # fmt: skip
        return frozenset(linking | followed | ({"reopen"} if reopens else set()))
    own = {name for name, open_now in _own(complaint, known, pause, by, pack).items() if open_now}
    return frozenset(
        own | linking | followed | of_investigations(complaint, known.investigations, by, pack)
        | of_compensations(complaint, known.compensations, by, pack)
        | of_alarms(complaint, known.alarm, known.negotiations, by, pack)
    )  # fmt: skip


def _own(complaint: Complaint, known: Facts, pause: Pause | None, by: Actor, pack: Pack) -> dict[str, bool]:
    given = {response.kind for response in known.responses}
    solution, called = known.latest_solution(), known.latest_callback()
    waits = solution is not None and solution.approval.state == "pending"
    approved = solution is not None and solution.approval.state == "approved"
    handling = complaint.state == states.HANDLING
    open_for_ruling = complaint.state in (states.REGISTERED, states.ACCEPTED, states.DECLINED, states.HANDLING)
    assignable = complaint.state in (states.REGISTERED, states.ACCEPTED, states.HANDLING)
    application = asked(known)
    may_call = complaint.state in (states.HANDLED, states.REPLIED) and complaint.reachable
    may_call = may_call and by.has(*access.callback_roles(complaint, pack))
    roles, answers = pack.complaint_roles, access.answers(complaint, by, pack)
    content = bool(known.after.exemptions) or (called is not None and not called.raised_new)
    try:
        access.may_reply(complaint, by, pack)
        replies = complaint.reachable and complaint.state != states.REGISTERED
    except Forbidden:
        replies = False
    return {
        "respond": FIRST not in given and answers,
        "contact": FIRST in given and CONTACT not in given and complaint.reachable and answers,
        "judge": open_for_ruling and not known.judgements and by.has(*roles.judges),
        "rejudge": open_for_ruling and bool(known.judgements) and by.has(*roles.judges),
        "assign": assignable and complaint.handler_id is None and by.has(*roles.assigners),
        "reassign": assignable and complaint.handler_id is not None and by.has(*roles.assigners),
        "decide": solution is not None and waits and decides(solution.approval, by),
        "propose": handling and not waits and not approved and by.has(*roles.handlers),
        "handle": handling and approved and by.has(*roles.handlers),
        "reply": replies,
        "call_back": may_call and not content,
        "call_back_again": may_call and content,
        "close": complaint.state in (states.HANDLED, states.REPLIED, states.DECLINED) and by.has(*roles.closers),
        "pause": pause is None
        and (application is None or application.state != "pending")
        and any(s.running for s in complaint.stages)
        and not any(s.running and s.stage in stages.URGENT for s in complaint.stages)
        and by.has(*roles.handlers),
        "resume": pause is not None and by.has(*roles.handlers),
        "photograph": by.has(*roles.registrars, *roles.handlers),
    }
