"""What a cell of the board shows and how it is read out: a sign, a shade, and words. Never the shade alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saas import clock
from saas.board.figures import SOON
from saas.board.lateness import ORDER
from saas.policy.standing import STATES, State, Tally, state

LARGEST = 99
"""Up to here a quota is shown as 2/3, beyond it as the share of its goal."""


@dataclass(frozen=True, slots=True)
class Face:
    """A cell as it is drawn. `shade` is a class of the heat map: h5 (kept) to h1 (late), na, or none."""

    text: str
    shade: str
    words: str
    state: State | None

    @property
    def tag(self) -> tuple[str, str]:
        """The state in a word, with its tone."""
        return STATES[self.state] if self.state else ("待核对", "")


UNKNOWN = Face("·", "", "还没有计量", None)


def face(known: Sequence[Tally], now: datetime) -> Face:
    """The face of one clause in a span: of one tally, or of several of which the worst counts."""
    if not known:
        return UNKNOWN
    states = [state(each, now) for each in known]
    worst = min(states, key=ORDER.index)
    those = [each for each, its in zip(known, states, strict=True) if its is worst]
    if worst is State.LATE:
        count = sum(each.late(now) for each in those)
        return Face(f"!{count}", "h1", f"逾期 {count} 项", worst)
    if worst in (State.BEHIND, State.OPEN):
        quota = next((each for each in those if each.need is not None), None)
        return _pace(quota, worst, now) if quota else _running(those, now)
    text, shade = {State.MET: ("✓", "h5"), State.NONE: ("·", ""), State.NOT_APPLICABLE: ("–", "na")}[worst]
    return Face(text, shade, STATES[worst][0] + _kept(those), worst)


def _kept(those: Sequence[Tally]) -> str:
    met, need = sum(each.met for each in those), sum(each.need or 0 for each in those)
    if not met:
        return ""
    return f"，{met} / {need}" if need else f"，{met} 项"


def _pace(quota: Tally, its: State, now: datetime) -> Face:
    need = quota.need or 0
    share = f"{quota.met * 100 // need}%"
    text = f"{quota.met}/{need}" if need <= LARGEST else share
    expected = int(need * quota.period.elapsed(now))
    far = quota.met * 2 < expected
    shade = "h4" if its is State.OPEN else "h2" if far else "h3"
    pace = "进度正常" if its is State.OPEN else "进度明显落后" if far else "进度落后"
    days = (quota.period.ends - clock.local(now).date()).days
    return Face(text, shade, f"{quota.met} / {need}，{pace}，还剩 {days} 天", its)


def _running(those: Sequence[Tally], now: datetime) -> Face:
    count = sum(each.running(now) for each in those)
    due = min((moment for each in those for moment in each.due if moment >= now), default=None)
    if due is None:
        met = sum(each.met for each in those)
        return Face(f"{met * 100 // (met + count)}%", "h4", f"进行中 {count} 项，已做到 {met} 项", State.OPEN)
    days = (clock.local(due).date() - clock.local(now).date()).days
    shade = "h3" if due < now + SOON else "h4"
    when = "今天到期" if days == 0 else f"{days} 天后到期"
    return Face(f"{days}天" if days else "今天", shade, f"进行中 {count} 项，最早{when}", State.OPEN)
