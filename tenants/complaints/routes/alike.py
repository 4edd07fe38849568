"""What may be the same matter, while a complaint is being registered (D5)."""

from typing import Any

from flask import request

from saas import clock
from saas.identity import allow, current_pack
from saas.web import page
from saas.web.typed import clean
from tenants.complaints.access import REGISTRARS
from tenants.complaints.actions.registering import LONGEST_SUBJECT
from tenants.complaints.repeats.suggesting import alike as suggestions
from tenants.complaints.routes import blueprint
from tenants.customers import queries as customers

SHORTEST = 4  # characters of a subject that say anything


@blueprint.get("/complaints/alike")
@allow(REGISTRARS)
def alike() -> Any:
    """Complaints that are like the subject typed so far; a fragment of the form."""
    subject = clean(request.args.get("subject", ""))[:LONGEST_SUBJECT]
    hit = customers.picked(request.args.get("party", "")) if len(subject) >= SHORTEST else None
    found = suggestions(
        subject, subject, clock.now(), current_pack(), unit_id=hit.unit_id if hit else None,
        customer_id=hit.customer_id if hit else None,
    ) if len(subject) >= SHORTEST else []  # fmt: skip
    return page("complaints/alike.html", block="alike", suggested=found)
