"""The answer to a look at what is masked: the passages in full, or the form again that asks why (B10)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import request

from saas.db import db
from saas.problem import Problem
from saas.reveals import Passage
from saas.web.page import page


def revealed(
    title: str, crumbs: Sequence[tuple[str, str | None]], id: str, look: Callable[[str], Iterable[Passage]]
) -> Any:
    """`look` takes the reason, records it and gives the passages; `id` tells the forms of a page apart.

    Committed before it is seen.
    """
    shown: dict[str, Any] = {"title": title, "crumbs": crumbs, "action": request.path, "id": id}
    try:
        shown |= {"passages": list(look(request.form.get("reason", ""))), "problem": ""}
    except Problem as problem:
        db.session.rollback()
        return page("shared/revealed.html", block="revealed", status=422, passages=(), problem=str(problem), **shown)
    answer = page("shared/revealed.html", block="revealed", **shown)
    db.session.commit()
    return answer
