"""The exported repairs as a workbook: masked, with a watermark that says who took it and what for (B10)."""

from saas import masks
from saas.bulk_runs import Outcome
from saas.policy.pack import Pack
from saas.sheets import write
from tenants.repairs import states
from tenants.repairs.models import Repair
from tenants.repairs.rules import rules_of

HEADER = (
    "编号", "故障", "房号或地点", "报修人", "专长", "紧急程度", "状态", "报修时间", "约定上门", "最晚到场", "维修",
    "完工时间",
)  # fmt: skip


def workbook(outcome: Outcome, pack: Pack) -> bytes:
    """The .xlsx of what a run exported."""
    rows = [_row(each.subject, pack) for each in outcome.results if each.done and each.subject]
    return write(rows, HEADER, "报修", watermark=outcome.run.watermark)


def _row(repair: Repair, pack: Pack) -> list[object]:
    rules = rules_of(pack)
    return [
        repair.number, masks.within(repair.fault), masks.within(repair.room), masks.name(repair.reporter),
        rules.skills.get(repair.skill, repair.skill), rules.urgencies.get(repair.urgency, repair.urgency),
        states.LABELS[repair.state], repair.ordered_at, repair.appointed_from, repair.due_at, repair.goes,
        repair.finished_at,
    ]  # fmt: skip
