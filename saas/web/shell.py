"""The frame around every page: navigation, the project at hand, the person, the theme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, current_app, g, request, url_for

from saas import clock
from saas.identity.access import MEMBER, access_of
from saas.identity.actor import Actor
from saas.policy.loader import pack
from saas.tenancy import Visit
from saas.web.page import wants_part

GROUPS = ("我的", "客户沟通", "对外发布", "品质运营中心", "管理")


@dataclass(frozen=True)
class NavItem:
    """One entry of the side navigation; shown to those who may open its endpoint."""

    group: str
    label: str
    icon: str
    endpoint: str
    key: str = ""
    order: int = 50
    tone: str = ""
    head_office: bool | None = False
    tab: bool = False
    waiting: Callable[[Actor], int] | None = None


@dataclass(frozen=True)
class Slice:
    """A slice as the composition root sees it: its blueprint and its place in the navigation."""

    blueprint: Blueprint
    nav: Sequence[NavItem] = field(default=())


@dataclass(frozen=True)
class Shown:
    """A navigation entry as a page draws it."""

    label: str
    icon: str
    url: str
    key: str
    count: int
    tone: str
    current: bool
    tab: bool


def add(app: Flask, each: Slice) -> None:
    """Register a slice and its navigation."""
    app.register_blueprint(each.blueprint)
    app.extensions.setdefault("nav", []).extend(each.nav)


@dataclass(frozen=True)
class Me:
    """The signed-in person as the frame shows them."""

    id: str
    name: str
    roles: str
    initial: str


@dataclass(frozen=True)
class Place:
    """A company or project by name and slug."""

    name: str
    slug: str


def init_app(app: Flask) -> None:
    """Give the templates what the layouts need."""
    app.extensions["nav"] = []
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("shared/ui.html").module
    app.jinja_env.globals["fresh_key"] = lambda: str(uuid4())
    app.jinja_env.globals["local"] = clock.local

    @app.context_processor
    def frame() -> dict[str, Any]:
        theme = request.cookies.get("theme")
        visit: Visit | None = g.get("visit")
        values: dict[str, Any] = {"theme": theme if theme in ("light", "dark") else None, "now": clock.now(), "visit": visit}
        if visit is None or wants_part():
            return values
        inside = bool(visit.tenant_id)
        if visit.user_id is not None:
            values["me"] = Me(str(visit.user_id), visit.name, role_names(visit) if inside else "", visit.name[:1])
            values["logout_url"] = url_for("identity.logout")
            values["settings_url"] = url_for("identity.settings")
        if inside:
            values["company"] = Place(visit.company_name, visit.company)
            values["project"] = Place(visit.project_name, visit.project)
        if inside and visit.user_id is not None:
            values["nav"] = navigation(visit)
            values["projects"] = [
                {"name": visit.project_name, "url": "", "current": True, "count": 0},
                {"name": "切换项目…", "url": url_for("identity.projects"), "current": False, "count": 0},
            ]
        return values


def role_names(visit: Visit) -> str:
    """The Chinese names of the roles held here."""
    names = pack(visit.pack).roles
    return "、".join(names.get(role, role) for role in sorted(visit.roles))


def navigation(visit: Visit) -> list[tuple[str, list[Shown]]]:
    """The groups and entries that this person may open, with what waits in each."""
    actor = Actor.of(visit)
    shown: dict[str, list[Shown]] = {group: [] for group in GROUPS}
    for item in sorted(current_app.extensions["nav"], key=lambda i: i.order):
        access = access_of(current_app.view_functions[item.endpoint]) or frozenset()
        if item.head_office is not None and item.head_office != (visit.kind == "head_office"):
            continue
        if MEMBER not in access and not access & visit.roles:
            continue
        current = (request.endpoint or "").split(".")[0] == item.endpoint.split(".")[0]
        count = item.waiting(actor) if item.waiting else 0
        url = url_for(item.endpoint)
        shown[item.group].append(Shown(item.label, item.icon, url, item.key, count, item.tone, current, item.tab))
    return [(group, items) for group, items in shown.items() if items]
