"""Which days are worked in China: weekends, holidays, make-up workdays 调休, and the company's own exceptions (R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType

import chinese_calendar
import holidays
from lunardate import LunarDate

_WEEKDAYS = "一二三四五六日"
_DIGITS = "一二三四五六七八九十"
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day in words, for page heads: weekday 星期五, kind 工作日, lunar 农历十月十二 (empty outside 1901–2099)."""

    weekday: str
    kind: str
    lunar: str

    def __str__(self) -> str:
        return f"{self.weekday}（{self.kind}）{self.lunar}"


@dataclass(frozen=True)
class Calendar:
    """The national calendar under a company's own entries (`overrides`: day → is it worked).

    The State Council announces a year's arrangement late in the year before. Until the library knows it, weekends and
    statutory holidays are taken and the day is provisional: whatever was computed from it is computed again later.
    """

    overrides: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_working_day(self, day: date) -> bool:
        if (own := self.overrides.get(day)) is not None:
            return own
        known = _announced(day)
        return known[0] if known else day.weekday() < 5 and day not in _statutory(day.year)

    def is_provisional(self, day: date) -> bool:
        """Whether the year's arrangement is not announced yet and the company has not entered the day by hand."""
        return day not in self.overrides and _announced(day) is None

    def describe(self, day: date) -> Day:
        """The day in words, with holiday, make-up workday or the company's own exception named."""
        return Day(f"星期{_WEEKDAYS[day.weekday()]}", self._kind(day), lunar(day))

    def _kind(self, day: date) -> str:
        if (own := self.overrides.get(day)) is not None and own != Calendar().is_working_day(day):
            return "公司安排上班" if own else "公司安排休息"
        worked, name = _announced(day) or (self.is_working_day(day), _statutory(day.year).get(day, ""))
        work = "调休上班" if day.weekday() >= 5 else "工作日"
        kind = work if worked else name or "休息日"
        return f"{kind}，暂定" if self.is_provisional(day) else kind


def lunar(day: date) -> str:
    """The lunar date, such as 农历十月十二; empty outside 1901–2099, where the table of the library ends."""
    if not 1901 <= day.year <= 2099:
        return ""
    moon = LunarDate.from_solar_date(day.year, day.month, day.day)
    month = {1: "正", 11: "冬", 12: "腊"}.get(moon.month) or _DIGITS[moon.month - 1]
    tens, ones = divmod(moon.day - 1, 10)
    number = {20: "二十", 30: "三十"}.get(moon.day) or "初十廿"[tens] + _DIGITS[ones]
    number = "初十" if moon.day == 10 else number
    return f"农历{'闰' if moon.is_leap_month else ''}{month}月{number}"


@cache
def _announced(day: date) -> tuple[bool, str] | None:
    """Worked or not, and the holiday's name, from the announced arrangement; None for a year it does not cover."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return not off, _NAMES.get(name or "", name or "")


@cache
def _statutory(year: int) -> Mapping[date, str]:
    return dict(holidays.country_holidays("CN", years=year, language="zh_CN"))
