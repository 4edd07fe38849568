"""The clocks at the top of a complaint."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saas import clock, masks
from saas.policy import clocks
from saas.policy.pack import Pack
from tenants.complaints import stages, states
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint, Stage


@dataclass(frozen=True)
class ShownStage:
    """A clock in the bar at the top."""

    label: str
    words: str
    note: str
    tone: str
    fraction: float
    current: bool


def bar(complaint: Complaint, pack: Pack, pause: Pause | None) -> list[ShownStage]:
    """受理, then every clock in the order of the pack; the latest round of each."""
    now, shown = stages.as_of(pause), [ShownStage("受理", "", _at(complaint.received_at), "green", 1, False)]
    latest = {stage.stage: stage for stage in sorted(complaint.stages, key=lambda s: s.round)}
    for code, known in pack.clocks.items():
        stage = latest.get(code)
        if stage is None:
            if known.starts == stages.HANDLED and complaint.reachable and complaint.state != states.CLOSED:
                shown.append(ShownStage(known.label, "", f"处理完毕后 {known.limit}内", "gray", 0, False))
            continue
        shown.append(_stage(stage, known.label, known.limit, stage.id == _next(complaint), pause, now))
    return shown


def _stage(stage: Stage, label: str, limit: str, current: bool, pause: Pause | None, now: datetime) -> ShownStage:
    tail = "，暂定" if stage.provisional and stage.running else ""
    if stage.dropped_at:
        return ShownStage(label, "不再需要", f"时限 {limit}", "gray", 0, False)
    if stage.met_at:
        took = clocks.words(stage.met_at - stage.started_at)
        if stage.met_at <= stage.due_at:
            return ShownStage(label, took, f"时限 {limit}，按时", "green", 1, False)
        late = clocks.phrase("逾期", stage.met_at - stage.due_at)
        return ShownStage(label, late, f"{_at(stage.met_at)} 完成，时限 {limit}", "red", 1, False)
    if pause and stage.due_at >= now:
        return ShownStage(label, "计时暂停", f"原因：{masks.within(pause.reason)[:40]}", "gray", 0.5, current)
    due = clocks.Due(stage.due_at, stage.warn_at, stage.provisional)
    words = clocks.remaining(stage.due_at, now)
    if (state := due.state(now)) == "late":
        return ShownStage(label, words, f"应于 {_at(stage.due_at)}（{limit}）{tail}", "red", 1, current)
    tone = "amber" if state == "soon" else "blue"
    part = clocks.progress(stage.started_at, stage.due_at, now)
    return ShownStage(label, words, f"{_at(stage.due_at)} 前（{limit}）{tail}", tone, part, current)


def _next(complaint: Complaint) -> UUID | None:
    running = min((s for s in complaint.stages if s.running), key=lambda s: s.due_at, default=None)
    return running.id if running else None


def _at(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"


def late_tag(complaint: Complaint, pack: Pack, pause: Pause | None) -> str:
    """方案逾期, or nothing; a clock missed before the pause that runs was missed."""
    if complaint.next_due_at is None or complaint.next_due_at >= stages.as_of(pause) or complaint.next_stage is None:
        return ""
    known = pack.clocks.get(complaint.next_stage)
    return f"{known.label if known else complaint.next_stage}逾期"
