"""What a version holds, its fingerprint, and what keeps it from being submitted (I1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from saas.approvals.content import content_hash
from saas.markdown import parse
from saas.policy.report import ReportSection
from saas.problem import Problem
from tenants.releases.text import IDENTITY
from tenants.reports.models import Report, ReportVersion


@dataclass(frozen=True)
class Content:
    """Texts by section, figures as they were taken, pictures in their order."""

    texts: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, version: ReportVersion) -> "Content":
        """What a version holds."""
        return cls(version.texts, version.figures, tuple(version.pictures))

    def with_text(self, section: str, text: str) -> "Content":
        """The same with another text in one section; an empty one leaves it out."""
        return replace(self, texts={k: v for k, v in {**self.texts, section: text}.items() if v})


def fingerprint(report: Report, content: Content) -> str:
    """SHA-256 over everything that a reader sees; decisions are bound to it (H3)."""
    days = report.begins.isoformat(), report.covers_from.isoformat()
    return content_hash(report.number, *days, content.texts, content.figures, content.pictures)


def grouped(digest: str) -> str:
    """A hash for people to compare: eight characters each."""
    return "-".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def tidy(text: str) -> str:
    """One line end, no control characters, no blanks at the ends of lines, no empty lines around."""
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    lines = "".join(c for c in text if c >= " " or c in "\n\t").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def checked(section: ReportSection, text: str, longest: int) -> str:
    """The tidied text. Raises Problem, naming the field, when it is too long or cannot be set."""
    text = tidy(text)
    if len(text) > longest:
        raise Problem(f"{section.title}最多 {longest:,} 字，现在有 {len(text):,} 字，请缩短", "text")
    try:
        parse(text)
    except Problem as problem:
        raise Problem(str(problem), "text") from None
    return text


@dataclass(frozen=True)
class Fault:
    """What is missing or may not be in a section."""

    section: ReportSection
    words: str


class Incomplete(Problem):
    """A report that cannot be submitted; `faults` name the sections."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("、".join(fault.words for fault in faults))
        self.faults = tuple(faults)


def length(text: str) -> int:
    """How many characters say something."""
    return len(re.sub(r"[\s|#*\-]", "", text))


def faults(sections: Sequence[ReportSection], content: Content) -> list[Fault]:
    """What keeps these sections from being submitted: a mandatory one is empty or too short, or names an identity."""
    return [Fault(section, words) for section in sections if (words := fault(section, content))]


def fault(section: ReportSection, content: Content) -> str:
    """What is wrong with one section, empty when nothing is."""
    text = content.texts.get(section.code, "")
    if section.written and section.required and not length(text):
        return f"「{section.title}」是必写的章节，还没有写"
    if section.written and text and length(text) < section.least:
        return f"「{section.title}」至少 {section.least} 字，现在 {length(text)} 字"
    if IDENTITY.search(text):
        return f"「{section.title}」里有身份证号，请删去"
    if section.figures and any(code not in content.figures.get("groups", {}) for code in section.figures):
        return f"「{section.title}」的数据还没有读取，请更新数据"
    return ""
