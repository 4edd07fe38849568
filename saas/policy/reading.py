"""Typed reading of a table of a pack file. Each mistake is noted with its line, reading goes on with a stand-in."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

from saas.policy.lines import Place
from saas.policy.source import Source

T = TypeVar("T")

LONGEST = 3660
"""The largest number that a pack may give for time (ten years of days)."""

_SPAN = re.compile(r"(\d{1,5})(m|h|d)")
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,59}")


class Table:
    """One table of the file. What is read is remembered; `close` blames the keys that nothing has asked for."""

    def __init__(self, source: Source, place: Place, data: Mapping[str, Any]) -> None:
        self._source, self._place, self._data = source, place, data
        self._known: set[str] = set()

    @property
    def name(self) -> str:
        """The place in the author's terms: chains.reply_letter.steps 第 2 项."""
        words = ""
        for part in self._place:
            words += f" 第 {part + 1} 项" if isinstance(part, int) else f"{'.' if words else ''}{part}"
        return f"[{words}] " if words else ""

    def blame(self, key: str, message: str) -> None:
        """Note a mistake at `key`, or at the table when the key is absent."""
        self._source.blame((*self._place, key), f"{self.name}{message}")

    def line(self, key: str) -> int:
        """Where `key` is written, or else its table."""
        return self._source.line((*self._place, key))

    def has(self, key: str) -> bool:
        return key in self._data

    def keys(self) -> tuple[str, ...]:
        return tuple(self._data)

    def close(self) -> None:
        for key in self._data:
            if key not in self._known:
                near = get_close_matches(key, self._known, 1)
                advice = f"是不是 {near[0]}？" if near else f"请删去，或改用：{'、'.join(sorted(self._known))}"
                self.blame(key, f"不认识的键 {key}：{advice}")

    def _take(self, key: str, kind: type[T], stand_in: T, form: str) -> T:
        self._known.add(key)
        if key not in self._data:
            self.blame(key, f"缺少 {key}：请补上一行 {key} = {form}")
            return stand_in
        value = self._data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.blame(key, f"{key} 的写法不对：请写成 {key} = {form}")
            return stand_in
        return value

    def text(self, key: str) -> str:
        value = self._take(key, str, "-", '"文字"').strip()
        if not value:
            self.blame(key, f"{key} 是空的：请写上文字")
        return value

    def formed(self, key: str, form: re.Pattern[str], example: str) -> str:
        """A text of a certain form."""
        value = self.text(key)
        if value and value != "-" and not form.fullmatch(value):
            self.blame(key, f"{key} = “{value}”的写法不对：请写成 {example} 这样")
        return value

    def flag(self, key: str) -> bool:
        return self._take(key, bool, False, "true 或 false")

    def number(self, key: str, largest: int = LONGEST, least: int = 1) -> int:
        value = self._take(key, int, least, "整数")
        if value < least:
            self.blame(key, f"{key} = {value} 太小：最小是 {least}")
        elif value > largest:
            self.blame(key, f"{key} = {value} 太大：最大是 {largest}")
        return max(least, min(value, largest))

    def percent(self, key: str) -> int:
        value = self._take(key, int, 0, "0 到 100 的整数")
        if not 0 <= value <= 100:
            self.blame(key, f"{key} = {value}：比例要在 0 到 100 之间")
        return max(0, min(value, 100))

    def day(self, key: str) -> date:
        value = self._take(key, date, date.min, "2026-01-31")
        if isinstance(value, datetime):
            self.blame(key, f"{key} 只要日期：请写成 {key} = {value.date()}")
            return value.date()
        return value

    def hour(self, key: str) -> time:
        return self._take(key, time, time(0), "08:30:00")

    def span(self, key: str) -> timedelta:
        """A duration such as "30m", "2h" or "1d"."""
        return self._spanned(key, self._take(key, str, "1h", '"30m"、"2h" 或 "1d"'))

    def spans(self, key: str) -> tuple[timedelta, ...]:
        """Durations, the longest first."""
        return tuple(sorted((self._spanned(key, text) for text in self.texts(key)), reverse=True))

    def _spanned(self, key: str, text: str) -> timedelta:
        match = _SPAN.fullmatch(text)
        if match is None:
            self.blame(key, f"{key} 里的“{text}”不是时长：请写成 30m（分）、2h（小时）或 1d（天），不能是负数")
            return timedelta(hours=1)
        return int(match[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[match[2]]

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._take(key, list, [], '["…", "…"]')
        if key in self._data and (not values or not all(isinstance(value, str) and value for value in values)):
            self.blame(key, f'{key} 至少要有一项，每项都是加引号的文字：{key} = ["…"]')
        return tuple(value for value in values if isinstance(value, str))

    def one_of(self, key: str, allowed: Mapping[str, str] | tuple[str, ...], what: str) -> str:
        return self._known_code(key, self._take(key, str, "", '"…"'), allowed, what)

    def some_of(self, key: str, allowed: Mapping[str, str], what: str) -> tuple[str, ...]:
        codes = self.texts(key)
        if len(set(codes)) < len(codes):
            self.blame(key, f"{key} 里有重复：请删掉重复的一项")
        return tuple(self._known_code(key, code, allowed, what) for code in codes)

    def _known_code(self, key: str, code: str, allowed: Mapping[str, str] | tuple[str, ...], what: str) -> str:
        if code and allowed and code not in allowed:  # an empty table has its own blame
            self.blame(key, f"没有叫“{code}”的{what}：请从这些里选：{'、'.join(allowed)}")
        return code

    def labels(self, key: str) -> dict[str, str]:
        """A table of codes and Chinese labels, in the order written."""
        table = self.table(key)
        codes = {code: table.text(code) for code in table.codes()}
        seen: set[str] = set()
        for code, label in codes.items():
            if label in seen and label != "-":
                table.blame(code, f"“{label}”前面已有：请改成不同的名称")
            seen.add(label)
        return codes

    def codes(self) -> tuple[str, ...]:
        """The keys of a table that names things, checked for form."""
        if not self._data:
            self._source.blame(self._place, f"{self.name}是空的：至少要有一项")
        for code in self._data:
            self._known.add(code)
            if not _CODE.fullmatch(code):
                self.blame(code, f"代号 {code} 不合规则：请用小写英文字母、数字和下划线，字母开头")
        return tuple(self._data)

    def table(self, key: str) -> "Table":
        data = self._take(key, dict, {}, f"…（请写一节 [{key}]）")
        there = isinstance(self._data.get(key), dict)
        return Table(self._source if there else self._source.aside(), (*self._place, key), data)

    def tables(self, key: str) -> Iterator["Table"]:
        """The items of an array of tables."""
        items = self._take(key, list, [], f"[ {{ … }} ]（或写成 [[{key}]]）")
        if key in self._data and not items:
            self.blame(key, f"{key} 是空的：至少要有一项")
        for number, item in enumerate(items):
            place = (*self._place, key, number)
            if isinstance(item, dict):
                yield Table(self._source, place, item)
            else:
                self._source.blame(place, f"{self.name}{key} 第 {number + 1} 项要写成 {{ 键 = 值 }}")
