"""Deny by default: a view without a mark is refused. The mark says who may, or that the page is public."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from flask import current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import Forbidden as ForbiddenPage
from werkzeug.exceptions import NotFound

from saas.identity.actor import Actor, Forbidden
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.tenancy import Visit

View = TypeVar("View", bound=Callable[..., Any])
Roles = Callable[[Pack], Iterable[str]]
MEMBER = "*"


def allow(*roles: str | Roles) -> Callable[[View], View]:
    """Members holding one of these roles may open the view; `allow()` without roles lets every member in.

    A function says the roles by the pack that binds the tenant today.
    """

    def mark(view: View) -> View:
        view.__dict__["access"] = frozenset(r for r in roles if isinstance(r, str)) if roles else frozenset({MEMBER})
        view.__dict__["by_pack"] = tuple(r for r in roles if not isinstance(r, str))
        return view

    return mark


def public(view: View) -> View:
    """Anybody may open this view (sign-in, public links, health)."""
    view.__dict__["access"] = frozenset({"public"})
    return view


def signed_in(view: View) -> View:
    """Any signed-in person may open this page; it runs unswitched, outside every tenant."""
    view.__dict__["access"] = frozenset({"signed_in"})
    return view


def operator(view: View) -> View:
    """Only 平台运营 (platform_operator) may open this page; it runs unswitched."""
    view.__dict__["access"] = frozenset({"operator"})
    return view


def unswitched(view: View) -> View:
    """A tenant page whose action writes platform rows first and enters the tenant itself (memberships)."""
    view.__dict__["unswitched"] = True
    return view


def access_of(view: Callable[..., Any] | None, pack_id: str) -> frozenset[str] | None:
    """The mark of a view where this pack binds, or None when it has none."""
    access = cast("frozenset[str] | None", getattr(view, "access", None))
    by_pack: tuple[Roles, ...] = getattr(view, "by_pack", ())
    if access is None or not by_pack:
        return access
    rules = pack(pack_id)
    return access.union(*(roles(rules) for roles in by_pack))


def admits(view: Callable[..., Any] | None, pack_id: str, roles: frozenset[str]) -> bool:
    """Whether this view is there and one of these roles opens it where this pack binds."""
    access = access_of(view, pack_id) or frozenset()
    return MEMBER in access or bool(access & roles)


def current_visit() -> Visit:
    """The visit of this request. Raises NotFound outside a tenant page."""
    visit = g.get("visit")
    if visit is None:
        raise NotFound
    return cast(Visit, visit)


def current_pack() -> Pack:
    """The pack that binds the tenant of this request, in force today. Raises NotFound outside a tenant page."""
    return pack(current_visit().pack)


def current_actor() -> Actor:
    """The actor of this request."""
    return Actor.of(current_visit())


def judge() -> Any:
    """Run before each request: authenticate, enter the tenant, and refuse what the mark does not allow."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    access = getattr(view, "access", None)
    if access is None:
        raise ForbiddenPage
    if access == {"public"}:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    visit = current_user.visit
    g.visit = visit
    if visit.totp and not visit.passed_totp:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if access == {"signed_in"}:
        return None
    if access == {"operator"}:
        if not visit.operator:
            raise NotFound
        return None
    if not visit.tenant_id:
        raise NotFound
    if not admits(view, visit.pack, visit.roles):
        raise Forbidden("您在这个项目没有这项权限，请联系公司管理员调整角色")
    return None
