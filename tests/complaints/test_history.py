"""经过: each event in words; reminders in a row are one entry."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from saas.db import db
from saas.events import Event
from saas.policy.loader import pack
from tenants.complaints.history import told
from tests.complaints.conftest import Yard

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


def reminder(hours_ago: int, who: str = "周敏") -> Event:
    """As `tenants.obligations` records it."""
    return Event(
        id=uuid4(), name="reminder.raised", subject_type="complaints", subject_id=uuid4(), actor_name="系统",
        data={"told": [who], "words": f"应于 {hours_ago} 小时前首次回应", "kind": "late", "stage": "first_response"},
        occurred_at=NINE - timedelta(hours=hours_ago),
    )  # fmt: skip


def resumed() -> Event:
    return Event(name="complaint.resumed", actor_name="林晓燕", data={}, occurred_at=NINE)


@pytest.mark.rule("R2")
def test_reminders_in_a_row_are_one_entry_that_opens() -> None:
    (entry,) = told([reminder(0), reminder(3, "陈志远"), reminder(5)], pack("property"))
    assert (entry.mark, entry.at) == ("提醒 3 次", NINE)
    assert entry.meta == "最近一次已提醒周敏：应于 0 小时前首次回应"
    assert [(each.mark, each.at) for each in entry.each] == [
        ("已提醒周敏", NINE), ("已提醒陈志远", NINE - timedelta(hours=3)), ("已提醒周敏", NINE - timedelta(hours=5)),
    ]  # fmt: skip


def test_what_happened_between_reminders_keeps_them_apart() -> None:
    entries = told([reminder(0), resumed(), reminder(1), reminder(2)], pack("property"))
    assert [each.mark for each in entries] == ["已提醒周敏", "恢复计时", "提醒 2 次"]
    assert entries[0].each == ()
    assert told([], pack("property")) == []


@pytest.mark.rule("R2")
def test_the_page_folds_them(yard: Yard) -> None:
    complaint = yard.register()
    with yard.place.inside():
        for hours in range(6):
            event = reminder(hours)
            event.subject_id = complaint
            db.session.add(event)
        db.session.commit()
    shown = yard.steward.get(f"complaints/{complaint}").text
    assert shown.count("提醒 6 次") == 2  # the entry, and what its button opens
    assert shown.count("逐次查看") == 1
    assert shown.count("小时前首次回应") == 7
