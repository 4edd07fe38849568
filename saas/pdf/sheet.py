"""Fills a template of `templates/pdf/` without a request: the PDF worker has none."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from saas.clock import local

TEMPLATES = Path(__file__).parents[2] / "templates"


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


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(dash=dash, minute=minute, day=day)
    return environment
