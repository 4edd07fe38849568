"""How much one document may cost."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one rendering. Memory is what the document adds to the process that was forked."""

    cpu_seconds: int = 60
    wall_seconds: float = 180
    memory_bytes: int = 1_300_000_000
    html_chars: int = 4_000_000
    pdf_bytes: int = 64_000_000
