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
    """A cell as it is drawn. `shade` is a class of the heat map: h5 (kept) to h1 (late), na, or none; `note` says more
    than the state does."""

    text: str
    shade: str
    state: State | None
    note: str = ""

    @property
    def tag(self) -> tuple[str, str]:
        """The state in a word, with its tone."""
        return STATES[self.state] if self.state else ("还没有计量", "")

    @property
    def words(self) -> str:
        """逾期 2 项; 进度落后，1 / 3，还剩 10 天; 达标，8 项."""
        between = " " if self.state is State.LATE else "，"
        return f"{self.tag[0]}{between}{self.note}" if self.note else self.tag[0]


UNKNOWN = Face("·", "", None)


def face(known: Sequence[Tally], now: datetime) -> Face:
    """The face of one clause in a span: of one tally, or of several of which the worst counts."""
    if not known:
        return UNKNOWN
    states = [state(each, now) for each in known]
    worst = min(states, key=ORDER.index)
    those = [each for each, its in zip(known, states, strict=True) if its is worst]
    if worst is State.LATE:
        count = sum(each.late(now) for each in those)
        return Face(f"!{count}", "h1", worst, f"{count} 项")
    if worst in (State.BEHIND, State.OPEN):
        quota = next((each for each in those if each.need is not None), None)
        return _pace(quota, worst, now) if quota else _running(those, now)
    if worst is State.MET:
        return Face("✓", "h5", worst, _kept(those))
    return Face("·", "", worst) if worst is State.NONE else Face("–", "na", worst)


def _kept(those: Sequence[Tally]) -> str:
    met, need = sum(each.met for each in those), sum(each.need or 0 for each in those)
    return f"{met} / {need}" if need else f"{met} 项" if met else ""


def _pace(quota: Tally, its: State, now: datetime) -> Face:
    need, met = quota.need or 0, quota.met
    far = met * 2 < int(need * quota.period.elapsed(now))
    shade = "h4" if its is State.OPEN else "h2" if far else "h3"
    days = (quota.period.ends - clock.local(now).date()).days
    text = f"{met}/{need}" if need <= LARGEST else f"{met * 100 // need}%"
    return Face(text, shade, its, f"{met} / {need}，还剩 {days} 天")


def _running(those: Sequence[Tally], now: datetime) -> Face:
    count, met = sum(each.running(now) for each in those), sum(each.met for each in those)
    due = min((moment for each in those for moment in each.due if moment >= now), default=None)
    if due is None:
        return Face(f"{met * 100 // (met + count)}%", "h4", State.OPEN, f"{count} 项，已做到 {met} 项")
    days = (clock.local(due).date() - clock.local(now).date()).days
    when = f"最早 {days} 天后到期" if days else "最早今天到期"
    return Face(f"{days}天" if days else "今天", "h3" if due < now + SOON else "h4", State.OPEN, f"{count} 项，{when}")
