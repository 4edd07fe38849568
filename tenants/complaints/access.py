"""Who may do what to a complaint, before any page is drawn: roles of the pack's clauses, and D4 for everything."""

from operator import attrgetter

from saas.identity.actor import Actor, Forbidden
from saas.identity.rights import holds
from saas.policy.pack import Pack
from tenants.complaints.models import Complaint

# Marks of the views: the pack that binds the tenant says which roles these are.
READERS = attrgetter("complaint_roles.readers")
REGISTRARS = attrgetter("complaint_roles.registrars")
TRANSFERORS = attrgetter("complaint_roles.transferors")
HANDLERS = attrgetter("complaint_roles.handlers")
BULK = ("assign", "remind", "export")
DOORKEEPERS = attrgetter("complaint_roles.doorkeepers")


def not_accused(complaint: Complaint, by: Actor) -> None:
    """Whoever is complained about takes no part (D4). Raises Forbidden."""
    if by.id is not None and by.id == complaint.complained_about:
        raise Forbidden("您是这件投诉的被投诉人，按规程应回避，由其他同事处理")


def receivers(pack: Pack) -> tuple[str, ...]:
    """Who takes up what departments of the company hand over (D1)."""
    return pack.bound("complaint-transfer")


def answerers(pack: Pack) -> tuple[str, ...]:
    """Who may answer some complaint: the responders all, the receivers what they took up."""
    return tuple(dict.fromkeys([*pack.complaint_roles.responders, *receivers(pack)]))


def answers(complaint: Complaint, by: Actor, pack: Pack) -> bool:
    """Whether this person answers this one on the way, and so may see its numbers."""
    theirs = by.id is not None and by.id == complaint.handler_id
    return by.has(*pack.complaint_roles.responders) or (theirs and by.has(*receivers(pack)))


def may_answer(complaint: Complaint, by: Actor, pack: Pack, what: str) -> None:
    """Raises Forbidden, naming the responders."""
    if not answers(complaint, by, pack):
        holds(by, pack, what, *pack.complaint_roles.responders)


def bulk_verbs(by: Actor, pack: Pack) -> tuple[str, ...]:
    """What this person may do to many at once; each case is judged by itself besides."""
    return BULK if by.has(*pack.complaint_roles.assigners) else ()


def reply_roles(pack: Pack) -> tuple[str, ...]:
    """Customer service, who alone answers the customer (D8)."""
    return pack.bound("complaint-reply")


def may_reply(complaint: Complaint, by: Actor, pack: Pack) -> None:
    """The reply is customer service's, not the handling department's (D8). Raises Forbidden."""
    holds(by, pack, "答复客户", *reply_roles(pack))
    department = pack.departments.get(complaint.department)
    elsewhere = complaint.department != "" and not (department and department.replies)
    if elsewhere and by.id == complaint.handler_id:
        raise Forbidden("答复由客服办理，处理部门的经办人不能自己答复客户")


def follow_up_roles(pack: Pack) -> tuple[str, ...]:
    """Who answers what a callback raised (D11)."""
    return tuple(dict.fromkeys([*pack.bound("callback-new-matter"), *pack.bound("matters-answered")]))


def check_roles(pack: Pack) -> tuple[str, ...]:
    """Who plans callbacks and checks those of stewards (D17)."""
    return pack.bound("callback-checks")


def callback_roles(complaint: Complaint, pack: Pack) -> tuple[str, ...]:
    """The severity's callback role and those above it (D10)."""
    role = pack.severities[complaint.severity].callback_role
    levels = pack.hierarchy
    return tuple(levels[levels.index(role) :]) if role in levels else (role,)


def may_call_back(complaint: Complaint, by: Actor, pack: Pack) -> None:
    """Raises Forbidden, naming the role that this severity asks for (D10)."""
    level = pack.severities[complaint.severity]
    if not by.has(*callback_roles(complaint, pack)):
        raise Forbidden(f"{level.label}投诉由{pack.roles[level.callback_role]}回访，您没有这项权限")
