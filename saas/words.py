"""Words are found by the pairs of characters in them (`bigrams` of the database): an index of each text has them."""

from itertools import pairwise
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, func, literal

BLANK = " "


def pairs_of(words: str) -> list[str]:
    """The pairs of neighbouring characters, as the database makes them: none over a blank, each once."""
    pairs = (former + latter for former, latter in pairwise(words) if BLANK not in (former, latter))
    return list(dict.fromkeys(pairs))


def said(text: Any, word: str) -> ColumnElement[bool]:
    """Whether `word` stands in a text of small letters; looks into each."""
    return func.strpos(text, word.lower()) > 0


def held(text: Any, word: str) -> ColumnElement[bool]:
    """The same through the index of pairs; a single character has none and is looked for in each text."""
    pairs = pairs_of(word.lower())
    if not pairs:
        return said(text, word)
    return and_(func.bigrams(text).op("@>")(literal(pairs, ARRAY(Text))), said(text, word))
