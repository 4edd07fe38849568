"""What the record of a release shows masked, and the look at it in full (B10). The letter itself is nobody's secret."""

from collections.abc import Sequence

from saas import reveals
from saas.events import Event, timeline
from saas.identity.actor import Actor, Forbidden
from saas.reveals import Passage
from tenants.releases import access
from tenants.releases.holding import not_barred
from tenants.releases.models import Release
from tenants.releases.record import said


def passages(events: Sequence[Event]) -> list[Passage]:
    """Every note of the record with a number in it, in full; most records have none."""
    return reveals.hidden(said(events))


def reveal(release: Release, *, reason: str, by: Actor) -> list[Passage]:
    """All of it, once; the look is an event with its reason.

    Raises Problem without a reason, Forbidden for who may not write letters and for whom the case is about (D4).
    """
    if not by.has(*access.WRITERS):
        raise Forbidden("您的角色不能查看完整号码，请联系管家或客服主管")
    not_barred(release, by)
    shown = passages(timeline(release))
    reveals.note("release.revealed", release, reason=reason, by=by)
    return shown
