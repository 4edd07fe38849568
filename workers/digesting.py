"""The door of the digests. The tenant is entered already."""

from datetime import date

from tenants.digests import actions


def daily(day: str) -> None:
    """Job `digests.daily`: draft what is over, send what is due, as of a day (ISO date)."""
    actions.make_round(date.fromisoformat(day))
