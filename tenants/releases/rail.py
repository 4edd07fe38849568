"""The rail of a release: who wrote, who decided, who must decide now, and what comes afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saas import clock
from saas.approvals.actions import barred_from, rightful
from saas.approvals.deciders import Authority
from saas.approvals.models import Approval, ApprovalStep, Decision
from saas.identity.actor import Actor, Forbidden
from saas.policy import clocks
from saas.policy.pack import Pack
from saas.tenancy.staff import present
from tenants.releases.models import CHANNELS, STATES, Delivery, Release
from tenants.releases.standing import ARRIVED, Standing

OFFLINE = "线下递交"


@dataclass(frozen=True)
class Stop:
    """One stop of the rail; state done, here, wait or back."""

    title: str
    note: str
    state: str
    mark: str
    initial: str = ""
    icon: str = ""


def right_to_decide(approval: Approval | None, by: Actor) -> Authority | None:
    """By which right the reader decides the waiting step; None when they may not."""
    if approval is None or approval.state != "pending" or approval.current is None:
        return None
    try:
        return rightful(approval, approval.current, by)
    except Forbidden:
        return None


def rail(
    release: Release,
    approval: Approval | None,
    standings: Sequence[tuple[Delivery, Standing]],
    pack: Pack,
    right: Authority | None,
    by: Actor,
) -> list[Stop]:
    """The stops; `right` is by which right the reader `by` may decide the waiting step."""
    name = release.author_name
    if approval is None or approval.version != release.version or approval.state in ("voided", "withdrawn"):
        author = Stop(f"经办 {name}", f"第 {release.version} 版，未提交", "here", "起草中", name[:1])
        planned = pack.chains[release.kind].steps_for(frozenset(release.current.flags))
        steps = [Stop(pack.roles.get(s.role, s.role), s.label, "wait", "未到", s.label[:1]) for s in planned]
    else:
        note = f"提交第 {approval.version} 版 {short(approval.submitted_at)}"
        author = Stop(f"经办 {name}", note, "done", "已提交", name[:1])
        steps = [step_of(approval, step, pack, right, by) for step in approval.steps]
    return [author, *steps, _end(release, standings, pack)]


def short(moment: datetime) -> str:
    """11-20 07:40."""
    return f"{clock.local(moment):%m-%d %H:%M}"


def step_of(approval: Approval, step: ApprovalStep, pack: Pack, right: Authority | None, by: Actor) -> Stop:
    """The stop of one step of a submission."""
    role = pack.roles.get(step.role, step.role)
    if step.raised_from:
        role = f"{role}（{pack.roles.get(step.raised_from, step.raised_from)}是经办人或应回避，由上一级决定）"
    made = next((d for d in approval.decisions if d.position == step.position), None)
    if made is not None:
        return _decided(step, made, role)
    if step.state != "waiting":
        return Stop(role, step.label, "wait", "未到" if step.state == "later" else "不再需要", step.label[:1])
    if right is not None:
        of = f"，代{right.principal.name}" if right.principal else ""
        return Stop(f"{step.label} {by.name}（您）", role + of, "here", f"待您{step.label}", by.name[:1])
    people = present(step.role)
    barred = barred_from(approval)
    names = [p.name for p in people if p.id not in barred and step.assigned_to in (None, p.id)]
    return Stop(f"{step.label} {'、'.join(names[:3])}", role, "here", "等待决定", "".join(names)[:1] or step.label[:1])


def _decided(step: ApprovalStep, made: Decision, role: str) -> Stop:
    of = f"，代{made.on_behalf_of_name}" if made.on_behalf_of_name else ""
    back = made.verdict == "returned"
    return Stop(
        f"{step.label} {made.decided_by_name}",
        f"{role}{of} {short(made.decided_at)}",
        "back" if back else "done",
        "退回" if back else "同意",
        made.decided_by_name[:1],
    )


def _end(release: Release, standings: Sequence[tuple[Delivery, Standing]], pack: Pack) -> Stop:
    if not standings and release.handovers:
        return Stop("发布", f"{OFFLINE} {len(release.handovers)} 次", "done", "已送达", icon="send")
    if not standings:
        to = release.current.recipients
        counts = [(label, sum(r.channel == channel for r in to)) for channel, label in CHANNELS.items()]
        where = "、".join(f"{label} {count} 份" for label, count in counts if count) or OFFLINE
        here, held = release.state == "approved", pack.chains[release.kind].held
        waits = "待发布" if held else "待递交"
        return Stop("发布", where, "here" if here else "wait", waits if here else "未到", icon="send")
    arrived = sum(here.word in ARRIVED for _, here in standings)
    note = f"{len(standings)} 份，已送达 {arrived} 份"
    if release.handovers:
        note += f"，{OFFLINE} {len(release.handovers)} 次"
    look = {"delivered": "done", "published": "done", "undelivered": "back"}.get(release.state, "here")
    return Stop("发布", note, look, STATES[release.state][0], icon="send")


def waited(moment: datetime | None) -> str:
    """How long a step has waited: 等待 2 小时 15 分."""
    return clocks.phrase("等待", clock.now() - moment) if moment else ""
