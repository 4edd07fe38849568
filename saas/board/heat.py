"""The heat map as its template draws it. A page has a thousand cells: whole rows are written here, as markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from saas.board.faces import Face
from saas.policy.pack import Clause
from saas.policy.standing import STATES, State

UNBOUND = (None, State.NOT_APPLICABLE)
OFF, MET = "未启用", STATES[State.MET][0]


@dataclass(frozen=True, slots=True)
class Band:
    """A chapter with the rows of its clauses; `off` of them are 未启用."""

    code: str
    label: str
    rows: Markup
    off: int = 0


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole map. `heads` are the columns: what they show, and the same said in full."""

    heads: Sequence[tuple[str, str]]
    bands: list[Band] = field(default_factory=list)
    sum_head: str = ""

    @property
    def width(self) -> int:
        """Columns of the table."""
        return len(self.heads) + 1 + bool(self.sum_head)


def row(clause: Clause, drawn: Iterable[tuple[Face, str, str, int]], total: str = "") -> Markup:
    """The row of a clause. Each cell: its face, its place (a project, a month) and its address, both escaped already,
    and the columns that it covers; `total` is the last one.

    Read out as 「滨江一号，经理深度访谈 ≥3 户，!1 逾期 1 项」. What binds nobody leads nowhere. What the cells of a row
    share, and those of a column, stands together in each: so they travel in ten kilobytes.
    """
    name, made = plain(clause.title), [_head(clause)]
    for (text, shade, state, _, words), place, href, across in drawn:
        span = f' colspan="{across}"' if across > 1 else ""
        if state in UNBOUND:
            made.append(f'<td{span}><span class="{shade or "nil"}">{text}</span></td>')
        else:
            tone = f' class="{shade}"' if shade else ""
            label = f"{place}，{name}，{text} {MET if state is State.MET else words}"
            made.append(f'<td{span}><a href="{href}" aria-label="{label}"{tone}>{text}</a></td>')
    made.append(f'<td class="sum">{total}</td></tr>' if total else "</tr>")
    return Markup("".join(made))  # noqa: S704 - names and addresses are escaped; signs and words are our own


def off_row(clause: Clause, across: int) -> Markup:
    """The row of a clause that is not in use: one cell over all columns."""
    return Markup(f'{_head(clause)}<td colspan="{across}"><span class="na">{OFF}</span></td></tr>')  # noqa: S704 - see row


def _head(clause: Clause) -> str:
    return f'<tr><th scope="row">{plain(clause.title)}<small>{plain(clause.source)}</small></th>'


def plain(text: str) -> str:
    """Text made harmless, as text again: joining `Markup` a thousand times is slow."""
    return str(escape(text))
