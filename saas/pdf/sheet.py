"""A document before it is laid out; it is filled without a request, for the PDF worker has none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from saas.clock import local
from saas.pdf.wording import kept, set_text, spaced

INKS = {
    "blue": "#0f5c5c", "amber": "#cf8a2e", "green": "#7aa6a1", "red": "#b5473c", "violet": "#5b6f92", "gray": "#c8bfad",
    "h5": "#a9cfc4", "h4": "#d5e8e1", "h3": "#f6e6c4", "h2": "#efcfa6", "h1": "#e3a79f", "na": "#f1f3f3",
    "ink": "#16302f", "ink2": "#4a5759", "cell": "#16211f", "rule": "#e3e7e8", "axis": "#97a3a4", "goal": "#9b241d",
    "gap": "#ffffff",
}  # fmt: skip
"""What the tones of charts look like on paper; on the page the theme says it."""

TEMPLATES = Path(__file__).parents[2] / "templates"


@dataclass(frozen=True)
class Picture:
    """A photograph and the pixels that it is printed with; read and made as small before the layout, one by one."""

    read: Callable[[], bytes]
    width: int
    height: int


@dataclass(frozen=True)
class Attachment:
    """A file inside the document: the figures that the page shows. `at` is the time that it tells."""

    name: str
    description: str
    data: bytes
    at: datetime


@dataclass(frozen=True)
class Sheet:
    """HTML and what belongs to it. `assets` and `pictures` are served as `asset:name`; `archive` makes it PDF/A-3a."""

    html: str
    assets: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    archive: bool = False


def fill(template: str, **context: Any) -> str:
    """The finished HTML. A name that the template uses and `context` lacks raises UndefinedError."""
    return _environment().get_template(template).render(**context)


def dash(value: object) -> str:
    """`--` where there is nothing to say (INTERFACE §5), else the text without blank edges."""
    return (str(value).strip() or "--") if value is not None else "--"


def minute(moment: datetime | None) -> str:
    """2026-11-20 14:08 in China, or `--`."""
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else "--"


def day(moment: datetime | date | None) -> str:
    """2026-11-20 in China, or `--`."""
    if moment is None:
        return "--"
    return f"{local(moment) if isinstance(moment, datetime) else moment:%Y-%m-%d}"


def blocks_of(text: str, size: int) -> str:
    """A digest in groups that an eye can compare."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        dash=dash, minute=minute, day=day, kept=kept, spaced=spaced, set_text=set_text, blocks_of=blocks_of
    )
    environment.globals["paint"] = INKS
    return environment
