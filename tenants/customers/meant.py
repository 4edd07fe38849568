"""Whom a word means: households by their room, people by name, initials or the end of a number.

What other slices ask about the key of a household or person is one array that the database makes first, so that
their own indexes serve.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, false, func, or_, select

from saas.rooms import room_label
from saas.words import held
from tenants.customers.models import Customer, Unit

TAIL = 4  # digits of a phone number that are asked for at least
MOST = 1000  # households or people that one word means


def of_room(word: str) -> ColumnElement[bool]:
    """Households whose room begins so: 3-2-15, 3栋2单元1502, or 902 in any building."""
    label = room_label(word)
    if not label:  # nothing but separators is no room, and would begin every one
        return false()
    return or_(Unit.label.startswith(label, autoescape=True), Unit.room.startswith(label, autoescape=True))


def of_person(word: str, *, by_name: bool = True) -> ColumnElement[bool]:
    """People whose name contains it, whose initials begin with it, or one of whose phones ends with it."""
    ways = [held(func.lower(Customer.name), word)] if by_name else []
    if word.isascii() and word.isalpha():
        ways.append(Customer.name_initials.startswith(word.lower(), autoescape=True))
    digits = digits_of(word)
    if digits:
        others = func.replace(func.array_to_string(Customer.other_phones, "|") + "|", "-", "")
        tail = func.right(Customer.phone, TAIL) == digits[-TAIL:]
        ways.append(and_(tail, func.replace(Customer.phone, "-", "").endswith(digits)))
        ways.append(and_(Customer.other_phones != [], others.contains(f"{digits}|")))
    return or_(false(), *ways)


def digits_of(word: str) -> str:
    """The end of a number, without strokes and blanks; empty when it is none, or too short to ask for."""
    digits = word.replace("-", "").replace(" ", "")
    return digits if digits.isascii() and digits.isdecimal() and len(digits) >= TAIL else ""


def among(key: Any, query: Select[Any]) -> ColumnElement[bool]:
    """`key` is one of what the query answers; the query is asked once, not for each row."""
    found: ColumnElement[bool] = key == any_(func.array(query.correlate(None).scalar_subquery()))
    return found


def home(key: Any, word: str) -> ColumnElement[bool]:
    """The key of a household whose room begins so."""
    return among(key, select(Unit.id).where(of_room(word)).limit(MOST))


def person(key: Any, word: str, *, by_name: bool = True) -> ColumnElement[bool]:
    """The key of a person who is meant."""
    return among(key, select(Customer.id).where(of_person(word, by_name=by_name)).limit(MOST))
