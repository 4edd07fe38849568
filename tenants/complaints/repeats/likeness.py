"""How alike two complaints are: by the pairs of characters that they share, which needs no dictionary of words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

READ = 400  # characters of the text; what a message is about stands at its beginning
MANY = 20  # complaints, of which it can be said what most of them say
_NOT_WORDS = re.compile(r"[\W_\d]+")
Pairs = frozenset[str]


@dataclass(frozen=True, slots=True)
class Print:
    """The pairs of characters of a subject and of the beginning of a text."""

    subject: Pairs
    body: Pairs

    @classmethod
    def of(cls, subject: str, body: str) -> "Print":
        """Without digits, spaces and punctuation."""
        return cls(_pairs(subject), _pairs(body[:READ]))

    @property
    def said(self) -> Pairs:
        """All of it."""
        return self.subject | self.body

    def without(self, pairs: Pairs) -> "Print":
        """The same, but for these pairs."""
        return Print(self.subject - pairs, self.body - pairs) if pairs else self

    def percent(self, other: "Print") -> int:
        """0 to 100: half for how much of each subject the other one says anywhere, half for the texts (of the shorter).

        Everybody tells the same matter in words of their own, but names it: what stands in one's subject stands in
        another's text.
        """
        named = _share(self.subject, other.said, len(self.subject)) + _share(
            other.subject, self.said, len(other.subject)
        )
        return round(25 * named + 50 * _share(self.body, other.body, min(len(self.body), len(other.body))))


def said_by_most(this: Print, others: Sequence[Print]) -> Pairs:
    """The pairs of `this` that more than half of many others say too: the name of the estate, 小区, 物业."""
    counted = Counter(pair for other in others for pair in this.said & other.said)
    return frozenset(pair for pair, times in counted.items() if len(others) >= MANY and 2 * times > len(others))


def _pairs(text: str) -> Pairs:
    plain = _NOT_WORDS.sub("", text.lower())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _share(one: Pairs, other: Pairs, whole: int) -> float:
    return len(one & other) / whole if whole else 0
