"""What can be done to a complaint. Each action checks, writes its fact, moves the card, and records one event."""

from tenants.complaints.actions.answering import call_back, draft_reply, reply_delivered
from tenants.complaints.actions.closing import close
from tenants.complaints.actions.handling import decide_solution, mark_handled, propose, respond
from tenants.complaints.actions.pausing import ask_pause, decide_pause, resume
from tenants.complaints.actions.picturing import add_pictures
from tenants.complaints.actions.registering import NewComplaint, register
from tenants.complaints.actions.ruling import assign, judge
from tenants.complaints.actions.urging import urge
from tenants.complaints.stages import Reminder, settle_day, settle_provisional, stage_due

__all__ = [
    "NewComplaint", "Reminder", "add_pictures", "ask_pause", "assign", "call_back", "close", "decide_pause",
    "decide_solution", "draft_reply", "judge", "mark_handled", "propose", "register", "reply_delivered", "respond",
    "resume", "settle_day", "settle_provisional", "stage_due", "urge",
]  # fmt: skip
