"""Every route says who may open it, and what runs outside a tenant is listed here."""

import pytest
from flask import Flask

from saas.identity.access import access_of

# Pages and actions that run without having entered a tenant. Add to this list only with a reason.
PLATFORM = {
    "identity.projects", "identity.settings", "identity.change_password", "identity.end_others",
    "identity.begin_second_factor", "identity.second_factor", "identity.confirm_second_factor",
    "identity.remove_second_factor", "identity.renew_recovery_codes",
    "operator.companies", "operator.new_company", "operator.create_company", "operator.people", "operator.disable",
    "operator.enable",
}  # fmt: skip
PLATFORM_FIRST = {
    "projects.create", "projects.describe", "members.take_in", "members.change_roles", "members.let_go",
    "members.invite_again", "members.discharge", "members.disable", "members.enable",
}  # fmt: skip

# Forms whose view takes no idempotency key. Add to this list only with a reason.
KEYLESS = {
    # answer with a session's cookie, which cannot be given a second time; codes and links are taken once by their rows
    "identity.take_login", "identity.take_code", "identity.logout", "identity.accept_invitation", "identity.take_reset",
    # nothing but the event that it was shown or taken: each time is one
    "customers.export", "digests.export", "imports.errors", "customers.reveal", "complaints.reveal", "contacts.reveal",
    "releases.reveal", "repairs.reveal",
    "obligations.see_reminder", "obligations.see_all",  # seen twice is seen
    "readers.compare",  # writes nothing
    "residents.complained", "readers.answer",  # look at the link first, then take the key (`_take`)
}  # fmt: skip


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    unmarked = [name for name, view in app.view_functions.items() if access_of(view, "property") is None]
    assert unmarked == []


@pytest.mark.rule("A1")
def test_what_runs_outside_every_tenant_is_listed(app: Flask) -> None:
    outside = ({"signed_in"}, {"operator"})
    marked = {name for name, view in app.view_functions.items() if access_of(view, "property") in outside}
    assert marked == PLATFORM
    assert {name for name, view in app.view_functions.items() if getattr(view, "unswitched", False)} == PLATFORM_FIRST


def test_pages_of_members_live_below_their_tenant(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint], "property") or frozenset()
        if access not in ({"public"}, {"signed_in"}, {"operator"}):
            assert rule.rule.startswith("/<company>/<project>/"), rule


def test_writing_never_happens_on_get(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in ({"GET"}, {"POST"}), f"{rule} takes {methods}"


def test_every_form_is_taken_once(app: Flask) -> None:
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {name for name in posts if not getattr(app.view_functions[name], "once", False)} == KEYLESS


def test_platform_words_cannot_be_a_companys_slug(app: Flask) -> None:
    from saas.companies.actions import RESERVED

    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    words = {word for word in first if word and not word.startswith("<") and len(word) > 1}
    assert words <= RESERVED | {"static"}, words - RESERVED
