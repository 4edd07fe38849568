"""Words of this slice that no policy pack holds."""

from uuid import UUID

from tenants.obligations.models import APPROVAL_WAITING, ESCALATION, LATE, WARN

# Kind → what a reminder is called, its tone and its icon.
KINDS = {
    WARN: ("即将到期", "amber", "clock"),
    LATE: ("已逾期", "red", "triangle-alert"),
    ESCALATION: ("逾期上报", "red", "corner-up-right"),
    APPROVAL_WAITING: ("待您决定", "violet", "stamp"),
}
PAGES = ("complaints", "releases")


def path_of(subject_type: str, subject_id: UUID) -> str:
    """The record's address inside the tenant; the workbench for what has no page of its own."""
    return f"{subject_type}/{subject_id}" if subject_type in PAGES else ""
