"""Forms as a browser reads them off a page, and how to send them well or badly filled in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

Pair = tuple[str, Any]
OURS = ("csrf_token", "key")
GOOD = {
    "email": "zhang@example.com", "tel": "13800001234", "number": "3", "date": "2026-12-01",
    "datetime-local": "2026-11-20T10:00", "search": "", "password": "一句只有我知道的话",
}  # fmt: skip
TEXTUAL = ("text", "textarea", "search", "email", "tel", "password")
_caller = count(1)


@dataclass(frozen=True)
class Field:
    """One control: what it is and what a person would leave or put there."""

    name: str
    kind: str
    good: str | None


@dataclass(frozen=True)
class Form:
    """One form of one page, in the browser of somebody who may see it."""

    client: FlaskClient
    page: str
    action: str
    fields: tuple[Field, ...]
    button: Pair | None

    @property
    def texts(self) -> list[str]:
        """The fields that take free text."""
        return [f.name for f in self.fields if f.kind in TEXTUAL]

    @property
    def typed(self) -> list[str]:
        """The fields that take only certain values; hidden ones too."""
        return [f.name for f in self.fields if f.kind not in TEXTUAL and f.name not in OURS]

    def filled(self, **changes: Any) -> list[Pair]:
        """The form as a person would send it, with a fresh key; a changed value may be a list or None (left out)."""
        values: dict[str, Any] = {f.name: f.good for f in self.fields if f.good is not None}
        if "key" in values:
            values["key"] = str(uuid4())
        if self.button:
            values[self.button[0]] = self.button[1]
        pairs: list[Pair] = []
        for name, value in (values | changes).items():
            pairs += [(name, each) for each in (value if isinstance(value, list) else [value]) if each is not None]
        return pairs

    def send(self, pairs: Iterable[Pair]) -> TestResponse:
        """Post it, from an address of its own: the brakes of the public forms are tested elsewhere."""
        number = next(_caller)
        return self.client.post(
            self.action, data=urlencode(list(pairs)), content_type="application/x-www-form-urlencoded",
            environ_overrides={"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"},
        )  # fmt: skip

    def again(self) -> "Form | None":
        """The same form, freshly read: its version may have moved on. None when it is no longer offered."""
        found = [f for f in forms(self.client, self.page) if f.action == self.action and f.button == self.button]
        return found[0] if found else None


def forms(client: FlaskClient, page: str) -> Iterator[Form]:
    """The forms of a page that post, one for each named button."""
    answer = client.get(page)
    if answer.status_code != 200 or answer.mimetype != "text/html" or "<form" not in answer.text:
        return
    for form in html.fromstring(answer.text).iter("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        target = urlsplit(form.get("action") or page)
        action = f"{target.path}?{target.query}" if target.query and form.get("action") else target.path
        form_id = form.get("id")
        parts = list(form.iter("input", "select", "textarea", "button"))
        if form_id:
            parts += form.getroottree().xpath(f'//*[@form="{form_id}"]')
        made = Form(client, page, action, tuple(fields(parts)), None)
        buttons = [(b.get("name"), b.get("value") or "") for b in parts if b.tag == "button" and b.get("name")]
        yield from [replace(made, button=button) for button in dict.fromkeys(buttons)] or [made]


def fields(parts: list[Any]) -> Iterator[Field]:
    """The controls, each name once."""
    seen = set()
    for part in parts:
        name, kind = part.get("name"), part.tag if part.tag != "input" else part.get("type") or "text"
        if not name or name in seen or kind in ("button", "submit"):
            continue
        seen.add(name)
        if kind == "select":
            values = [o.get("value", o.text) for o in part.iter("option")]
            chosen = [o.get("value", o.text) for o in part.iter("option") if o.get("selected") is not None]
            good = next((v for v in [*chosen, *values] if v), None)
        elif kind in ("radio", "checkbox"):
            good = part.get("value") or "y" if kind == "radio" or part.get("checked") is not None else None
        elif kind == "file":
            good = None
        elif kind == "textarea":
            good = (part.text or "").lstrip("\n") or "照实写下的经过"
        else:
            good = part.get("value") or (GOOD.get(kind, "寻常的字") if kind != "hidden" else "")
        yield Field(name, kind, good)
