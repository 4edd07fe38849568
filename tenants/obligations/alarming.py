"""A major complaint is told at once, and its warning reaches quality and legal (D9)."""

from collections.abc import Iterable
from uuid import UUID

from saas import clock, masks
from saas.db import db
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from tenants.complaints.alarms.actions import note_reached
from tenants.complaints.alarms.models import TOLD, WARNED, Alarm, Warned
from tenants.complaints.models import Complaint
from tenants.obligations.actions import Notice, remind
from tenants.obligations.clauses import OF_CASES, cited, clause_of
from tenants.obligations.models import ALARM
from tenants.obligations.recipients import holding
from tenants.obligations.words import path_of


def raised(alarm_id: UUID) -> list[UUID]:
    """Tell the head of the department and who the pack names; the clock of telling is met by whoever is reached."""
    alarm, complaint, pack = _read(alarm_id)
    if alarm.lifted_at is not None:
        return []
    department = pack.departments.get(complaint.department)
    head = (department.head if department else "") or "project_manager"
    ground = pack.alarm.grounds.get(alarm.ground, alarm.ground)
    words = f"{ground}：{alarm.words}（{alarm.raised_by_name}判定）" if alarm.words else ground
    return _tell(alarm, complaint, pack, TOLD, (head, *pack.alarm.told), "重大投诉：", words)


def warned(alarm_id: UUID) -> list[UUID]:
    """Give the warning to who the pack names."""
    alarm, complaint, pack = _read(alarm_id)
    text = db.session.get_one(Warned, alarm_id).text
    return _tell(alarm, complaint, pack, WARNED, pack.alarm.warned, "预警报备：", text)


def _read(alarm_id: UUID) -> tuple[Alarm, Complaint, Pack]:
    alarm = db.session.get_one(Alarm, alarm_id)
    complaint = db.session.get_one(Complaint, alarm.complaint_id)
    return alarm, complaint, pack_on(complaint.received_at)


def _tell(
    alarm: Alarm, complaint: Complaint, pack: Pack, purpose: str, roles: Iterable[str], title: str, words: str
) -> list[UUID]:
    people = {person for role in roles for person in holding(role, pack, complaint.barred)}
    clause = clause_of(pack_on(clock.now()), OF_CASES, "told" if purpose == TOLD else "warning")
    notice = Notice(
        kind=ALARM, subject_type="complaints", subject_id=complaint.id, stage=purpose,
        occasion=f"{purpose} {alarm.nth}", title=title + complaint.title, words=masks.within(words[:1000]),
        path=path_of("complaints", complaint.id), clause=cited(clause),
    )  # fmt: skip
    told = remind(notice, people)
    note_reached(alarm, purpose, people)
    return told
