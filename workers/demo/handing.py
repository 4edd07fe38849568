"""What departments handed over in the demonstration: one complaint was answered and is at its end, one was taken up
and answered on the way, one waits."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from saas.db import db
from tenants.complaints import actions as complaints
from tenants.complaints.actions import NewComplaint
from tenants.complaints.models import Complaint
from tenants.complaints.transfers import actions as transfers
from tenants.complaints.transfers import concluding
from tenants.complaints.transfers.models import Transfer
from workers.demo.play import Scene

TAKEN = NewComplaint(
    subject="物业费开票信息有误，两次要求更正未果", category="charges", channel="phone", source="", room="2-1-0901",
    body="来电说发票抬头开成了前业主，已找前台更正过两次，要求本周内重开。", demand="重开发票", reporter="沈文斌",
    phone="13900010021",
)  # fmt: skip
ANSWERED = NewComplaint(
    subject="公司公众号的缴费二维码打不开", category="charges", channel="online", source="", room="1-1-0302",
    body="连续两天提示页面不存在，担心产生滞纳金。", demand="尽快恢复", reporter="何敏", phone="13900010032",
)  # fmt: skip
WAITING = NewComplaint(
    subject="公众号留言：夜间施工噪声没人管",
    category="noise",
    channel="online",
    source="",
    anonymous=True,
    body="连续三晚十点以后还在施工，打项目电话说不归物业管，希望公司给个说法。",
)


def hand_over(scene: Scene, project: str, now: datetime) -> int:
    """All of them, in the head office, about this project; how many. Again it does nothing."""
    brand, officer = scene.crew["brand"], scene.crew["complaint_officer"]
    with scene.at(now):
        if db.session.scalar(select(Transfer.complaint_id).limit(1)) is not None:
            return 0
    then = now - timedelta(hours=26)
    id = _taken(scene, ANSWERED, "brand", project, then)
    with scene.at(then + timedelta(minutes=75)):
        words = "缴费页面已恢复，请您再试；停用期间不计滞纳金。"
        given = concluding.Answered("phone", words, then + timedelta(minutes=70), 4)
        concluding.conclude(id, given, version=_version(id), by=officer)
    then = now - timedelta(hours=3)
    id = _taken(scene, TAKEN, "finance", project, then)
    with scene.at(then + timedelta(minutes=48)):
        words = "您好，发票的事公司已经接手，今天核对后给您准信。"
        complaints.respond(id, kind="first", channel="phone", text=words, version=_version(id), by=officer)
    with scene.at(now - timedelta(minutes=9)):
        transfers.hand_over(WAITING, department="brand", project=project, received_by="公众号值班", by=brand)
    return 3


def _taken(scene: Scene, new: NewComplaint, department: str, project: str, then: datetime) -> UUID:
    """Handed over then and taken up soon."""
    with scene.at(then):
        by = scene.crew[department]
        id = transfers.hand_over(new, department=department, project=project, by=by).id
    with scene.at(then + timedelta(minutes=22)):
        transfers.take(id, version=_version(id), by=scene.crew["complaint_officer"])
    return id


def _version(id: UUID) -> int:
    return db.session.get_one(Complaint, id).version
