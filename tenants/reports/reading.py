"""A version as it is read: chapter after chapter, on the page and on paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from saas.charts import Chart
from saas.markdown import Text, parse
from saas.policy.report import ReportSection
from saas.problem import Problem
from tenants.releases.difference import Piece, compare
from tenants.reports.charts import chart_of
from tenants.reports.figures import groups
from tenants.reports.holding import sections_of
from tenants.reports.models import Report, ReportVersion
from tenants.reports.tables import Group


@dataclass(frozen=True)
class Chapter:
    """One section with what stands in it."""

    section: ReportSection
    text: Text
    groups: tuple[Group, ...]
    pictures: tuple[dict[str, Any], ...]

    @property
    def charts(self) -> list[tuple[Group, Chart | None]]:
        """Each group of figures, and how it is drawn."""
        return [(group, chart_of(group)) for group in self.groups]

    @property
    def empty(self) -> bool:
        """Nothing to read."""
        return not (self.text.pieces or self.groups or self.pictures)


def chapters(report: Report, version: ReportVersion) -> list[Chapter]:
    """The chapters of a version in the order of the template; those that are empty are left out."""
    known = groups(version.figures)
    found = []
    for section in sections_of(report, version):
        pictures = tuple(each for each in version.pictures if each["section"] == section.code)
        counted = tuple(known[code] for code in section.figures if code in known)
        found.append(Chapter(section, text_of(version.texts.get(section.code, "")), counted, pictures))
    return [chapter for chapter in found if not chapter.empty]


def text_of(source: str) -> Text:
    """What was written, as far as it can be set."""
    try:
        return parse(source)
    except Problem as problem:  # a text that was kept under a wider limit
        return Text(refused=(str(problem),))


@dataclass(frozen=True)
class Changed:
    """A section that differs between two versions: its lines with what was put in and taken out, how many places."""

    title: str
    lines: tuple[list[Piece], ...]
    places: int
    words: str = ""


def differences(report: Report, old: ReportVersion, new: ReportVersion) -> list[Changed]:
    """What changed from one version to another: texts by section, figures, pictures."""
    found = []
    for section in sections_of(report, new):
        before, after = (each.texts.get(section.code, "") for each in (old, new))
        if before != after:
            lines, places = compare(_lines(before), _lines(after))
            found.append(Changed(section.title, tuple(lines), places))
    figures = list(_figures(old, new))
    if figures:
        found.append(Changed("数据", (), len(figures), "；".join(figures[:12])))
    pictures = _captions(old), _captions(new)
    if pictures[0] != pictures[1]:
        lines, places = compare(*pictures)
        found.append(Changed("照片", tuple(lines), places))
    return found


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _captions(version: ReportVersion) -> list[str]:
    return [each["caption"] for each in version.pictures]


def _figures(old: ReportVersion, new: ReportVersion) -> Iterator[str]:
    before, after = groups(old.figures), groups(new.figures)
    for code, group in after.items():
        then = {row.label: row.values for row in before[code].rows} if code in before else {}
        for row in group.rows:
            was = then.get(row.label)
            if was is not None and was != row.values and row.values[group.main] != was[group.main]:
                yield f"{group.title}：{row.label} {was[group.main]} → {row.values[group.main]}"
