"""What is asked besides before the letter of a case is submitted: the slice that keeps the case says it here."""

from collections.abc import Callable

from tenants.releases.models import Release

CHECKS: dict[str, Callable[[Release], None]] = {}
"""Type of the subject → raises Problem for a letter that must not go out so."""


def check(release: Release) -> None:
    """Ask the slice of its case, if it has one. Raises Problem."""
    if release.subject_type in CHECKS:
        CHECKS[release.subject_type](release)
