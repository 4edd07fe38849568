"""From a pack file to plain data plus the line of every key, because `tomllib` gives values but no positions."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from saas.policy.lines import Lines, Place

LARGEST_FILE = 1024 * 1024
LONGEST_LINE = 2000
MOST_DOTS = 40
"""In one key or value: reading `a.a.a.a…` takes time with the square of its length."""
MOST_PROBLEMS = 100

_ADVICE = (
    ("Cannot overwrite", "这个键写了两次：请删掉其中一处"),
    ("twice", "这一节写了两次：请合并成一节"),
    ("Cannot mutate", "这个键与前面的内容冲突：请删掉其中一处"),
    ("Invalid date", "日期不存在：请写成 2026-01-31 这样的日期"),
    ("Invalid hex", "转义字符有误：反斜杠请写成两个"),
    ("Unescaped", "转义字符有误：反斜杠请写成两个"),
    ("Illegal character", "字符串没有结束或含控制字符：请检查这一行的引号"),
    ("Unterminated string", "字符串没有结束：请检查引号是否成对"),
    ("Expected '='", "键后面缺少等号：请写成 键 = 值"),
    ("Invalid initial character for a key", "键名有误：含中文或符号的键名要加引号"),
    ("Unclosed", "方括号或花括号没有结束：请检查是否成对"),
    ("Invalid value", "值有误：文字请加双引号，等号后不能为空"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a pack file, in words for its author."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}：{self.message}"


class PackError(ValueError):
    """A pack file cannot be used. `problems` lists every mistake; `path`, `line`, `message` are the first one's."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (str(problem.path), problem.line)))
        self.path, self.line, self.message = (self.problems[0].path, self.problems[0].line, self.problems[0].message)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Source:
    """The data of a pack file, the line of each path in it, and the problems found so far."""

    path: Path
    data: dict[str, Any]
    lines: dict[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def blame(self, where: Place, message: str) -> None:
        """Note a mistake at `where`, or at the nearest enclosing table that has a line.

        PackError at once when there are too many: nobody reads on, and a hostile file must not keep us busy.
        """
        self.problems.append(Problem(self.path, self.line(where), message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise PackError(self.problems)

    def line(self, where: Place) -> int:
        """The line of a place, or of the nearest enclosing table that has one."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def aside(self) -> "Source":
        """A place for the follow-up mistakes of a table whose absence is already noted."""
        return Source(self.path, {}, {})


def read(path: Path) -> Source:
    """Read a pack file. PackError when it is missing, too big, not text or not TOML."""
    text = _text(path)
    for number, content in enumerate(text.split("\n"), 1):
        if len(content) > LONGEST_LINE:
            raise PackError([Problem(path, number, f"这一行超过 {LONGEST_LINE} 个字符：请拆成几行")])
        if any(part.count(".") > MOST_DOTS for part in content.split("=")):
            raise PackError([Problem(path, number, f"这一行的点号超过 {MOST_DOTS} 个：请拆成几行")])
    try:
        return Source(path, tomllib.loads(text), Lines(text).index)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.rstrip().count("\n") + 1
        advice = next((advice for sign, advice in _ADVICE if sign in str(error)), "请检查引号、等号和括号是否成对")
        raise PackError([Problem(path, line, f"格式有误，{advice}")]) from error
    except (RecursionError, ValueError) as error:
        raise PackError([Problem(path, 1, "嵌套过深或数字过长：请按范例重写")]) from error


def _text(path: Path) -> str:
    def refuse(line: int, message: str) -> PackError:
        return PackError([Problem(path, line, message)])

    if not path.is_file():  # a pipe or a device would never end
        raise refuse(1, "找不到这个文件：请检查文件名")
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise refuse(1, "没能读取这个文件：请检查文件权限") from error
    if len(raw) > LARGEST_FILE:
        raise refuse(1, "文件超过 1 MB：规程包只放条款和数字，请删去附件内容")
    if b"\0" in raw:
        raise refuse(raw[: raw.index(b"\0")].count(b"\n") + 1, "这不是文本文件：请提供 TOML 文本")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise refuse(raw[: error.start].count(b"\n") + 1, "文件不是 UTF-8 编码：请用 UTF-8 另存") from error
