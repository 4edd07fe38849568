"""The figures of a quarter, taken from the records with the moment at which they were taken (I1)."""

from datetime import datetime
from typing import Any

from saas import clock
from tenants.reports.groups import GROUPS
from tenants.reports.quarter import Quarter
from tenants.reports.tables import Group


def collect(quarter: Quarter) -> dict[str, Any]:
    """All groups that the sections of the pack name, as JSON with `as_of`, the moment at which they were counted."""
    sections = quarter.pack.report.sections if quarter.pack.report else ()
    named = [code for section in sections for code in section.figures]
    groups = {code: GROUPS[code](quarter).dump() for code in dict.fromkeys(named)}
    return {"as_of": clock.now().isoformat(timespec="seconds"), "groups": groups, **quarter.days}


def groups(figures: dict[str, Any]) -> dict[str, Group]:
    """The groups of a version by their codes."""
    return {code: Group.load(data) for code, data in figures.get("groups", {}).items()}


def as_of(figures: dict[str, Any]) -> datetime | None:
    """When they were counted; None before they were."""
    return datetime.fromisoformat(figures["as_of"]) if "as_of" in figures else None
