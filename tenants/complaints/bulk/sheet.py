"""The exported cases as a workbook: masked, with a watermark that says who took it and what for (B10)."""

from saas import masks
from saas.bulk_runs import Outcome
from saas.policy.pack import Pack
from saas.sheets import write
from tenants.complaints import states
from tenants.complaints.models import Complaint

HEADER = ("编号", "标题", "房号", "投诉人", "类别", "等级", "状态", "收到时间", "下一时限", "经办人")


def workbook(outcome: Outcome, pack: Pack) -> bytes:
    """The .xlsx of what a run exported."""
    rows = [_row(each.subject, pack) for each in outcome.results if each.done and each.subject]
    return write(rows, HEADER, "投诉", watermark=outcome.run.watermark)


def _row(complaint: Complaint, pack: Pack) -> list[object]:
    level = pack.severities.get(complaint.severity)
    return [
        complaint.number, complaint.subject, masks.within(complaint.room),
        "匿名" if complaint.anonymous else masks.name(complaint.reporter),
        pack.categories.get(complaint.category, complaint.category), level.label if level else complaint.severity,
        states.LABELS[complaint.state], complaint.received_at, complaint.next_due_at,
        complaint.handler.name if complaint.handler else "",
    ]  # fmt: skip
