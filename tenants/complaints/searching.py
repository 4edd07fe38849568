"""What a search asks of a complaint: its words, and who complained by initials or the end of a number.

The database keeps the pairs of characters of every complaint in an index (`bigrams`); it finds few among very many at
once. Looking into each complaint (`strpos`) is the shorter way where so many fit that twenty are met soon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, func, literal, or_, select

from saas.db import db
from tenants.complaints.models import Complaint
from tenants.customers.models import Customer

TAIL = 4  # digits of a number that are asked for at least
MOST = 200  # customers whose complaints are looked for by one word


@dataclass(frozen=True)
class Sought:
    """Conditions of the same meaning: through the index of pairs, and by looking."""

    indexed: Sequence[ColumnElement[bool]]
    plain: Sequence[ColumnElement[bool]]


def sought(q: str) -> Sought:
    """What every word of `q` asks; asks the dossiers once for each word that may be initials or a number."""
    indexed, plain = [], []
    for word in q.lower().split():
        people = _people(word)
        said = func.strpos(Complaint.haystack, word) > 0
        pairs = pairs_of(word)
        held = and_(func.bigrams(Complaint.haystack).op("@>")(literal(pairs, ARRAY(Text))), said) if pairs else said
        indexed.append(or_(held, *people))
        plain.append(or_(said, *people))
    return Sought(indexed, plain)


def pairs_of(word: str) -> list[str]:
    """The pairs of neighbouring characters in a word without blanks, as the database makes them."""
    return list(dict.fromkeys(former + latter for former, latter in pairwise(word)))


def _people(word: str) -> list[ColumnElement[bool]]:
    """Ways to be meant other than by the text: initials of a name, the end of a number."""
    ways: list[ColumnElement[bool]] = []
    known: list[Any] = []
    if word.isascii() and word.isalpha() and len(word) > 1:
        ways.append(and_(Complaint.initials != "", Complaint.initials.startswith(word, autoescape=True)))
        known.append(Customer.name_initials.startswith(word, autoescape=True))
    digits = word.replace("-", "")
    if digits.isdecimal() and len(digits) >= TAIL:
        bare = func.replace(Complaint.phone, "-", "")
        tail = func.right(bare, TAIL) == digits[-TAIL:]
        ways.append(and_(Complaint.phone != "", tail, bare.endswith(digits)))
        known.append(and_(func.right(Customer.phone, TAIL) == digits[-TAIL:], Customer.phone.endswith(digits)))
    if known and (keys := _keys(known)):
        ways.append(Complaint.customer_id.in_(keys))
    return ways


def _keys(known: Sequence[Any]) -> list[UUID]:
    return list(db.session.scalars(select(Customer.id).where(or_(*known)).limit(MOST)))
