"""How much one document may cost."""

from dataclasses import dataclass

DPI = 150
"""Pixels of an inch of a photograph; more is not seen on paper and makes the file large."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one rendering. Memory is what the document adds to the process that was forked."""

    cpu_seconds: int = 60
    wall_seconds: float = 600
    memory_bytes: int = 1_300_000_000
    html_chars: int = 4_000_000
    pdf_bytes: int = 64_000_000
