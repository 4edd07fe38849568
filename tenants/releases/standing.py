"""How a delivery stands, read from its facts; nothing here is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenants.releases.models import EMAIL, HELD, STOPPED, Attempt, Delivery, Release

# Longer than a mail conversation can last (saas.mail ends each by its deadline): then the outcome is unknown.
UNKNOWN_AFTER = timedelta(minutes=5)
# Waits before the next try after a temporary refusal; after the last one a person must look.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 480))

WORDS = {
    "waiting": ("待发送", "", "clock"),
    "sending": ("发送中", "blue", "send"),
    "retrying": ("稍后重试", "amber", "rotate-ccw"),
    "accepted": ("已送达", "green", "check"),
    "confirmed": ("已核实送达", "green", "check"),
    "failed": ("未送达", "red", "x"),
    "unknown": ("结果不明", "amber", "triangle-alert"),
    HELD: ("已暂缓", "amber", "pause"),
    STOPPED: ("不再发送", "", "x"),
}
ARRIVED = ("accepted", "confirmed")
ENDED = (*ARRIVED, "failed", "unknown", STOPPED)


@dataclass(frozen=True)
class Standing:
    """One word of WORDS; `due` is when the next try may start (only for `retrying`)."""

    word: str
    due: datetime | None = None


def standing(delivery: Delivery, now: datetime, hold: str = "") -> Standing:
    """Where this delivery stands at `now`; a hold on its letter keeps back what would go out next (D4)."""
    here = _standing(delivery, now)
    return Standing(hold) if hold and here.word in ("waiting", "retrying") else here


def _standing(delivery: Delivery, now: datetime) -> Standing:
    if not delivery.attempts:
        return Standing("waiting")
    last = delivery.attempts[-1]
    if last.outcome is not None and last.outcome.result == "accepted":
        return Standing("accepted")
    if last.resolution is not None:
        return Standing("confirmed" if last.resolution.verdict == "delivered" else "waiting")
    if last.outcome is None:
        return Standing("unknown" if now - last.started_at >= UNKNOWN_AFTER else "sending")
    if last.outcome.result == "unknown":
        return Standing("unknown")
    tries = _tries(delivery.attempts)
    if last.outcome.permanent or tries > len(PAUSES):
        return Standing("failed")
    return Standing("retrying", last.outcome.ended_at + PAUSES[tries - 1])


def _tries(attempts: Sequence[Attempt]) -> int:
    """Tries since the beginning, or since a person last asked to send again."""
    asked = [a.number for a in attempts if a.resolution is not None and a.resolution.verdict == "resend"]
    return attempts[-1].number - max(asked, default=0)


def together(release: Release, now: datetime, hold: str = "") -> str:
    """The state of a release, from how its deliveries stand and what was handed over; held while anything waits (D4).

    Only mails and hand-overs arrive at somebody. A page alone is public: whether its address reached anybody it cannot
    say, so it makes no letter delivered.
    """
    words = [standing(delivery, now, hold).word for delivery in release.deliveries]
    mails = [word for delivery, word in zip(release.deliveries, words, strict=True) if delivery.channel == EMAIL]
    arrived = [*(word in ARRIVED for word in mails), *(True for _ in release.handovers)]
    over = all(word in ENDED for word in words)
    if hold == HELD and not (over and arrived and all(arrived)):
        return HELD
    if not over:
        return "delivering"
    if not arrived:
        return "published" if any(word in ARRIVED for word in words) else "undelivered"
    return "delivered" if all(arrived) else "partly_delivered" if any(arrived) else "undelivered"


def reached(release: Release, now: datetime, *, knows_page: bool) -> bool:
    """Whether the letter came to the person it answers: handed over, or every mail of it arrived.

    A letter without any mail arrives by its page when that person has its address (`knows_page`).
    """
    if release.handovers:
        return True
    mails = [each for each in release.deliveries if each.channel == EMAIL]
    there = mails or (release.deliveries if knows_page else [])
    return bool(there) and all(standing(each, now).word in ARRIVED for each in there)
