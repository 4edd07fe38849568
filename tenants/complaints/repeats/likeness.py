"""How alike two complaints are: by the pairs of characters that they share, which needs no dictionary of words."""

import re
from dataclasses import dataclass

READ = 400  # characters of the text; what a message is about stands at its beginning
_NOT_WORDS = re.compile(r"[\W_\d]+")


@dataclass(frozen=True, slots=True)
class Print:
    """The pairs of characters of a subject and of the beginning of a text."""

    subject: frozenset[str]
    body: frozenset[str]

    @classmethod
    def of(cls, subject: str, body: str) -> "Print":
        """Without digits, spaces and punctuation."""
        return cls(_pairs(subject), _pairs(body[:READ]))

    def percent(self, other: "Print") -> int:
        """0 to 100: half for the subjects (shared of all), half for the texts (shared of the shorter one)."""
        return round(
            50 * _share(self.subject, other.subject, len(self.subject | other.subject))
            + 50 * _share(self.body, other.body, min(len(self.body), len(other.body)))
        )


def _pairs(text: str) -> frozenset[str]:
    plain = _NOT_WORDS.sub("", text.lower())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _share(one: frozenset[str], other: frozenset[str], whole: int) -> float:
    return len(one & other) / whole if whole else 0
