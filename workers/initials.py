"""Names that were written down before their initials were kept are read afterwards, so that letters find them too."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from saas.db import db
from saas.pinyin import initials, sort_key
from tenants.complaints.models import Complaint
from tenants.contacts.models import Contact
from tenants.customers.models import Customer
from tenants.repairs.models import Repair

BATCH = 500  # names of one transaction
LONGEST = 60
NAMED: Sequence[tuple[Any, str, str]] = (
    (Customer, "name", "name_initials"), (Complaint, "reporter", "initials"), (Repair, "reporter", "initials"),
    (Contact, "reporter", "initials"),
)  # fmt: skip
"""Tables, the column of the name, the column of its initials."""


def fill(day: str = "", batch: int = BATCH) -> int:
    """Job `initials.fill`, daily: read what has none yet, `batch` names at a time, each part committed for itself.

    Answers how many there were. What was interrupted goes on with the next run; an index says where nothing is empty.
    """
    del day  # it is for the row's key
    return sum(_read(*named, batch) for named in NAMED)


def _read(model: Any, name: str, letters: str, batch: int) -> int:
    table, done, last = model.__table__, 0, None
    empty = select(table.c.id, table.c[name]).where(table.c[letters] == "", table.c[name] != "").order_by(table.c.id)
    written = update(table).where(table.c.id == bindparam("key"), table.c[letters] == "")
    while rows := db.session.execute(empty.where(*([table.c.id > last] if last else [])).limit(batch)).all():
        read = ((key, said, initials(said)) for key, said in rows)
        found = [{"key": key, **_letters(said, short, letters)} for key, said, short in read if short]
        if found:
            db.session.execute(written, found)
            db.session.commit()
        done, last = done + len(found), rows[-1][0]
    return done


def _letters(name: str, short: str, column: str) -> dict[str, str]:
    read = {column: short[:LONGEST]}
    return {**read, "name_sort": sort_key(name)} if column == "name_initials" else read
