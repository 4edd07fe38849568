"""Numbers and letters in pixels."""

from math import ceil, floor, log10
from unicodedata import east_asian_width

FONT = 10.0
"""Size of every letter of a chart in pixels; 7.5pt on paper."""


def width(text: str, size: float = FONT) -> float:
    """About how long `text` is, never less."""
    return sum(size if east_asian_width(letter) in "WFA" else 0.62 * size for letter in text)


def cut(text: str, most: float) -> str:
    """`text`, or as much of it as fits with … behind."""
    if width(text) <= most:
        return text
    while text and width(text) + FONT > most:
        text = text[:-1]
    return text + "…"


def words(value: float | None) -> str:
    """1,284 or 93.7, and – where there is nothing."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def amount(value: float | None, unit: str) -> str:
    """1,284 件 or 93.7%."""
    return words(value) + (unit if unit == "%" else f" {unit}".rstrip())


def ticks(low: float, high: float, most: int = 5, *, whole: bool = False) -> list[float]:
    """At most `most` + 1 round numbers from at or below `low` to at or above `high`, `whole` where one counts."""
    if high <= low:
        high = low + 1
    rough = (high - low) / most
    power = 10 ** floor(log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
    if whole:
        step = ceil(step)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]
