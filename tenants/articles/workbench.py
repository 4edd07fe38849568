"""What the workbench gets from here: articles whose day of review comes or has passed (C8)."""

from datetime import date, timedelta

from saas import clock
from saas.identity.actor import Actor
from saas.policy import clocks
from saas.policy.calendar import Calendar
from saas.policy.here import pack_on
from saas.policy.periods import midnight
from tenants.articles import queries
from tenants.articles.access import CURRENT
from tenants.articles.models import KINDS
from tenants.obligations.today import Task

SECOND = timedelta(seconds=1)


def tasks(by: Actor, _calendar: Calendar, until: date) -> list[Task]:
    """One for each article to be reviewed up to a day, for the roles of the clause."""
    now, pack = clock.now(), pack_on(clock.now())
    clause = next((each for each in pack.clauses.values() if each.evidence == CURRENT), None)
    if clause is None or not by.has(*clause.roles):
        return []
    found = []
    for article, version in queries.to_review(until):
        at, path = midnight(version.review_on + timedelta(days=1)) - SECOND, f"articles/{article.id}"
        late = at < now
        found.append(
            Task(
                kind="资料", icon="file-text", title=f"复核：{version.title}", path=path,
                meta=(KINDS[article.kind], article.number), clause=(clause.source, f"{clause.title}：{clause.text}"),
                due=clocks.remaining(at, now), note=f"{version.review_on} 前复核", tone="red" if late else "",
                act="复核", act_path=f"{path}/edit", at=at, what="资料复核", late=late, whole_day=True,
            )
        )  # fmt: skip
    return found
