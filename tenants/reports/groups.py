"""The groups of figures that a report may hold, by the names that the sections of a pack give them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tenants.complaints import states
from tenants.customers.models import OCCUPANCY
from tenants.reports.quarter import Quarter
from tenants.reports.tables import Group, Number, Row, share, sums

SENT = "按首次发出的时间统计，都经过审批。"
CONTENT = 2
"""The highest so many scores of the scale count as satisfied (满意, 非常满意)."""


def _drill(endpoint: str, quarter: Quarter, **args: str) -> dict[str, Any]:
    return {"endpoint": endpoint, "args": {**args, **quarter.days}}


def _counted(
    quarter: Quarter, labels: Mapping[str, str], now: Iterable[tuple[date, str, int]],
    before: Iterable[tuple[str, int]], drill: Callable[[str], dict[str, Any]], *, all_rows: bool = False,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Row, ...]]:  # fmt: skip
    """Heads, kinds and rows of a table by months: each label that occurs, and the sum; the quarter before beside it."""
    cells: dict[tuple[str, date], int] = {}
    earlier: dict[str, int] = {}
    for month, code, count in now:
        cells[code, month] = cells.get((code, month), 0) + count
    for code, count in before:
        earlier[code] = earlier.get(code, 0) + count
    seen = {code for code, _ in cells} | set(earlier)
    codes = [code for code in labels if all_rows or code in seen] + sorted(seen - set(labels))
    rows = []
    for code in codes:
        months = [cells.get((code, month), 0) for month in quarter.months]
        rows.append(Row(labels.get(code, code), _line(quarter, months, earlier.get(code, 0)), drill=drill(code)))
    months_heads = tuple(f"{month.month} 月" for month in quarter.months)
    compared = ("上季度", "增减") if quarter.compared else ()
    heads = (*months_heads, "合计", *compared)
    kinds = (*("n" for _ in months_heads), "n", *(("n", "+n") if quarter.compared else ()))
    total = sums(rows) if rows else Row("合计", _line(quarter, [0] * len(quarter.months), 0), total=True)
    return heads, kinds, (*rows, total)


def _line(quarter: Quarter, months: list[int], before: int) -> tuple[Number, ...]:
    together = sum(months)
    return (*months, together, *((before, together - before) if quarter.compared else ()))


def complaint_categories(quarter: Quarter) -> Group:
    """Complaints received, by category and month."""
    heads, kinds, rows = _counted(
        quarter, quarter.pack.categories, ((r.month, r.category, r.count) for r in quarter.received),
        ((r.category, r.count) for r in quarter.received_before),
        lambda code: _drill("complaints.index", quarter, view="all", category=code),
    )  # fmt: skip
    return Group("complaint_categories", "投诉类别", "件", heads, kinds, rows, chart="donut")


def complaint_severities(quarter: Quarter) -> Group:
    """Complaints received, by severity and month."""
    labels = {code: level.label for code, level in quarter.pack.severities.items()}
    heads, kinds, rows = _counted(
        quarter, labels, ((r.month, r.severity, r.count) for r in quarter.received),
        ((r.severity, r.count) for r in quarter.received_before),
        lambda code: _drill("complaints.index", quarter, view="all", severity=code), all_rows=True,
    )  # fmt: skip
    return Group("complaint_severities", "投诉等级", "件", heads, kinds, rows)


def complaint_states(quarter: Quarter) -> Group:
    """How the complaints of the quarter stand at the moment of counting."""
    heads, kinds, rows = _counted(
        quarter, states.LABELS, ((r.month, r.state, r.count) for r in quarter.received),
        ((r.state, r.count) for r in quarter.received_before),
        lambda code: _drill("complaints.index", quarter, view="all", state=code),
    )  # fmt: skip
    return Group("complaint_states", "投诉办理情况", "件", heads, kinds, rows, note="按取数时的状态统计。")


def complaint_months(quarter: Quarter) -> Group:
    """Complaints by month, the months of the quarter before first."""
    counts: dict[date, int] = {}
    closed: dict[date, int] = {}
    for each in (*quarter.received_before, *quarter.received):
        counts[each.month] = counts.get(each.month, 0) + each.count
        if each.state == states.CLOSED:
            closed[each.month] = closed.get(each.month, 0) + each.count
    months = [*(quarter.months_before if quarter.compared else ()), *quarter.months]
    rows = tuple(
        Row(
            f"{month.month} 月",
            (counts.get(month, 0), closed.get(month, 0), share(closed.get(month, 0), counts.get(month, 0))),
        )
        for month in months
    )
    return Group(
        "complaint_months", "各月投诉量和办结率", "件", ("受理", "已办结", "办结率"), ("n", "n", "%"), rows, "lines"
    )


def clocks(quarter: Quarter) -> Group:
    """How the time limits were kept (D7, D10), of those that ended in the quarter."""
    rows = []
    for code, clock in quarter.pack.clocks.items():
        met, ended = quarter.kept.get(code, (0, 0))
        rows.append(Row(clock.label, (ended, met, ended - met, share(met, ended)), note=clock.limit))
    heads = ("到期", "按时", "超时", "按时率")
    return Group(
        "clocks", "投诉办理时限", "件", heads, ("n", "n", "n", "%"), tuple(rows), note="只计本季度内到期的时限。"
    )


def callbacks(quarter: Quarter) -> Group:
    """Callbacks of the work finished in the quarter, against the shares of the regulation (D10)."""
    rows = []
    for code, level in quarter.pack.severities.items():
        done, whole = quarter.called.get(code, (0, 0))
        rows.append(Row(level.label, (whole, done, share(done, whole), float(level.callback_quota))))
    finished, called = (sum(int(row.values[n] or 0) for row in rows) for n in (0, 1))
    rows.append(Row("合计", (finished, called, share(called, finished), None), total=True))
    heads = ("处理完毕", "已回访", "回访率", "规程要求")
    note = "匿名且没有联系方式的不计入。"
    return Group("callbacks", "投诉回访", "件", heads, ("n", "n", "%", "%"), tuple(rows), note=note)


def satisfaction(quarter: Quarter) -> Group:
    """What the callbacks of the quarter answered."""
    scale = list(enumerate(quarter.pack.settings.satisfaction, start=1))
    whole = sum(quarter.scores.values())
    rows = [Row(label, (quarter.scores.get(n, 0), share(quarter.scores.get(n, 0), whole))) for n, label in scale[::-1]]
    rows.append(Row("合计", (whole, share(whole, whole)), total=True))
    return Group(
        "satisfaction", "回访满意度", "次", ("次数", "占比"), ("n", "%"), tuple(rows), "bars", note=_mean(quarter)
    )


def repair_months(quarter: Quarter) -> Group:
    """Repairs by month: ordered, finished, and how many of the appointments due were kept (E4)."""
    ordered, done = Counter[date](), Counter[date]()
    for came in quarter.ordered:
        ordered[came.month] += came.count
    for each in quarter.finished:
        done[each.month] += each.count
    rows = []
    for known in quarter.repair_rates:
        month = known.month.begins
        whole = month >= quarter.covers_from or quarter.compared
        drill = {"endpoint": "repairs.index", "args": {"view": "all", "month": f"{month:%Y-%m}"}} if whole else None
        values = (ordered[month], done[month], known.due, known.on_time, known.timeliness)
        rows.append(Row(f"{month.month} 月", values, drill=drill))
    heads = ("报修", "完工", "应到场", "准时到场", "及时率")
    note = "报修按开单时间，完工按完工时间，及时率按预约的时间统计。"
    return Group(
        "repair_months", "各月报修量和零修及时率", "件", heads, ("n", "n", "n", "n", "%"), tuple(rows), "lines", note
    )


RATES = (("零修及时率", "repairs.in_time"), ("零修合格率", "repairs.passed"), ("维修回访率", "repairs.called_back"))


def repair_rates(quarter: Quarter) -> Group:
    """The shares that the regulation asks for, over the quarter, against its targets (E4, E5)."""
    own = [each for each in quarter.repair_rates if each.month.begins in quarter.months]
    counts = (
        (sum(each.due for each in own), sum(each.on_time for each in own)),
        (sum(each.called for each in own), sum(each.passed for each in own)),
        (sum(each.finished for each in own), sum(each.reached for each in own)),
    )
    targets = {clause.evidence: clause.target for clause in quarter.pack.clauses.values() if clause.target}
    rows = []
    for (label, evidence), (whole, part) in zip(RATES, counts, strict=True):
        target = targets.get(evidence)
        asked = float(target.percent) if target and target.percent is not None else None
        rows.append(Row(label, (whole, part, share(part, whole), asked)))
    note = "及时率：预约到期的，准时到场的。合格率：回访的，合格的。回访率：完工的，到取数时已回访的。"
    heads = ("统计数", "达到数", "比例", "规程要求")
    return Group(
        "repair_rates", "零修及时率、合格率和回访率", "件", heads, ("n", "n", "%", "%"), tuple(rows), note=note
    )


LISTED: tuple[dict[str, str], ...] = ({}, {"result": "finished"}, {"result": "paid"}, {"result": "free"})
"""How the list of repairs is narrowed to those ordered, finished, with fees and free."""


def repair_skills(quarter: Quarter) -> Group:
    """Repairs of the quarter by the skill they needed: ordered, finished, with fees and free."""
    skills = quarter.pack.repairs.skills if quarter.pack.repairs else {}
    own = set(quarter.months)
    ordered, paid, free = Counter[str](), Counter[str](), Counter[str]()
    for came in quarter.ordered:
        if came.month in own:
            ordered[came.skill] += came.count
    for each in quarter.finished:
        if each.month in own:
            (paid if each.paid else free)[each.skill] += each.count
    seen = {*ordered, *paid, *free}
    codes = [code for code in skills if code in seen] + sorted(seen - set(skills))

    def line(label: str, counts: tuple[int, int, int], *, total: bool = False, **of_skill: str) -> Row:
        came, charged, gratis = counts
        done = charged + gratis
        return Row(
            label, (came, done, charged, gratis, share(charged, done), share(gratis, done)), total=total,
            drills=tuple(
                _drill("repairs.index", quarter, view="all", **of_skill, **result) if count else None
                for count, result in zip((came, done, charged, gratis), LISTED, strict=True)
            ),
        )  # fmt: skip

    rows = [line(skills.get(code, code), (ordered[code], paid[code], free[code]), skill=code) for code in codes]
    rows.append(line("合计", (ordered.total(), paid.total(), free.total()), total=True))
    heads = ("报修", "完工", "有偿", "免费", "有偿占比", "免费占比")
    return Group("repair_skills", "报修的专长和收费", "件", heads, ("n", "n", "n", "n", "%", "%"), tuple(rows))


def contact_channels(quarter: Quarter) -> Group:
    """Contacts by channel and month."""
    heads, kinds, rows = _counted(
        quarter, quarter.pack.channels, ((t.month, t.channel, t.count) for t in quarter.talked),
        ((t.channel, t.count) for t in quarter.talked_before),
        lambda code: _drill("contacts.index", quarter, channel=code),
    )  # fmt: skip
    return Group("contact_channels", "沟通方式", "次", heads, kinds, rows, chart="bars")


def contact_kinds(quarter: Quarter) -> Group:
    """Contacts by what they were about, and month."""
    heads, kinds, rows = _counted(
        quarter, quarter.pack.request_kinds, ((t.month, t.kind, t.count) for t in quarter.talked),
        ((t.kind, t.count) for t in quarter.talked_before),
        lambda code: _drill("contacts.index", quarter, kind=code),
    )  # fmt: skip
    return Group("contact_kinds", "沟通事项", "次", heads, kinds, rows, chart="donut")


def releases(quarter: Quarter) -> Group:
    """What went out, by kind."""
    before = quarter.sent_before
    titles = {code: chain.title for code, chain in quarter.pack.chains.items()}
    codes = [code for code in titles if code in quarter.sent or code in before]
    rows = []
    for code in codes:
        now, then = quarter.sent.get(code, 0), before.get(code, 0)
        values = (now, then, now - then) if quarter.compared else (now,)
        rows.append(Row(titles[code], values, drill=_drill("releases.index", quarter, kind=code)))
    none: tuple[Number, ...] = (0, 0, 0) if quarter.compared else (0,)
    total = sums(rows) if rows else Row("合计", none, total=True)
    heads, kinds = (("本季度", "上季度", "增减"), ("n", "n", "+n")) if quarter.compared else (("本季度",), ("n",))
    return Group("releases", "对外发布的信息", "份", heads, kinds, (*rows, total), note=SENT)


def households(quarter: Quarter) -> Group:
    """Households by stage and occupancy (B2), as they are at the moment of counting."""
    rows = []
    for code, stage in quarter.pack.stages.items():
        counts = [quarter.homes.get((code, occupancy), 0) for occupancy in OCCUPANCY]
        rows.append(Row(stage.label, (*counts, sum(counts))))
    heads = (*OCCUPANCY.values(), "合计")
    note = "阶段按季度末日计算，入住情况按取数时登记。"
    return Group("households", "住户概况", "户", heads, ("n",) * len(heads), (*rows, sums(rows)), note=note)


def summary(quarter: Quarter) -> Group:
    """The four figures in front, the quarter before as the second of each."""
    came, closed = _closing(quarter.received)
    came_before, closed_before = _closing(quarter.received_before)
    talked, talked_before = (sum(t.count for t in each) for each in (quarter.talked, quarter.talked_before))
    content = len(quarter.pack.settings.satisfaction) - CONTENT

    def rate(scores: Mapping[int, int]) -> float | None:
        return share(sum(count for score, count in scores.items() if score > content), sum(scores.values()))

    rows: tuple[Row, ...] = (
        Row("受理投诉", (came, came_before), "件"),
        Row("投诉办结率", (share(closed, came), share(closed_before, came_before)), "%"),
        Row("回访满意率", (rate(quarter.scores), rate(quarter.scores_before)), "%", note=_mean(quarter)),
        Row("客户沟通", (talked, talked_before), "次"),
    )
    if not quarter.compared:
        rows = tuple(Row(r.label, (r.values[0], None), r.unit, note=r.note) for r in rows)
    return Group("summary", "本季度概况", "", ("本季度", "上季度"), ("n", "n"), rows, tiles=True)


def _closing(received: Iterable[Any]) -> tuple[int, int]:
    every = [(each.count, each.state == states.CLOSED) for each in received]
    return sum(count for count, _ in every), sum(count for count, is_closed in every if is_closed)


def _mean(quarter: Quarter) -> str:
    best = "＋".join(quarter.pack.settings.satisfaction[-CONTENT:])
    return f"满意率＝（{best}）÷ 有效回访次数，只计已登记的回访。"


GROUPS: dict[str, Callable[[Quarter], Group]] = {
    each.__name__: each
    for each in (
        summary, households, contact_channels, contact_kinds, complaint_months, complaint_categories,
        complaint_severities, complaint_states, clocks, callbacks, satisfaction, releases, repair_months,
        repair_rates, repair_skills,
    )
}  # fmt: skip
