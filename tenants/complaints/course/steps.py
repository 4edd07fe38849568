"""What somebody may do next with a complaint."""

from dataclasses import dataclass

from saas.approvals.actions import rightful
from saas.approvals.models import Approval
from saas.identity.actor import Actor, Forbidden
from saas.policy.pack import Pack
from tenants.complaints import access, states
from tenants.complaints.course.facts import Facts, asked
from tenants.complaints.facts import CONTACT, FIRST, Pause
from tenants.complaints.models import Complaint


def decides(approval: Approval, by: Actor) -> bool:
    """Whether this person may decide the waiting step now."""
    if approval.current is None:
        return False
    try:
        rightful(approval, approval.current, by)
    except Forbidden:
        return False
    return True


@dataclass(frozen=True)
class Next:
    """What this person may do now; each name is a form of the page."""

    respond: bool = False
    contact: bool = False
    judge: bool = False
    assign: bool = False
    propose: bool = False
    handle: bool = False
    reply: bool = False
    call_back: bool = False
    call_back_again: bool = False
    close: bool = False
    pause: bool = False
    resume: bool = False
    accused: bool = False
    rejudge: bool = False
    reassign: bool = False
    decide: bool = False
    photograph: bool = False


def next_steps(complaint: Complaint, known: Facts, pause: Pause | None, by: Actor, pack: Pack) -> Next:
    """Shown is only what would be taken: the actions decide again."""
    if by.id is not None and by.id == complaint.complained_about:
        return Next(accused=True)
    if complaint.state == states.CLOSED:
        return Next()
    given = {response.kind for response in known.responses}
    waits = bool(known.solutions) and known.solutions[-1].approval.state == "pending"
    approved = bool(known.solutions) and known.solutions[-1].approval.state == "approved"
    handling = complaint.state == states.HANDLING
    open_for_ruling = complaint.state in (states.REGISTERED, states.ACCEPTED, states.DECLINED, states.HANDLING)
    assignable = complaint.state in (states.REGISTERED, states.ACCEPTED, states.HANDLING)
    application = asked(known)
    may_call = complaint.state in (states.HANDLED, states.REPLIED) and complaint.reachable
    may_call = may_call and by.has(*access.callback_roles(complaint, pack))
    roles = pack.complaint_roles
    content = bool(known.callbacks) and not known.callbacks[-1].raised_new
    try:
        access.may_reply(complaint, by, pack)
        replies = complaint.reachable and complaint.state != states.REGISTERED
    except Forbidden:
        replies = False
    return Next(
        respond=FIRST not in given and by.has(*roles.responders),
        contact=FIRST in given and CONTACT not in given and complaint.reachable and by.has(*roles.responders),
        judge=open_for_ruling and not known.judgements and by.has(*roles.judges),
        rejudge=open_for_ruling and bool(known.judgements) and by.has(*roles.judges),
        assign=assignable and complaint.handler_id is None and by.has(*roles.assigners),
        reassign=assignable and complaint.handler_id is not None and by.has(*roles.assigners),
        decide=waits and decides(known.solutions[-1].approval, by),
        propose=handling and not waits and not approved and by.has(*roles.handlers),
        handle=handling and approved and by.has(*roles.handlers),
        reply=replies,
        call_back=may_call and not content,
        call_back_again=may_call and content,
        close=complaint.state in (states.HANDLED, states.REPLIED, states.DECLINED) and by.has(*roles.closers),
        pause=pause is None
        and (application is None or application.state != "pending")
        and any(s.running for s in complaint.stages)
        and by.has(*roles.handlers),
        resume=pause is not None and by.has(*roles.handlers),
        photograph=by.has(*roles.registrars, *roles.handlers),
    )
