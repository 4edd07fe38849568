"""A verb of a repair is a resource: one form, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from saas.identity import Actor
from saas.policy.pack import Pack
from tenants.repairs import course, forms
from tenants.repairs.models import Repair

Make = Callable[[Repair, Pack, course.Facts, Any], Any]
Run = Callable[[Repair, Any, int, Actor], Any]


@dataclass(frozen=True)
class Verb:
    """One step: its form, what it does, what is said then. `signed` ones bring a signature, `files` photos alone."""

    title: str
    button: str
    make: Make
    run: Run
    message: str
    icon: str = "check"
    signed: bool = False
    files: bool = False


def empty(repair: Repair, rules: Pack, known: course.Facts, data: Any) -> Any:
    """The form of a step that asks nothing."""
    return forms.EmptyForm(data)
