"""Which steps of a case are offered as links, in which order, and what their forms say beside a field."""

from tenants.complaints.alarms import verbs as alarms
from tenants.complaints.compensations import verbs as compensations
from tenants.complaints.course import Next
from tenants.complaints.investigations import verbs as investigations
from tenants.complaints.reopenings import verbs as reopenings
from tenants.complaints.repeats import verbs as repeats
from tenants.complaints.transfers import verbs as transfers

HINTS = {
    "responses.text": "可直接使用规程的标准用语；当面或电话回应本人的，同时算作已联系投诉人。",
    "judgement.complained_about": "被投诉的员工不能经办、审批和回访这件投诉。",
    "judgement.reason": "为什么这样判定；不受理的，须据此答复客户。",
    "assignment.department": "答复客户由客服办理，不由处理部门办理。",
    "solutions.text": "原因、措施、完成时间、责任人。",
    "callbacks.signature": "上门回访请客户在框里签名；电话回访不用。",
    "callbacks.signed": "签在纸面回访单上的才勾选。",
    "callbacks.opinion": "照客户原话记录。",
    "callbacks.matter": "提出新问题时填写；到答应的那天会提醒您，答复以前不能办结。",
    "closure.no_reply": "有书面答复的，先审批并送达。",
    "pauses.reason": "同意后才停表，恢复后剩余时间不变。",
    "judgement.ground": "判为重大的必选：立即通知部门负责人和总经理，24 小时内预警报备。",
    "reply.compensations": "选中的会写进正文，批准前的不能写入。",
    **investigations.HINTS, **compensations.HINTS, **alarms.HINTS, **repeats.HINTS, **reopenings.HINTS,
    **transfers.HINTS,
}  # fmt: skip
ORDER = (
    transfers.ORDER[0],
    ("respond", "记录首次回应", "responses", "phone"),
    ("contact", "联系投诉人", "responses", "phone"),
    transfers.ORDER[1],
    ("judge", "判定", "judgement", "scale"),
    *alarms.ORDER[:3],
    ("propose", "提交处理方案", "solutions", "send"),
    investigations.ORDER[0],
    ("handle", "登记处理完毕", "handling", "check"),
    compensations.ORDER[0],
    ("call_back", "记录回访", "callbacks", "phone"),
    ("assign", "指派", "assignment", "corner-up-right"),
    ("reply", "起草答复", "reply", "file-text"),
    ("close", "办结", "closure", "check"),
    *alarms.ORDER[3:], *investigations.ORDER[1:], compensations.ORDER[1], *repeats.ORDER, *reopenings.ORDER,
    ("call_back_again", "记录回访", "callbacks", "phone"),
    ("reassign", "改派", "assignment", "corner-up-right"),
    ("rejudge", "改判", "judgement", "scale"),
    ("report", "向品质反馈结果", "result", "send"),
    ("answer_matter", "答复回访中的问题", "matter", "phone"),
    ("check", "检查回访", "check", "stamp"),
    ("arrange", "安排回访", "arrangement", "calendar-clock"),
    ("pause", "申请暂停计时", "pauses", "pause"),
    ("exempt", "公开信或复函代替回访", "exemption", "file-text"),
    ("answer_for", "责任认定", "responsibility", "scale"),
)  # fmt: skip


def acts(offered: Next) -> list[tuple[str, str, str, str]]:
    """(label, verb, tone, icon) of what may be done now, the most urgent first."""
    open_now = [(label, verb, icon) for flag, label, verb, icon in ORDER if flag in offered]
    return [(label, verb, "pri" if n == 0 else "", icon) for n, (label, verb, icon) in enumerate(open_now)]
