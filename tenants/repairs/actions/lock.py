"""Taking hold of a repair: one writer at a time, and only of the version that was shown."""

from uuid import UUID

from sqlalchemy import select

from saas.db import db
from saas.problem import Conflict
from tenants.repairs import states
from tenants.repairs.models import Repair


class Gone(LookupError):
    """No such repair in this tenant."""


def hold(repair_id: UUID, version: int | None, *, ended: bool = False) -> Repair:
    """The repair, locked for this transaction, its version moved on; `ended` ones only where that is meant.

    Raises Gone, Conflict when it was changed meanwhile, and when it has ended or, with `ended`, is not finished.
    """
    query = select(Repair).where(Repair.id == repair_id).with_for_update()
    repair = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if repair is None:
        raise Gone(repair_id)
    if version is not None and repair.version != version:
        raise Conflict("这张维修单刚被别人改过，请查看最新情况后再提交")
    if ended and repair.state != states.FINISHED:
        raise Conflict("完工之后才能办理这一步")
    if not ended and repair.state in states.ENDED:
        raise Conflict(f"这张维修单{states.LABELS[repair.state]}，不能再改动")
    repair.version += 1
    return repair
