"""Words are found by the pairs of characters in them (`bigrams` of the database): an index of each text has them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, func, literal, select

from saas.db import db

BLANK = " "
LOOKED, OFTEN = 1000, 20
"""Of so many of the newest texts a word stands in so many: it is in too many for the index."""


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


def often(newest: Select[Any], words: Sequence[str]) -> set[str]:
    """Which of the words stand in so many of the newest texts (one column) that looking into each is the shorter way:
    the database would make the pairs of all of them again. One query, none without words."""
    if not words:
        return set()
    (text,) = newest.limit(LOOKED).subquery().c
    counts = db.session.execute(select(*(func.count().filter(said(text, word)) for word in words))).one()
    return {word for word, count in zip(words, counts, strict=True) if count >= OFTEN}
