"""The interface kit: macros render, escape, name their fields; no template may carry inline style or script."""

import gzip
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.web.kit import ROOT, context, environment

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "saas/static"
HOSTILE = "\"'><script>alert(1)</script>"
FORBIDDEN = re.compile(
    r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|hx-on\b|javascript:|\bjs:|<script(?![^>]*\ssrc=)|hx-trigger="[^"]*\[""",
    re.IGNORECASE,
)
ENV = environment()
UI = ENV.globals["ui"]


class Reading(HTMLParser):
    """What a browser would see: every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture(scope="module")
def shown() -> str:
    return ENV.get_template("kit/show.html").render(**context())


def screens() -> list[Any]:
    """Templates that a browser shows; those for the PDF live under their own rules."""
    found = [p for p in TEMPLATES.rglob("*.html") if p.relative_to(TEMPLATES).parts[0] not in {"pdf", "mail"}]
    return [pytest.param(p, id=str(p.relative_to(TEMPLATES))) for p in sorted(found)]


@pytest.mark.parametrize("path", screens())
def test_template_has_no_inline_style_or_script(path: Any) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not FORBIDDEN.search(text), "the content policy refuses inline style and script"
    assert not re.search(r"\|\s*safe\b", text), "markup is made where it is known to be safe, not in templates"


def test_icons_used_are_in_the_list() -> None:
    known = set((STATIC / "icons.txt").read_text().split())
    used: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r"""\bui\.i\(['"]([a-z0-9-]+)['"]""", path.read_text()))
        used |= set(re.findall(r"""(?<![.\w])i\(['"]([a-z0-9-]+)['"]""", path.read_text()))
    assert used <= known, used - known


def test_style_guide_renders_with_unique_ids(shown: str) -> None:
    reading = Reading(shown)
    ids = [attrs["id"] for _, attrs in reading.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert not [tag for tag, attrs in reading.tags if "style" in attrs or any(a.startswith("on") for a in attrs)]


def test_every_label_names_a_control_and_errors_are_tied(shown: str) -> None:
    reading = Reading(shown)
    ids = {attrs.get("id") for _, attrs in reading.tags}
    assert {attrs["for"] for attrs in reading.all("label") if "for" in attrs} <= ids
    for _, attrs in reading.tags:
        assert set((attrs.get("aria-describedby") or "").split()) <= ids
    invalid = [attrs for _, attrs in reading.tags if attrs.get("aria-invalid") == "true"]
    assert {attrs.get("id") for attrs in invalid} >= {"method", "on"}
    assert all("-err" in (attrs["aria-describedby"] or "") for attrs in invalid)


def test_error_summary_links_to_each_field(shown: str) -> None:
    summary = shown[shown.index("有 3 处需要修改") :]
    assert re.findall(r'<a href="#([\w-]+)">', summary)[:3] == ["method", "on", "satisfied-0"]


def test_form_carries_token_key_and_version(shown: str) -> None:
    form = shown[shown.index('id="callback"') :]
    hidden = {a["name"]: a["value"] for a in Reading(form).all("input")[:3]}
    assert hidden["csrf_token"] == "token"
    assert hidden["version"] == "3"
    assert len(hidden["key"] or "") == 36


@pytest.mark.parametrize(
    "call",
    [
        "ui.tag(x, 'red', 'check')", "ui.clause(x, x, '#')", "ui.btn(x, name=x, value=x)", "ui.link(x, '#', about=x)",
        "ui.note(x)", "ui.when('2026-11-20', x)", "ui.reveal('#', 'a', x, x)", "ui.crumbs([(x, '#'), (x, none)])",
        "ui.head(x, [x])", "ui.tile(x, x, '#', x)", "ui.tabs([(x, '#', true)], x)", "ui.steps([x], 1)",
        "ui.confirm('d', x, x, '#', x)", "ui.error_summary(errors=[('a', x)])", "ui.conflict(x, x, '#', 2)",
        "ui.input('a', x, x, hint=x, error=x)", "ui.area('a', x, x, hint=x, error=x)", "ui.select('a', x, [(x, x)], x)",
        "ui.task(x, 'phone', x, '#', [x], x, x, act=x)", "ui.pick(x, x)", "ui.th(x, '#', x)", "ui.td(x, x)",
        "ui.filter_search(x, x)", "ui.chips([(x, '#', false)], x)", "ui.blank(x, x, act=x, href='#')",
        "ui.no_result(x, '#')", "ui.dl([(x, x)])", "ui.stage(x, x, x)", "ui.pics([(x, '#', 'image')])",
        "ui.entry(x, '2026-11-20', x, x, x, bubble=x, meta=x)", "ui.step(x, x, mark=x, initial=x)",
        "ui.meter(x, x, 0.5, 0.5, x)", "ui.day([(9, x, '', '#')], 10)", "ui.dates([(x, x, x, x)])",
        "ui.ticks([('ok', x)])", "ui.sign(x, x)", "ui.qr(x, x, x)", "ui.print_head(x, x)", "ui.print_foot(x, x)",
        "ui.toasts([('error', x)])", "ui.progress('p', x, 1, 2, x, note=x)", "ui.failed(x, '#', x, x)",
        "ui.locked(x, x, x, '#')", "ui.spark([1, 2], x)", "ui.donut([(x, 1, 'red')], x, x)",
        "ui.bars([(x, 1, 'red')], x, x)", "ui.lines([(x, 1)], x, x)", "ui.count(1, unit=x)", "ui.ava(x)",
    ],
)  # fmt: skip
def test_hostile_text_stays_text(call: str) -> None:
    html = ENV.from_string("{{ " + call + " }}").render(x=HOSTILE)
    assert "<script" not in html
    assert not Reading(html).all("script")


def test_macros_of_the_list_exist() -> None:
    source = (TEMPLATES / "shared/ui.html").read_text()
    listed = set(re.findall(r"(?<![\w.])([a-z_]+)⊃?\(", source[: source.index("#}")]))
    listed -= {"static", "csrf_token", "new_key"}
    assert listed
    assert not [name for name in listed if not callable(getattr(UI, name, None))]


def test_lengths_stay_within_the_bar() -> None:
    assert 'class="fill across" width="100%"' in str(UI.stage("办结", fraction=7))
    assert 'width="0%"' in str(UI.meter("覆盖", "0", -1))
    assert 'class="fill across" width="33.3%"' in str(UI.stage("办结", fraction=1 / 3))


def test_charts_survive_nothing() -> None:
    assert UI.donut([("满意", 0, "green")], "满意度")
    assert UI.bars([("维修", 0, "blue")], "投诉")
    assert UI.lines([("11 月", 0)], "覆盖")
    assert UI.spark([5, 5], "不变")


def test_pages_keep_the_query() -> None:
    html = str(
        UI.pager(2, 20, 186, lambda **changed: "?" + "&".join(f"{k}={v}" for k, v in ({"q": "3-2"} | changed).items()))
    )
    hrefs = [a["href"] for a in Reading(html).all("a")]
    assert hrefs
    assert all((href or "").startswith("?q=3-2&page=") for href in hrefs)
    assert "第 21 ～ 40 条" in html


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_error_page_stands_alone(code: int) -> None:
    html = ENV.get_template(f"errors/{code}.html").render(code=code, message="", request_id="7f3a")
    assert f"错误 {code}，编号 7f3a" in html
    assert "<script" not in html


@pytest.mark.parametrize(("file", "most", "zipped"), [("app.css", 10_240, True), ("app.js", 8_192, False)])
def test_size_budget(file: str, most: int, zipped: bool) -> None:
    data = (STATIC / file).read_bytes()
    assert len(gzip.compress(data, 9) if zipped else data) <= most
