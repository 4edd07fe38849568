"""The board as a workbook, all its projects: in words, with a line that says who took it and when (B10, M4)."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

from saas import clock
from saas.board import regulation
from saas.board.faces import Seen, face
from saas.board.figures import NOTHING, Figures, stamp, summary
from saas.board.reading import seen
from saas.board.wanted import Wanted
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.pack import Clause
from saas.sheets import write

BOARD = UUID("00000000-0000-0000-0000-000000000002")
"""The board as a whole, subject of the event of an export: it has no row of its own."""
HEADS = ["章节", "条款", "依据"]


def export(
    wanted: Wanted, pack_id: str, places: Sequence[tuple[str, str]], known: Collection[str], *, office: bool | None,
    by: Actor,
) -> bytes:  # fmt: skip
    """The .xlsx of what the filters leave: one row a clause, one column for each place (schema, name)."""
    now = clock.now()
    chapters = regulation.chapters(
        regulation.in_force(pack_id, wanted.span), known, office=office, chapter=wanted.chapter, words=wanted.q
    )
    clauses = [clause.id for chapter in chapters for clause in chapter.on]
    whole = summary(wanted.span, clauses, now, stamp(now))
    shown = _filter(wanted)
    columns = [each for each in places if shown(whole.tenants.get(each[0], NOTHING))]
    found = seen([schema for schema, _ in columns], wanted.span, now, coming=wanted.show == "soon")
    rows: list[list[object]] = []
    for chapter in chapters:
        for clause in [] if wanted.show == "off" else chapter.on:
            figures = whole.clauses.get(clause.id, NOTHING)
            if shown(figures):
                cells = [face(found.get((schema, clause.id), Seen())).words for schema, _ in columns]
                rows.append([*_named(chapter.label, clause), f"{figures.met} / {figures.binding}", *cells])
        if wanted.show in ("", "off"):
            rows += [[*_named(chapter.label, clause), "未启用"] for clause in chapter.off]
    record(
        "board.exported", SimpleNamespace(__tablename__="boards", id=BOARD), by, period=wanted.code, rows=len(rows),
        columns=len(columns), search=wanted.narrow,
    )  # fmt: skip
    watermark = f"{by.name} 于 {_moment(now)} 导出：{wanted.span.label}，数据截至 {_moment(now)}。仅供内部使用。"
    return write(rows, [*HEADS, "达标", *(name for _, name in columns)], f"合规看板 {wanted.code}", watermark=watermark)


def _filter(wanted: Wanted) -> Callable[[Figures], bool]:
    checks: dict[str, Callable[[Figures], bool]] = {
        "unmet": lambda figures: figures.unmet > 0, "soon": lambda figures: figures.soon > 0
    }  # fmt: skip
    return checks.get(wanted.show, lambda _: True)


def _named(chapter: str, clause: Clause) -> list[object]:
    return [chapter, clause.title, clause.source]


def _moment(at: datetime) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}"
