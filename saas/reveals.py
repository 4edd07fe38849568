"""Looks at what is shown masked: given in full once, with the reason on record (B10)."""

from collections.abc import Iterable

from saas import masks
from saas.events import Recordable, record
from saas.identity.actor import Actor
from saas.problem import Problem

LONGEST_REASON = 200
Passage = tuple[str, str]
"""What a text is, and the text in full."""


def hidden(passages: Iterable[Passage]) -> list[Passage]:
    """Those of which a page shows a part masked."""
    return [(what, text) for what, text in passages if masks.within(text) != text]


def note(name: str, subject: Recordable, *, reason: str, by: Actor) -> None:
    """Record a look with its reason; the caller has judged who looks. Raises Problem without a reason."""
    if not (reason := " ".join(reason.split())):
        raise Problem("请写下查看原因，如：回访电梯投诉", "reason")
    if len(reason) > LONGEST_REASON:
        raise Problem(f"原因最多 {LONGEST_REASON} 个字", "reason")
    record(name, subject, by, reason=reason)
