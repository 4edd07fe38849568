"""What a search asks of a complaint: its words, and who complained by initials or the end of a number.

The database keeps the pairs of characters of every complaint in an index (`bigrams`); it finds few among very many at
once. Looking into each complaint (`strpos`) is the shorter way where so many fit that twenty are met soon.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_

from saas.rooms import room_label
from saas.words import held, said
from tenants.complaints.models import Complaint
from tenants.customers.meant import TAIL, digits_of, home, person


@dataclass(frozen=True)
class Sought:
    """Conditions of the same meaning: through the index of pairs, and by looking."""

    indexed: Sequence[ColumnElement[bool]]
    plain: Sequence[ColumnElement[bool]]


def sought(q: str) -> Sought:
    """What every word of `q` asks."""
    indexed, plain = [], []
    for word in q.lower().split():
        people = _people(word)
        indexed.append(or_(held(Complaint.haystack, word), *people))
        plain.append(or_(said(Complaint.haystack, word), *people))
    return Sought(indexed, plain)


def _people(word: str) -> list[ColumnElement[bool]]:
    """Ways to be meant other than by the text: a room written otherwise, initials of a name, the end of a number."""
    ways: list[ColumnElement[bool]] = []
    if room_label(word) not in ("", word.upper()):
        ways.append(home(Complaint.unit_id, word))
    initials, digits = word.isascii() and word.isalpha() and len(word) > 1, digits_of(word)
    if initials:
        ways.append(and_(Complaint.initials != "", Complaint.initials.startswith(word, autoescape=True)))
    if digits:
        bare = func.replace(Complaint.phone, "-", "")
        tail = func.right(bare, TAIL) == digits[-TAIL:]
        ways.append(and_(Complaint.phone != "", tail, bare.endswith(digits)))
    if initials or digits:
        ways.append(person(Complaint.customer_id, word, by_name=False))
    return ways
