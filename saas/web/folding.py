"""Long texts are folded: the beginning is read at once, the rest is opened."""

LETTERS, LINES = 240, 12
"""What is shown at once: about twelve lines on a phone."""
LEAST = 120
"""Characters that are worth folding; fewer would save less room than the button takes."""
ENDS = "\n。！？；"


def fold(text: str) -> tuple[str, str]:
    """What is shown of `text` at once, and the rest: nothing of a short one. Cut behind a line or a sentence."""
    lines = text.split("\n")
    most = min(LETTERS, len("\n".join(lines[:LINES])))
    if len(text) - most < LEAST and len(lines) < LINES * 2:
        return text, ""
    end = max(text.rfind(mark, most // 2, most) for mark in ENDS) + 1 or most
    return text[:end].rstrip("\n"), text[end:].lstrip("\n")
