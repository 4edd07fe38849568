"""What the price lists of a period show: each in force was on display (C8)."""

from sqlalchemy import DateTime, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from saas import clock
from saas.policy.evidence import MET, OPEN, Question, Rows, Source
from tenants.price_lists.models import Display, PriceList


def displayed(asked: Question) -> Rows:
    """The lists in force in the period: displayed while they were, or missed from the day they came into force."""
    later, local = aliased(PriceList), clock.CN.key
    begins = func.timezone(local, cast(PriceList.in_force_from, DateTime))
    ends = (
        select(func.timezone(local, cast(func.min(later.in_force_from), DateTime)))
        .where(later.state == "approved", later.nth > PriceList.nth)
        .scalar_subquery()
    )
    since, until = func.greatest(begins, asked.begin), func.least(func.coalesce(ends, asked.end), asked.end)
    shown = (
        select(Display.id)
        .where(Display.opened_at < until, or_(Display.closed_at.is_(None), Display.closed_at > since))
        .exists()
    )
    label = PriceList.title + func.concat("（第 ", PriceList.nth, " 版）")
    about = begins < asked.end, or_(ends.is_(None), ends > asked.begin)
    rows = select(
        PriceList.id, label.label("label"), since.label("at"), case((shown, MET), else_=OPEN).label("verdict"),
        (since + func.make_interval(0, 0, 0, 1)).label("due"),
    ).where(PriceList.state == "approved", *about)  # fmt: skip
    return Rows(rows.where(begins < func.coalesce(ends, asked.end + (asked.end - asked.begin))), "price_lists.show")


EVIDENCE = {"price_lists.displayed": Source(displayed, ("price_lists", "price_displays"))}
