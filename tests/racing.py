"""Two people send their forms at once, each of them several times, as browsers and impatient thumbs do."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from saas import clock
from tests.world import Person

SENT = 3
"""So often each of the two sends the form."""
BUSY = 503


def insist(send: Callable[[], TestResponse]) -> TestResponse:
    """The answer: who waited too long for the others, on a machine with much to do, sends the same form again."""
    for _ in range(9):
        if (answer := send()).status_code != BUSY:
            break
    return answer


def raced(
    path: str, forms: Sequence[tuple[Person, dict[str, Any]]], at: datetime | None = None
) -> tuple[Person, Person, str]:
    """Who was first and who second, and the page that tells the second so. Each form keeps its key however often it is
    sent; a field that cannot be sent twice, like a file, is a function that makes it. `at` is the moment, or now."""
    keyed = [(who, fields, str(uuid4())) for who, fields in forms]

    def send(each: tuple[Person, dict[str, Any], str]) -> tuple[str, int, str]:
        who, fields, key = each

        def post() -> TestResponse:
            made = {name: value() if callable(value) else value for name, value in fields.items()}
            with clock.at(at) if at else nullcontext():
                return who.post(path, {**made, "key": key})

        answer = insist(post)
        return who.name, answer.status_code, answer.text

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, keyed * SENT))
    codes = {who.name: {code for name, code, _ in answers if name == who.name} for who, _ in forms}
    assert sorted(codes.values(), key=max) == [{303}, {409}], (path, codes)
    first, second = sorted((who for who, _ in forms), key=lambda who: max(codes[who.name]))
    return first, second, next(page for name, _, page in answers if name == second.name)
