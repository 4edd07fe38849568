"""A verb of a complaint is a resource: one form, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.complaints import course
from tenants.complaints.models import Complaint

Make = Callable[[Complaint, Pack, course.Facts, Any], Any]
Run = Callable[[Complaint, Any, int, Actor], Any]


@dataclass(frozen=True)
class Verb:
    """One form: when it is offered (`flags`: names of course.Next), how it is built, what it does."""

    title: str
    button: str
    flags: tuple[str, ...]
    make: Make
    run: Run
    message: str
