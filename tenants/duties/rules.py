"""Which clauses bind this tenant in which period: the version of the pack in force when it begins decides (R3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from saas import clock
from saas.board.bases import FORMER, Bases
from saas.db import db
from saas.policy import loader
from saas.policy.calendar import Calendar
from saas.policy.evidence import Question, Rows, Source
from saas.policy.pack import Clause, Kind, Pack
from saas.policy.periods import Period, period
from saas.tenancy.models import HEAD_OFFICE
from saas.tenancy.staff import CalendarDay, Profile
from tenants.duties.models import Duty

Known = Mapping[str, Source]
BINDING = (Profile.pack, Profile.kind, Profile.fee_basis, FORMER)
"""What a tenant says of itself that decides which clauses bind it."""


@dataclass(frozen=True)
class Rules:
    """The regulation as it binds one tenant. `known` is the evidence that the slices of this product give."""

    versions: tuple[Pack, ...]
    office: bool
    bases: Bases
    calendar: Calendar
    known: Known

    @property
    def pack(self) -> Pack:
        """The version in force today, or the first one to come."""
        return self.pack_on(clock.local(clock.now()).date()) or self.versions[0]

    def pack_on(self, day: date) -> Pack | None:
        """The version in force on a day; None before the first one."""
        return next((pack for pack in reversed(self.versions) if pack.valid_from <= day), None)

    def owes(self, clause: Clause, day: date) -> bool:
        """Whether duties come from it here, for a period that begins on a day: periodic, with records to prove it,
        binding what the tenant was then (R3)."""
        bound = clause.office == self.office and clause.only in (None, self.bases.on(day))
        return clause.kind is Kind.PERIODIC and clause.deadline is not None and clause.evidence in self.known and bound

    def clause_of(self, duty: Duty) -> Clause | None:
        """The clause behind a duty; None when the version of its period no longer asks for it."""
        pack = self.pack_on(duty.begins)
        clause = pack.clauses.get(duty.clause) if pack else None
        if clause is None or not self.owes(clause, duty.begins) or period(clause.every, duty.begins) != duty.period:
            return None
        return clause

    def evidence(self, duty: Duty, clause: Clause) -> Rows:
        """The records that fulfil a duty. LookupError for one without a clause."""
        pack = self.pack_on(duty.begins)
        if pack is None:
            raise LookupError(duty.clause)
        return self.known[clause.evidence].query(Question(clause, pack, duty.period.begin, duty.period.end))


def rules_here(known: Known) -> Rules:
    """What binds the tenant that was entered, with its own calendar days."""
    days = {row.day: row.working for row in db.session.execute(select(CalendarDay.day, CalendarDay.working))}
    return rules_of(db.session.execute(select(*BINDING)).one(), Calendar(days), known)


def rules_of(profile: Any, calendar: Calendar, known: Known) -> Rules:
    """The same from a row that has the columns BINDING, for who reads them with something else."""
    bases = Bases.of(profile.fee_basis, profile.former)
    return Rules(loader.versions(profile.pack), profile.kind == HEAD_OFFICE, bases, calendar, known)


def titled(clause: Clause, about: Period) -> str:
    """A duty by its name: 季度报告（2026 年第 4 季度）."""
    return f"{clause.title}（{about.label}）"
