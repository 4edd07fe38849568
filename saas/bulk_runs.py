"""Acting on many records at once: each in a savepoint of its own, by the action for one, and a result for each.

A slice brings the action, the table of its results (with a foreign key to its records) and its words; see `Bulk`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from saas import clock
from saas.db import Model, db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.problem import Problem
from saas.tenancy.staff import Staff

ASSIGN, REMIND, EXPORT = "assign", "remind", "export"
MOST = 100
"""Records in one run: what one page of a list shows."""
LONGEST = 200  # characters of the reason of an export
Pick = tuple[UUID, int]
"""A record and the version that was seen of it."""
One = Callable[[UUID, int], str]
"""Does it to one record, seen in this version; the words that tell what was done."""


class BulkRun(Model):
    """Who did what to how many, when; `note` is the reason or what was handed on with it. Inserted once."""

    __tablename__ = "bulk_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    verb: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    ran_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ran_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id))
    ran_by_name: Mapped[str]

    @property
    def watermark(self) -> str:
        """What is written over an export: who took it, when and what for (B10)."""
        at = f"{clock.local(self.ran_at):%Y-%m-%d %H:%M}"
        return f"{self.ran_by_name} 于 {at} 导出，用途：{self.note}。内含个人信息，不得外传。"


@dataclass(frozen=True)
class Bulk:
    """What is acted on: the model, its results (run_id, nth, subject_id, done, words, subject), and the word for one.

    `gone` is what the actions raise for an unknown key; `shown` are loader options of what the pages tell of a record.
    """

    record: Any
    result: Any
    gone: type[LookupError]
    word: str
    shown: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A run and what became of each record, in the order in which they were picked."""

    run: BulkRun
    results: list[Any]

    @property
    def fine(self) -> int:
        """How many were done."""
        return sum(each.done for each in self.results)

    @property
    def words(self) -> str:
        """5 件中 4 件完成."""
        left = len(self.results) - self.fine
        return f"{len(self.results)} 件中 {self.fine} 件完成" + (f"，{left} 件没有，原因见下" if left else "")


def run(about: Bulk, verb: str, picks: Sequence[Pick], one: One, *, note: str = "", by: Actor) -> Outcome:
    """Do it to each that allows it; every other says why not. Raises Problem for no record at all or too many."""
    if not picks:
        raise Problem(f"请先勾选{about.word}")
    if len(picks) > MOST:
        raise Problem(f"一次最多 {MOST} 件，您选了 {len(picks)} 件")
    if by.id is None:
        raise Problem("请登录后再办理")
    made = BulkRun(verb=verb, note=note.strip(), ran_at=clock.now(), ran_by=by.id, ran_by_name=by.name)
    db.session.add(made)
    db.session.flush()
    found: dict[UUID, tuple[bool, str]] = {}
    for key, version in sorted(set(picks)):  # always in this order, so that two runs cannot block each other
        try:
            with db.session.begin_nested():
                found[key] = True, one(key, version)
        except about.gone:
            found[key] = False, f"没有这件{about.word}"
        except (Problem, Forbidden) as refusal:
            found[key] = False, str(refusal)
    there = set(db.session.scalars(select(about.record.id).where(about.record.id.in_(found))))
    results = []
    for nth, key in enumerate(dict.fromkeys(key for key, _ in picks), start=1):
        done, words = found[key]
        known = key if key in there else None
        results.append(about.result(run_id=made.id, nth=nth, subject_id=known, done=done, words=words))
    db.session.add_all(results)
    db.session.flush()
    outcome = Outcome(made, results)
    record("bulk.ran", made, by, verb=verb, cases=len(found), done=outcome.fine)
    return outcome


def export(
    about: Bulk, picks: Sequence[Pick], *, reason: str, by: Actor, check: Callable[[Any], None] | None = None
) -> Outcome:
    """Put each on the list of an export; the file is made of those that were. Problem without a reason (B10).

    `check` raises for a record that this person may not take along.
    """
    if not reason.strip() or len(reason.strip()) > LONGEST:
        raise Problem(f"请写下导出用途，最多 {LONGEST} 个字", "reason")

    def one(key: UUID, _version: int) -> str:
        found = db.session.get(about.record, key)
        if found is None:
            raise about.gone(key)
        if check is not None:
            check(found)
        return f"已导出 {found.number}"

    return run(about, EXPORT, picks, one, note=reason, by=by)


def find(about: Bulk, run_id: UUID, by: Actor) -> Outcome | None:
    """One's own run over such records with its results; somebody else's, or one over others, is not found."""
    made = db.session.scalars(select(BulkRun).where(BulkRun.id == run_id, BulkRun.ran_by == by.id)).one_or_none()
    subject = joinedload(about.result.subject).options(*about.shown)
    query = select(about.result).where(about.result.run_id == run_id).order_by(about.result.nth)
    results = list(db.session.scalars(query.options(subject))) if made else []
    return Outcome(made, results) if made and results else None


def chosen(about: Bulk, keys: Sequence[UUID]) -> list[Any]:
    """The records that a form lists, by number."""
    query = select(about.record).where(about.record.id.in_(keys)).options(*about.shown)
    return list(db.session.scalars(query.order_by(about.record.number)))
