"""What people type, set as a printer would: a blank between Chinese and Latin, a number not parted from its unit."""

import re
from dataclasses import replace

from saas.markdown import Grid, Heading, Listing, Paragraph, Piece, Run, Runs, Text

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_MEETING = re.compile(f"(?<=[{_HAN}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{_HAN}])")
_UNIT = re.compile(f"(?<=[0-9]) (?=[{_HAN}])")
_NO_BREAK = "\u00a0"


def kept(words: str) -> str:
    """The 7 of 7 月 stays with its 月."""
    return _UNIT.sub(_NO_BREAK, words)


def spaced(words: str) -> str:
    """7月1日 becomes 7 月 1 日, and is kept so."""
    return kept(_MEETING.sub(" ", words))


def set_text(text: Text) -> Text:
    """The same text with its blanks."""
    return replace(text, pieces=tuple(map(_piece, text.pieces)))


def _piece(piece: Piece) -> Piece:
    match piece:
        case Heading() | Paragraph():
            return replace(piece, runs=_runs(piece.runs))
        case Listing():
            return replace(piece, items=tuple(map(_runs, piece.items)))
        case Grid():
            return piece


def _runs(runs: Runs) -> Runs:
    """Bold letters have neighbours too."""
    done: list[Run] = []
    for run in runs:
        before = done[-1].text[-1:] if done else ""
        words = spaced(before + run.text)
        done.append(Run(words[len(before) :], run.bold))
    return tuple(done)
