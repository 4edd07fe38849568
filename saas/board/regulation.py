"""Which clauses a board shows: those in force in its span, by chapter, as far as the filters leave them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from saas.policy import loader
from saas.policy.pack import Clause, Pack
from saas.policy.periods import Period


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter with its clauses; those that no slice answers are `off` (未启用) and count as nothing."""

    code: str
    label: str
    on: list[Clause] = field(default_factory=list)
    off: list[Clause] = field(default_factory=list)


def in_force(pack_id: str, span: Period) -> list[Pack]:
    """The versions that judge periods which begin in a span, the oldest first (R3)."""
    first, last = loader.pack(pack_id, span.begins), loader.pack(pack_id, span.ends)
    known = [each for each in loader.versions(pack_id) if first.valid_from < each.valid_from < span.ends]
    return [first, *known] if last is not first else [first]


def chapters(
    packs: Sequence[Pack], known: Collection[str], *, office: bool | None = None, chapter: str = "", words: str = ""
) -> list[Chapter]:
    """The chapters of these versions that have something to show, in the order of the packs.

    `known` are the names of evidence that are answered. With `office` those of the head office alone, or with False
    those of projects alone. `words` are looked for in title, source and rule.
    """
    found: dict[str, Chapter] = {}
    seen: set[str] = set()
    for pack in packs:
        for code, label in pack.chapters.items():
            found.setdefault(code, Chapter(code, label))
        for clause in pack.clauses.values():
            if clause.id in seen or office not in (None, clause.office) or not _wanted(clause, chapter, words):
                continue
            seen.add(clause.id)
            here = found.setdefault(clause.chapter, Chapter(clause.chapter, pack.chapters.get(clause.chapter, "")))
            (here.on if clause.evidence in known else here.off).append(clause)
    return [each for each in found.values() if each.on or each.off]


def _wanted(clause: Clause, chapter: str, words: str) -> bool:
    if chapter and clause.chapter != chapter:
        return False
    return not words or any(words.casefold() in text.casefold() for text in (clause.title, clause.source, clause.rule))
