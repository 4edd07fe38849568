"""Words of this slice that no policy pack holds, and where the pages of what it speaks of are."""

from datetime import datetime
from uuid import UUID

from saas import clock
from saas.approvals.models import Approval
from tenants.obligations.models import ALARM, APPROVAL_WAITING, ASSIGNED, COPIED, ESCALATION, LATE, URGED, WARN

# Kind → what a reminder is called, its tone and its icon.
KINDS = {
    WARN: ("即将到期", "amber", "clock"),
    LATE: ("已逾期", "red", "triangle-alert"),
    ESCALATION: ("逾期上报", "red", "corner-up-right"),
    APPROVAL_WAITING: ("待您决定", "violet", "stamp"),
    URGED: ("催办", "amber", "bell"),
    COPIED: ("抄送", "blue", "users-round"),
    ALARM: ("重大投诉", "red", "siren"),
    ASSIGNED: ("派给您", "blue", "corner-up-right"),
}
PAGES = (
    "complaints", "releases", "reports", "digests", "duties", "receptions", "repairs", "articles", "price_lists",
)  # fmt: skip
# Kind of approval → what a task of deciding it is called, its icon, and its page below the record.
APPROVALS = {
    "complaint_solution": ("方案", "list-checks", "/solutions/{version}/decision"),
    "finance_section": ("报告", "file-text", ""),
    "investigation": ("报告", "search-check", "/investigations/{version}/decision"),
    "compensation": ("赔偿", "banknote", "/compensations/{version}/decision"),
    "complaint_pause": ("暂停", "pause", "/pauses/{version}/decision"),
    "article": ("资料", "file-text", ""),
    "repair_outsourcing": ("外派", "wrench", "/outsourcings/{version}/decision"),
    "price_list": ("收费", "file-text", ""),
    "duty_move": ("改期", "calendar-clock", ""),
}
VERBS = {"review": "审核", "approve": "审批", "general_manager": "批准"}
HOURS = ((5, "夜深了"), (9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好"), (24, "晚上好"))


def path_of(subject_type: str, subject_id: UUID) -> str:
    """The record's address inside the tenant; the workbench for what has no page of its own."""
    return f"{subject_type}/{subject_id}" if subject_type in PAGES else ""


def path_to_decide(approval: Approval) -> str:
    """Where an approval is read and decided."""
    _, _, below = APPROVALS.get(approval.kind, ("", "", ""))
    return path_of(approval.subject_type, approval.subject_id) + below.format(version=approval.version)


def greeting(moment: datetime) -> str:
    """早上好, 上午好 … by the clock of Shanghai."""
    hour = clock.local(moment).hour
    return next(words for until, words in HOURS if hour < until)
