"""What a cell of the board shows and how it is read out: a sign, a shade, and words. Never the shade alone."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from saas import clock
from saas.board.lateness import ORDER
from saas.policy.standing import STATES, State, Tally, state

LARGEST = 99
"""Up to here a quota is shown as 2/3, beyond it as the share of its goal."""
NEAR = 7
"""Days before it ends, from which on something open is shaded."""


class Seen(NamedTuple):
    """What there is to say of a clause in a span. `place` is that of its state in ORDER, -1 where nothing is known;
    `items` are late, `open` may still be met; `days` are left until the next of it ends; `far` behind its pace."""

    place: int = -1
    items: int = 0
    met: int = 0
    need: int | None = None
    open: int = 0
    days: int | None = None
    far: bool = False

    @property
    def unmet(self) -> bool:
        """Late or behind."""
        return self.place in (0, 1)


class Face(NamedTuple):
    """A cell as it is drawn. `shade` is a class of the heat map: h5 (kept) to h1 (late), na, or none; `note` says more
    than the state does; `words` say both."""

    text: str
    shade: str
    state: State | None
    note: str
    words: str

    @property
    def tag(self) -> tuple[str, str]:
        """The state in a word, with its tone."""
        return STATES[self.state] if self.state else UNKNOWN


UNKNOWN = ("还没有计量", "")


def of(known: Sequence[Tally], now: datetime) -> Seen:
    """What tallies say together: the worst of them, and their sums. `saas.board.reading.seen` says it in SQL."""
    if not known:
        return Seen()
    places = [ORDER.index(state(each, now)) for each in known]
    bound = [each for each in known if each.applies]
    quotas = [each for each in bound if each.need is not None]
    today = clock.local(now).date()
    ends = [(clock.local(due).date() - today).days for each in bound for due in each.due if due >= now]
    ends = ends or [(each.period.ends - today).days for each in quotas]
    far = any(each.met * 2 < (each.need or 0) * _passed(each, today) // _long(each) for each in quotas)
    return Seen(
        min(places), sum(each.late(now) for each in bound), sum(each.met for each in bound),
        sum(each.need or 0 for each in quotas) if quotas else None, sum(each.open for each in bound),
        min(ends, default=None), far,
    )  # fmt: skip


def _passed(known: Tally, today: date) -> int:
    return min((today - known.period.begins).days, _long(known))


def _long(known: Tally) -> int:
    return (known.period.ends - known.period.begins).days


@lru_cache(4096)
def face(seen: Seen) -> Face:
    """The face of what is seen."""
    its = ORDER[seen.place] if seen.place >= 0 else None
    text, shade, note = _drawn(its, seen)
    label = STATES[its][0] if its else UNKNOWN[0]
    between = " " if its is State.LATE else "，"
    return Face(text, shade, its, note, f"{label}{between}{note}" if note else label)


def _drawn(its: State | None, seen: Seen) -> tuple[str, str, str]:
    if its is State.LATE:
        return f"!{seen.items}", "h1", f"{seen.items} 项"
    if its is State.MET:
        return "✓", "h5", f"{seen.met} / {seen.need}" if seen.need else f"{seen.met} 项" if seen.met else ""
    if its is State.NOT_APPLICABLE:
        return "–", "na", ""
    if its in (State.BEHIND, State.OPEN):
        return _pace(its, seen, seen.need) if seen.need else _running(seen)
    return "·", "", ""


def _pace(its: State, seen: Seen, need: int) -> tuple[str, str, str]:
    shade = "h4" if its is State.OPEN else "h2" if seen.far else "h3"
    text = f"{seen.met}/{need}" if need <= LARGEST else f"{seen.met * 100 // need}%"
    return text, shade, f"{seen.met} / {need}，还剩 {seen.days} 天"


def _running(seen: Seen) -> tuple[str, str, str]:
    if seen.days is None:
        return f"{seen.met * 100 // (seen.met + seen.open or 1)}%", "h4", f"{seen.open} 项，已做到 {seen.met} 项"
    when = f"最早 {seen.days} 天后到期" if seen.days else "最早今天到期"
    text = f"{seen.days}天" if seen.days else "今天"
    return text, "h3" if seen.days <= NEAR else "h4", f"{seen.open} 项，{when}"
