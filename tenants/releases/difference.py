"""What changed between two versions, paragraph by paragraph, as marked pieces of plain text."""

import re
from difflib import SequenceMatcher

Piece = tuple[str, str]  # ("", "ins" or "del"), text
TOKEN = re.compile(r"\d+|[A-Za-z]+|\s+|.")
LIMIT = 1_000_000  # comparing costs the product of the lengths: beyond this a paragraph counts as rewritten


def compare(old: list[str], new: list[str]) -> tuple[list[list[Piece]], int]:
    """The paragraphs of both versions in reading order, and how many places changed."""
    result: list[list[Piece]] = []
    places = 0
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            result += [[("", line)] for line in new[c:d]]
            continue
        paired = min(b - a, d - c)
        for before, after in zip(old[a : a + paired], new[c : c + paired], strict=True):
            pieces, changed = _within(before, after)
            result.append(pieces)
            places += changed
        result += [[("del", line)] for line in old[a + paired : b]]
        result += [[("ins", line)] for line in new[c + paired : d]]
        places += (b - a - paired) + (d - c - paired)
    return result, places


def _within(before: str, after: str) -> tuple[list[Piece], int]:
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) * len(new) > LIMIT or matcher.ratio() < 0.3:
        return [("del", before), ("ins", after)], 1
    pieces: list[Piece] = []
    changed = 0
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pieces.append(("", "".join(new[c:d])))
            continue
        changed += 1
        pieces += [piece for piece in (("del", "".join(old[a:b])), ("ins", "".join(new[c:d]))) if piece[1]]
    return pieces, changed
