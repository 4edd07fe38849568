"""Reading price lists: the one in force, the one under way, all of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from saas import clock
from saas.db import db
from tenants.price_lists.models import Display, PriceLine, PriceList


def in_force(on: date | None = None) -> PriceList | None:
    """The list in force on a day (today): of the approved ones that had begun, the one that began last."""
    day = on or clock.local(clock.now()).date()
    query = (
        select(PriceList)
        .where(PriceList.state == "approved", PriceList.in_force_from <= day)
        .order_by(PriceList.in_force_from.desc(), PriceList.nth.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def under_way() -> PriceList | None:
    """The list that is being drafted or decided, if any."""
    return db.session.scalars(select(PriceList).where(PriceList.state != "approved")).one_or_none()


def find(list_id: UUID) -> PriceList | None:
    """One list with its lines."""
    return db.session.get(PriceList, list_id)


def every_list() -> list[PriceList]:
    """All lists, the newest first, without their lines."""
    query = select(PriceList).options(lazyload(PriceList.lines)).order_by(PriceList.nth.desc())
    return list(db.session.scalars(query.limit(200)))


def displays() -> list[Display]:
    """Where the list is or was displayed, the newest first."""
    return list(db.session.scalars(select(Display).order_by(Display.opened_at.desc(), Display.id).limit(100)))


def grouped(lines: list[PriceLine], groups: dict[str, str]) -> list[tuple[str, list[PriceLine]]]:
    """The lines under the labels of their groups, in the order of the pack; empty groups are left out."""
    codes = dict.fromkeys([*groups, *(line.charge for line in lines)])
    found = [(groups.get(code, code), [line for line in lines if line.charge == code]) for code in codes]
    return [(label, some) for label, some in found if some]
