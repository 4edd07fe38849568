"""The figures of a digest as tables in words, the same on the page, on paper and in the workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from saas.charts import Chart, Series
from saas.policy import clocks
from saas.policy.pack import Pack
from tenants.complaints import counts
from tenants.complaints.compensations.money import told as money
from tenants.digests.words import Days

DIMENSIONS = {"category": "类别", "severity": "等级", "source": "来源", "department": "处理部门", "building": "楼栋"}
Plain = tuple[str, tuple[str, ...], list[tuple[str, ...]]]
"""A table without ways to records: its title, heads and rows."""
FOLLOWED = {"raised": "提出新问题", "answered": "新问题已答复", "checked": "回访已检查"}
NOTHING = {"department": "未定", "building": "未登记房号"}
NOTE = (
    "按收到的时间统计，截至取数时的办理情况。按时率＝按时办结 ÷（按时办结＋逾期），导入的历史投诉不计时限；"
    "满意率＝满意以上 ÷ 已回访；答复用时是从收到到答复客户的中位数；并入其他投诉的重复登记不另计。"
)


@dataclass(frozen=True)
class Figure:
    """One cell: its words under a head, and which list shows what was counted (figure and span), if any does."""

    head: str
    words: str
    figure: str = ""
    span: str = counts.NOW


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, and its cells. `dimension` is empty for the sum of everything."""

    label: str
    dimension: str
    code: str
    cells: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """Lines under a title."""

    title: str
    dimension: str
    lines: tuple[Line, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(cell.head for cell in self.lines[0].cells) if self.lines else ()


def tables(figures: Mapping[str, Any], pack: Pack, week: bool = False) -> list[Table]:
    """All of it first, then a table for each dimension."""
    lines = [_line(each, pack, week) for each in figures["lines"] if each["dimension"]]
    names = {
        counts.NOW: "本周" if week else "本月",
        counts.BEFORE: "上周" if week else "上月",
        counts.YEAR_AGO: "去年同月",
    }
    whole = next(each for each in figures["lines"] if not each["dimension"])
    compared = tuple(
        Line(name, "", "", tuple(_cells(whole[span], span))) for span, name in names.items() if span in whole
    )
    found = [Table("合计", "", compared)]
    for dimension, label in DIMENSIONS.items():
        theirs = tuple(line for line in lines if line.dimension == dimension)
        if theirs:
            found.append(Table(f"按{label}", dimension, theirs))
    return found


def label_of(dimension: str, code: str, pack: Pack) -> str:
    """A line in words."""
    if code == counts.NONE:
        return NOTHING.get(dimension, "未填")
    if dimension == "building":
        return f"{code} 栋" if code.isascii() else code
    if dimension == "severity":
        return pack.severities[code].label if code in pack.severities else code
    if dimension == "department":
        return pack.departments[code].label if code in pack.departments else code
    table = pack.categories if dimension == "category" else pack.sources
    return table.get(code, code)


def _line(line: Mapping[str, Any], pack: Pack, week: bool) -> Line:
    cells = _cells(line[counts.NOW], counts.NOW)
    for name, head in ((counts.BEFORE, "上周受理" if week else "上月受理"), (counts.YEAR_AGO, "去年同月")):
        if name in line:
            cells.append(Figure(head, f"{line[name]['figures']['received']:,}", "received", name))
    return Line(label_of(line["dimension"], line["code"], pack), line["dimension"], line["code"], tuple(cells))


def _cells(counted: Mapping[str, Any], span: str) -> list[Figure]:
    """Every figure of some cases in words."""
    figures, took = counted["figures"], counted["answered_in"]

    def number(name: str) -> Figure:
        return Figure(counts.LABELS[name], f"{figures[name]:,}", name, span)

    given = money(Decimal(counted["yuan"])) if figures["compensated"] else "--"
    return [
        *(number(name) for name in ("received", "established", "closed", "kept", "late")),
        Figure("按时率", share(figures["kept"], figures["kept"] + figures["late"])),
        number("answered"), Figure("答复用时", clocks.words(timedelta(seconds=took)) if took is not None else "--"),
        number("called"), number("satisfied"), Figure("满意率", share(figures["satisfied"], figures["called"])),
        number("repeated"), number("compensated"), Figure("赔偿金额", given),
    ]  # fmt: skip


def share(part: int, whole: int) -> str:
    """Part of a whole in percent; `--` of nothing."""
    return f"{part * 100 / whole:.1f}%" if whole else "--"


def chart(figures: Mapping[str, Any], pack: Pack, dimension: str = "category") -> Chart | None:
    """What came in by a dimension, beside the span before; None when nothing came."""
    lines = [line for line in figures["lines"] if line["dimension"] == dimension]
    labels = tuple(label_of(dimension, line["code"], pack) for line in lines)
    received = {
        name: tuple(float(line[name]["figures"]["received"]) for line in lines) for name in (counts.NOW, counts.BEFORE)
    }
    if not any(any(values) for values in received.values()):
        return None
    series = (Series("本期", received[counts.NOW]), Series("上期", received[counts.BEFORE]))
    return Chart("bars", f"受理的投诉，按{DIMENSIONS[dimension]}", labels, series, "件")


def narrowed(line: Line, cell: Figure, days: Days) -> dict[str, str]:
    """The query of the list that shows the cases behind a cell."""
    about = {counts.NOW: days, counts.BEFORE: days.before, counts.YEAR_AGO: days.year_ago}[cell.span]
    by = {line.dimension: line.code} if line.dimension else {}
    return {"view": "all", "since": str(about.begins), "until": str(about.last), **by, "figure": cell.figure}


def callback_tables(figures: Mapping[str, Any], pack: Pack) -> list[Plain]:
    """(title, heads, rows) of the callbacks of a month."""
    rows: list[tuple[str, ...]] = []
    for code, level in pack.severities.items():
        done, handled = figures["shares"].get(code, (0, 0))
        asked = f"{level.callback_quota}%"
        kept = "--" if not handled else "达到" if done * 100 >= level.callback_quota * handled else "未达到"
        rows.append((level.label, f"{handled}", f"{done}", share(done, handled), asked, kept))
    whole = sum(figures["scores"].values())
    scale = {str(n): word for n, word in enumerate(pack.settings.satisfaction, start=1)}
    scores = {scale[score]: figures["scores"].get(score, 0) for score in reversed(scale)}
    known = {code: each.label for code, each in pack.callback_channels.items()}
    ways = {known.get(code, code): count for code, count in figures["ways"].items()}

    def parts(counted: Mapping[str, int]) -> list[tuple[str, ...]]:
        return [(label, f"{count}", share(count, whole)) for label, count in counted.items()]

    return [
        ("回访率", ("等级", "处理完毕", "已回访", "回访率", "规程要求", "结果"), rows),
        ("满意程度", ("客户评价", "次数", "占比"), parts(scores)),
        ("回访方式", ("方式", "次数", "占比"), parts(ways)),
        ("回访人", ("回访人", "次数", "占比"), parts(figures["callers"])),
        ("跟进", ("事项", "次数", "占回访"), parts({FOLLOWED[name]: n for name, n in figures["followed"].items()})),
    ]
