"""What a major complaint asks for, as forms of the case."""

from saas.web.typed import aware, chosen
from tenants.complaints.alarms import actions
from tenants.complaints.alarms.forms import MeetingForm, NegotiationForm, WarningForm
from tenants.complaints.verb import Verb

VERBS = {
    "warning": Verb(
        "预警报备", "向品质和法务报备", ("warn",), lambda c, p, k, d: WarningForm(d),
        lambda c, f, v, by: actions.warn(c.id, text=f.text.data, version=v, by=by),
        "已预警报备",
    ),
    "meetings": Verb(
        "危机小组会议", "保存会议记录", ("convene", "convene_again"), lambda c, p, k, d: MeetingForm.make(d, c, p),
        lambda c, f, v, by: actions.convene(
            c.id, held_at=aware(f.held_at.data), participants=f.participants.data, decisions=f.decisions.data,
            leader_id=chosen(f.leader_id.data), version=v, by=by,
        ),
        "已保存会议记录",
    ),
    "negotiations": Verb(
        "与客户协商", "保存协商记录", ("negotiate", "negotiate_again"),
        lambda c, p, k, d: NegotiationForm.make(d, c, p),
        lambda c, f, v, by: actions.negotiate(
            c.id, held_at=aware(f.held_at.data), business_id=chosen(f.business_id.data),
            service_id=chosen(f.service_id.data), customer=f.customer.data, outcome=f.outcome.data, version=v,
            by=by,
        ),
        "已保存协商记录",
    ),
}  # fmt: skip
HINTS = {
    "warning.text": "发生了什么、涉及多少人、影响有多大、已采取和准备采取的措施。",
    "meetings.leader_id": "由谁负责到底；被投诉的员工不能担任。",
    "meetings.participants": "例如：王海峰、陈志远、周敏、罗一鸣（法务）",
    "negotiations.business_id": "处理部门一方的经理；双方须是两个人。",
}
ORDER = (
    ("warn", "预警报备", "warning", "siren"),
    ("convene", "记录危机会议", "meetings", "users-round"),
    ("negotiate", "记录协商", "negotiations", "users-round"),
    ("convene_again", "再记危机会议", "meetings", "users-round"),
    ("negotiate_again", "再记协商", "negotiations", "users-round"),
)
