"""The doors of the quarterly reports. The tenant is entered already."""

from uuid import UUID

from tenants.reports import archive, publishing


def letter_approved(release_id: str) -> None:
    """Job `releases.approved`: the release that goes with a record was approved; a report gets its final copy."""
    publishing.approval_came(UUID(release_id))


def check(report_id: str) -> None:
    """Job `reports.check`: the archived copies are compared with the register."""
    archive.check_again(UUID(report_id))
