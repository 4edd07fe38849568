"""What the address of the list of repairs asks for."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from saas.web.typed import day
from tenants.repairs import states
from tenants.repairs.month import month_of

SIZES = (20, 50, 100)
VIEWS = {
    "open": "未完工", "unassigned": "待派工", "today": "今天上门", "mine": "派给我的", "late": "超时未到",
    "uncalled": "待回访", "cash": "待交款", "all": "全部",
}  # fmt: skip
RESULTS = {
    "finished": "已完工", "on_time": "准时到场", "not_on_time": "没有准时到场", "passed": "回访合格",
    "failed": "回访不合格", "called": "已回访", "uncalled": "没有回访", "paid": "有偿服务", "free": "免费",
}  # fmt: skip
ABOUT = {"": "报修", "on_time": "约定上门", "not_on_time": "约定上门", "passed": "回访", "failed": "回访"}
"""Which days `since` and `until` are about, by the result; every other is about the end of the work."""
LONGEST_SEARCH, DEEPEST_PAGE = 60, 5000
MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Wanted:
    """Anything unknown in the address falls back to the default.

    `since` and `until` narrow to the days of what `result` is about (due, called back, finished), else to those of the
    order. An address may say `month` for both.
    """

    view: str = "open"
    q: str = ""
    state: str = ""
    skill: str = ""
    urgency: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    size: int = 20

    @classmethod
    def read(cls, args: Any) -> "Wanted":
        """From the query string."""
        size, (since, until) = args.get("size", 20, type=int), _days(args)
        return cls(
            view=args.get("view") if args.get("view") in VIEWS else "open",
            q=" ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
            state=args.get("state") if args.get("state") in states.LABELS else "",
            skill=args.get("skill", "")[:40].replace("\x00", ""),
            urgency=args.get("urgency", "")[:40].replace("\x00", ""),
            result=args.get("result") if args.get("result") in RESULTS else "",
            since=since,
            until=until,
            page=min(max(args.get("page", 1, type=int), 1), DEEPEST_PAGE),
            size=size if size in SIZES else 20,
        )

    def changed(self, **changes: Any) -> str:
        """The query string of the same list with some arguments changed; defaults stay out of it."""
        other = {**vars(self), "page": 1, **changes}
        query = urlencode({k: v for k, v in other.items() if v != DEFAULTS[k]})
        return f"?{query}" if query else ""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view was asked for."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def about(self) -> str:
        """Which time the days are about, in words; empty where no day was asked for."""
        return ABOUT.get(self.result, "完工") if self.since or self.until else ""


DEFAULTS = vars(Wanted())
NARROWING = ("q", "state", "skill", "urgency", "result", "since", "until")


def _days(args: Any) -> tuple[date | None, date | None]:
    since, until, asked = day(args.get("since")), day(args.get("until")), args.get("month", "")
    first = day(f"{asked}-01") if MONTH.fullmatch(asked) and asked < "9999" else None
    return (first, month_of(first).ends - timedelta(days=1)) if first else (since, until)
