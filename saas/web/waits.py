"""How much waits behind the entries and the bell of a page: counted when first drawn, all of it by one query."""

from collections.abc import Iterable
from functools import cached_property

from saas.db import db, schema_of
from saas.identity.actor import Actor
from saas.identity.asking import Count, counts
from saas.tenancy import Visit


class Waits:
    """The counts of one page. All are 0 where queries no longer work: error pages are drawn there too."""

    def __init__(self, visit: Visit, statements: Iterable[Count]) -> None:
        self._visit, self._statements = visit, list(statements)

    @cached_property
    def _counted(self) -> dict[Count, int]:
        if schema_of(db.session()) != self._visit.schema:
            return {}
        return dict(zip(self._statements, counts(self._statements, Actor.of(self._visit)), strict=True))

    def of(self, statement: Count) -> int:
        """What this statement counts."""
        return self._counted.get(statement, 0)
