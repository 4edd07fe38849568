"""What departments handed over in the demonstration: one complaint taken up and answered, one that waits."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from saas.db import db
from tenants.complaints import actions as complaints
from tenants.complaints.actions import NewComplaint
from tenants.complaints.models import Complaint
from tenants.complaints.transfers import actions as transfers
from tenants.complaints.transfers.models import Transfer
from workers.demo.play import Scene

TAKEN = NewComplaint(
    subject="物业费开票信息有误，两次要求更正未果", category="charges", channel="phone", source="", room="2-1-0901",
    body="来电说发票抬头开成了前业主，已找前台更正过两次，要求本周内重开。", demand="重开发票", reporter="沈文斌",
    phone="13900010021",
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
    """Both, in the head office, about this project; how many. Again it does nothing."""
    finance, brand, officer = (scene.crew[role] for role in ("finance", "brand", "complaint_officer"))
    with scene.at(now):
        if db.session.scalar(select(Transfer.complaint_id).limit(1)) is not None:
            return 0
    then = now - timedelta(hours=3)
    with scene.at(then):
        id = transfers.hand_over(TAKEN, department="finance", project=project, by=finance).id
    with scene.at(then + timedelta(minutes=22)):
        transfers.take(id, version=_version(id), by=officer)
    with scene.at(then + timedelta(minutes=48)):
        words = "您好，发票的事公司已经接手，今天核对后给您准信。"
        complaints.respond(id, kind="first", channel="phone", text=words, version=_version(id), by=officer)
    with scene.at(now - timedelta(minutes=9)):
        transfers.hand_over(WAITING, department="brand", project=project, received_by="公众号值班", by=brand)
    return 2


def _version(id: UUID) -> int:
    return db.session.get_one(Complaint, id).version
