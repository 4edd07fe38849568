"""What a board is asked to show: span, chapter, state, words, project, page. All of it lives in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saas.board import spans
from saas.policy.periods import Period
from saas.web.typed import whole

SHOWS = {"": "全部", "unmet": "只看未达标", "soon": "7 天内到期", "off": "未启用"}
LONGEST = 40
MOST = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a board."""

    span: Period
    chapter: str = ""
    show: str = ""
    q: str = ""
    project: str = ""
    page: int = 1

    @classmethod
    def of(cls, written: Mapping[str, str]) -> "Wanted":
        """The filters of an address; what cannot be meant is left out."""

        def words(name: str) -> str:
            return " ".join(written.get(name, "").split())[:LONGEST]

        show = written.get("show", "")
        return cls(
            spans.span(written.get("period", "")), words("chapter"), show if show in SHOWS else "", words("q"),
            words("project"), min(max(whole(written.get("page")), 1), MOST),
        )  # fmt: skip

    @property
    def code(self) -> str:
        """The span as addresses write it."""
        return spans.code(self.span)

    @property
    def when(self) -> str:
        """The span as the end of an address; nothing for the present month."""
        return "" if self.span == spans.span("") else f"?period={self.code}"

    @property
    def args(self) -> dict[str, Any]:
        """The same as the arguments of an address, without the page."""
        said = {"chapter": self.chapter, "show": self.show, "q": self.q, "project": self.project}
        return {"period": self.code, **{name: value for name, value in said.items() if value}}

    @property
    def narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.chapter or self.show or self.q or self.project)
