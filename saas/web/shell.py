"""The frame around every page: navigation, the project at hand, the person, the theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, current_app, g, request, url_for

from saas import clock, demo
from saas.identity.access import access_of, admits
from saas.identity.asking import Count, Waiting
from saas.policy.evidence import Source
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.tenancy import Visit
from saas.web.waits import Waits

GROUPS = ("我的", "客户沟通", "对外发布", "品质运营中心", "管理")


@dataclass(frozen=True)
class NavItem:
    """One entry of the side navigation; shown to those who may open its endpoint. `waiting` counts what waits there."""

    group: str
    label: str
    icon: str
    endpoint: str
    key: str = ""
    order: int = 50
    tone: str = ""
    head_office: bool | None = False
    tab: bool = False
    waiting: Waiting | None = None


@dataclass(frozen=True)
class Bell:
    """What the bell of the shell leads to, and how many notices there the person has not seen."""

    endpoint: str
    unread: Count


@dataclass(frozen=True)
class Slice:
    """A slice as the composition root sees it: its blueprint, its place in the navigation, what it gives the shell.

    `quick` is the button in the middle of the phone's tab bar, `search` the endpoint of the box at the top, `evidence`
    the queries by the names that the clauses of a pack give them, `waiting` how much of the slice waits for a person
    in the tenant that was entered (the picker adds these up), `left_by` what whoever leaves would leave behind there.
    """

    blueprint: Blueprint
    nav: Sequence[NavItem] = field(default=())
    bell: Bell | None = None
    quick: NavItem | None = None
    search: str = ""
    evidence: Mapping[str, Source] = field(default_factory=dict)
    waiting: Waiting | None = None
    left_by: Mapping[str, Count] = field(default_factory=dict)


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


class Ringing:
    """The bell as a page draws it."""

    def __init__(self, bell: Bell, waits: Waits) -> None:
        self.url, self._bell, self._waits = url_for(bell.endpoint), bell, waits

    @property
    def count(self) -> int:
        """How many notices are unread."""
        return self._waits.of(self._bell.unread)


def add(app: Flask, each: Slice) -> None:
    """Register a slice and its navigation."""
    app.register_blueprint(each.blueprint)
    app.extensions["nav"] = sorted([*app.extensions["nav"], *each.nav], key=lambda item: item.order)
    app.extensions.setdefault("evidence", {}).update(each.evidence)
    if each.waiting is not None:
        app.extensions.setdefault("waiting", []).append(each.waiting)
    app.extensions.setdefault("left_by", {}).update(each.left_by)
    for gift in ("bell", "quick", "search"):
        app.extensions[gift] = getattr(each, gift) or app.extensions.get(gift)


def init_app(app: Flask) -> None:
    """Give the templates what the layouts need."""
    app.extensions["nav"] = []
    app.jinja_env.globals["new_key"] = lambda: str(uuid4())
    app.jinja_env.globals["local"] = clock.local
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("shared/ui.html").module  # last: it copies the globals

    @app.context_processor
    def frame() -> dict[str, Any]:
        theme = request.cookies.get("theme")
        visit: Visit | None = g.get("visit")
        theme = theme if theme in ("light", "dark") else None
        values: dict[str, Any] = {"theme": theme, "now": clock.now(), "visit": visit}
        if visit is None:
            return values
        values["may_open"] = lambda endpoint: may_open(endpoint, visit)
        values["writing"] = lambda: demo.writing(visit.company)
        if g.get("part"):
            return values
        values["project"], values["company"] = visit.project_name, visit.company_name
        if visit.user_id is not None:
            items, bell = entries(visit), app.extensions.get("bell")
            counted = [item.waiting(pack(visit.pack)) for item in items if item.waiting]
            waits = Waits(visit, [*counted, bell.unread] if bell else counted)
            values.update(
                me=visit,
                roles_of=role_names,
                nav=lambda: navigation(items, waits, pack(visit.pack)),
                projects=[
                    {"name": visit.project_name, "url": "", "current": True, "count": 0},
                    {"name": "切换项目…", "url": url_for("identity.projects"), "current": False, "count": 0},
                ] if visit.tenant_id else [],
                logout_url=url_for("identity.logout"),
                settings_url=url_for("identity.settings"),
            )  # fmt: skip
            if visit.tenant_id:
                values.update(gifts(visit, waits))
        return values


def gifts(visit: Visit, waits: Waits) -> dict[str, Any]:
    """Bell, quick button and search box, as far as a slice gives them and the person may use them."""
    bell: Bell | None = current_app.extensions["bell"]
    quick: NavItem | None = current_app.extensions["quick"]
    search: str | None = current_app.extensions["search"]
    given: dict[str, Any] = {"search_url": url_for(search) if search else ""}
    if bell is not None:
        given["bell"] = Ringing(bell, waits)
    if quick is not None and visit.kind != "head_office" and may_open(quick.endpoint, visit):
        given["quick"] = {"label": quick.label, "url": url_for(quick.endpoint)}
    return given


def may_open(endpoint: str, visit: Visit) -> bool:
    """Whether this page is there, and the roles held here open it: a link is shown to nobody whom it would refuse."""
    return admits(current_app.view_functions.get(endpoint), visit.pack, visit.roles)


def role_names(visit: Visit) -> str:
    """The Chinese names of the roles held here; outside every tenant none."""
    names = pack(visit.pack).roles
    return "、".join(names.get(role, role) for role in sorted(visit.roles))


def entries(visit: Visit) -> list[NavItem]:
    """What this person may open here, in order."""
    return [item for item in current_app.extensions["nav"] if belongs(item, visit)]


def navigation(items: Sequence[NavItem], waits: Waits, rules: Pack) -> list[tuple[str, list[Shown]]]:
    """The entries by their groups, with what waits in each."""
    slices = [blueprint_of(item.endpoint) for item in items]
    here = blueprint_of(request.endpoint or "")
    shown: dict[str, list[Shown]] = {group: [] for group in GROUPS}
    for item, name in zip(items, slices, strict=True):
        url = url_for(item.endpoint)
        current = name == here and (slices.count(name) == 1 or request.path.startswith(url))
        count = waits.of(item.waiting(rules)) if item.waiting else 0
        shown[item.group].append(Shown(item.label, item.icon, url, item.key, count, item.tone, current, item.tab))
    return [(group, items) for group, items in shown.items() if items]


def belongs(item: NavItem, visit: Visit) -> bool:
    """True when this person may open the entry where they are; outside every tenant only platform pages."""
    view = current_app.view_functions[item.endpoint]
    if not visit.tenant_id:
        access = access_of(view, visit.pack) or frozenset()
        return access == {"signed_in"} or (visit.operator and access == {"operator"})
    if item.head_office is not None and item.head_office != (visit.kind == "head_office"):
        return False
    return admits(view, visit.pack, visit.roles)


def blueprint_of(endpoint: str) -> str:
    """The slice that an endpoint belongs to."""
    return endpoint.partition(".")[0]
