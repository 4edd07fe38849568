"""The template 范本 of the quarterly report: its sections, in their order, and which may not be left empty (I1)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from saas.policy.reading import Table

KINDS = {"text": "文字", "figures": "数据", "mixed": "文字和数据"}
"""What a section holds: an author's text, figures from the records, or both."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One section. `least` is how many characters its text must have, `figures` which groups of figures stand in it.

    `only`: it is part of the reports of projects on this fee basis. `chain`: this part of the report is decided by a
    chain of its own (I2). `accounts`: it tells of income and expense (I6).
    """

    code: str
    title: str
    kind: str
    required: bool
    hint: str
    least: int = 0
    figures: tuple[str, ...] = ()
    only: str | None = None
    chain: str | None = None
    accounts: bool = False

    @property
    def written(self) -> bool:
        """Whether an author writes a text into it."""
        return self.kind != "figures"


@dataclass(frozen=True, slots=True)
class ReportTemplate:
    """The report of a quarter.

    It goes out by the chain `chain`. Its draft may be begun from the `from_month`th month of the quarter; a section has
    at most `longest` characters, the report at most `photos` pictures. The owners' committee has `committee_for` to
    answer; the archived copy is compared with the register every `check_every`.
    """

    title: str
    chain: str
    from_month: int
    longest: int
    photos: int
    committee_for: timedelta
    check_every: timedelta
    sections: tuple[ReportSection, ...]

    def sections_for(self, fee_basis: str) -> tuple[ReportSection, ...]:
        """The sections that bind a project on this fee basis."""
        return tuple(section for section in self.sections if section.only in (None, fee_basis))


def template(
    table: Table, chains: Mapping[str, str], held: Collection[str], bases: Mapping[str, str]
) -> ReportTemplate:
    """The template of a pack file; `chains` are the titles of its chains, `held` those that wait for a person."""
    found = ReportTemplate(
        title=table.text("title"),
        chain=table.one_of("chain", chains, "审批链"),
        from_month=table.number("from_month", largest=3),
        longest=table.number("longest", largest=20_000),
        photos=table.number("photos", largest=200),
        committee_for=table.span("committee_for"),
        check_every=table.span("check_every"),
        sections=tuple(_sections(table, chains, bases)),
    )
    if found.chain in chains and found.chain not in held:
        table.blame("chain", f"报告批准后由人发布：请在 [chains.{found.chain}] 写上 held = true")
    table.close()
    return found


def _sections(table: Table, chains: Mapping[str, str], bases: Mapping[str, str]) -> list[ReportSection]:
    found: dict[str, ReportSection] = {}
    for item in table.tables("sections"):
        section = ReportSection(
            code=item.formed("code", _CODE, '"overview"'),
            title=item.text("title"),
            kind=item.one_of("kind", KINDS, "章节类型"),
            required=item.flag("required"),
            hint=item.text("hint"),
            least=item.number("least", largest=2000) if item.has("least") else 0,
            figures=item.texts("figures") if item.has("figures") else (),
            only=item.one_of("only", bases, "计费方式") if item.has("only") else None,
            chain=item.one_of("chain", chains, "审批链") if item.has("chain") else None,
            accounts=item.has("accounts") and item.flag("accounts"),
        )
        if section.code in found and section.code != "-":
            item.blame("code", f"章节 {section.code} 重复：请换一个代号")
        if section.kind == "text" and section.figures:
            item.blame("figures", "文字章节没有数据：请把 kind 改为 mixed，或删去 figures")
        if section.kind in ("figures", "mixed") and not section.figures:
            item.blame("figures", f'{KINDS[section.kind]}章节要写明用哪几组数据：figures = ["…"]')
        if section.kind == "figures" and section.least:
            item.blame("least", "数据章节没有要写的文字：请删去 least")
        found[section.code] = section
        item.close()
    if found and not any(section.required for section in found.values()):
        table.blame("sections", "没有一章是必填的：至少要有一章 required = true")
    return list(found.values())
