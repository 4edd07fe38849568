"""What the box at the top finds, each kind with the way to its full list."""

from typing import Any

from flask import Blueprint, request

from saas.identity import allow, current_actor, current_pack, current_visit
from saas.sheets.cells import line
from saas.web import page
from saas.web.shell import may_open
from tenants.search.kinds import KINDS

blueprint = Blueprint("search", __name__, url_prefix="/<company>/<project>")
LONGEST, WORDS = 60, 5


@blueprint.get("/search")
@allow()
def show() -> Any:
    """Of every kind whose list this person may open, what fits every word."""
    words = " ".join(line(request.args.get("q", ""))[:LONGEST].split()[:WORDS])
    by, rules, visit = current_actor(), current_pack(), current_visit()
    looks = [look for endpoint, look in KINDS.items() if words and may_open(endpoint, visit)]
    groups = [group for group in (look(words, by, rules) for look in looks) if group.rows]
    return page("search/show.html", words=words, groups=groups)
