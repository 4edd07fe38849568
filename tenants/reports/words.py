"""Words of this slice that no policy pack holds."""

from datetime import date, timedelta

from saas import clock

BASES = {"lump_sum": "包干制", "remuneration": "酬金制"}
SOON = 10  # days within which a deadline is said with what is left
PAPERS = {True: "定稿", False: "送审稿"}


def chinese_day(day: date) -> str:
    """2026 年 7 月 1 日."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def span(first: date, ends: date) -> str:
    """2026 年 7 月 1 日至 9 月 30 日; `ends` is the day after the last."""
    last = ends - timedelta(days=1)
    return f"{chinese_day(first)}至 {last.month} 月 {last.day} 日"


def due_tone(day: date | None, done: bool) -> str:
    """The colour of a deadline: red when it is past and nothing is done, amber in its last three days."""
    if day is None or done:
        return ""
    left = (day - clock.local(clock.now()).date()).days
    return "red" if left < 0 else "amber" if left <= 3 else ""


def due_words(day: date | None, done: bool) -> str:
    """10-10 前, with how late it is."""
    if day is None:
        return "--"
    left = (day - clock.local(clock.now()).date()).days
    if done or left > SOON:
        return f"{day:%m-%d} 前"
    return f"{day:%m-%d} 前，" + (f"逾期 {-left} 天" if left < 0 else f"还剩 {left} 天" if left else "今天到期")
