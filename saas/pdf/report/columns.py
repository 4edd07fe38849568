"""How broad the columns of a table are: fixed before the layout, because automatic ones cost half as much again."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean
from unicodedata import east_asian_width

from saas.pdf.book import Head

BREADTH = 170.0  # mm of the text
LETTER = 2.85  # mm of an ideograph of 8pt
PADDING = 3.6  # mm beside the text of a cell
LONGEST = 14.0  # ideographs that a column may ask for before its text has to wrap
SAMPLE = 200  # rows looked at
MANY = 25  # rows of a long table
SHORT = 8  # ideographs that never wrap


def shares(heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Percent of each column. Numbers and short texts get what they need, long texts share what is left."""
    columns = [[head.text, *(row[at] for row in rows[:SAMPLE])] for at, head in enumerate(heads)]
    need = [_typical([_letters(text) for text in texts]) for texts in columns]
    longest = LONGEST
    while longest > 1 and _room(need, longest) > BREADTH:
        longest -= 0.25
    least = [min(letters, longest) * LETTER + PADDING for letters in need]
    # numbers hardly grow: what is left goes to the columns of text
    grow = [
        sqrt(max(letters, 1)) * head.weight * (1 if head.align == "left" else 0.3)
        for letters, head in zip(need, heads, strict=True)
    ]
    free = max(BREADTH - sum(least), 0)
    broad = [each + free * part / sum(grow) for each, part in zip(least, grow, strict=True)]
    return tuple(round(100 * each / sum(broad), 2) for each in broad)


def _room(need: Sequence[float], longest: float) -> float:
    return sum(min(letters, longest) * LETTER + PADDING for letters in need)


def _typical(lengths: Sequence[float]) -> float:
    """The longest; in a long table few long ones may wrap, so that all the others need not."""
    longest = sorted(lengths)[-1 - len(lengths) // 10]
    return longest if len(lengths) < MANY or longest <= SHORT else (longest + fmean(lengths)) / 2


def _letters(text: str) -> float:
    return sum(1 if east_asian_width(letter) in "WFA" else 0.56 for letter in text)
