"""What the page of a release is made of."""

from typing import Any
from uuid import UUID

from saas import clock, qr
from saas.approvals.models import Approval
from saas.events import timeline
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.tenancy.staff import present
from tenants.releases import queries
from tenants.releases.access import WRITERS
from tenants.releases.delivery import public_url
from tenants.releases.difference import compare
from tenants.releases.models import CHANNELS, EMAIL, HELD, PUBLIC_PAGE, STATES, WAYS, Release
from tenants.releases.rail import rail, right_to_decide, short, waited
from tenants.releases.record import entries
from tenants.releases.revealing import passages
from tenants.releases.standing import WORDS
from tenants.releases.text import checks, is_salutation, paragraphs


def context(release: Release, by: Actor, pack: Pack, *, plain: bool) -> dict[str, Any]:
    """Everything that templates/releases/show.html draws; `plain` leaves out what changed."""
    current, standings = release.current, queries.standings(release)
    submissions = queries.submissions(release)
    approval = submissions[0] if submissions else None
    chain = pack.chains[release.kind]
    author = approval.author_id if chain.held and approval else release.author_id
    right = right_to_decide(approval, by)
    step = approval.current if approval else None
    before = release.versions[-2] if len(release.versions) > 1 and not plain else None
    pieces, places = compare(paragraphs(before.body) if before else paragraphs(current.body), paragraphs(current.body))
    names = {person.id: person.name for person in present()}
    events, hold = timeline(release), queries.open_hold(release) if release.state == HELD else None
    phone = queries.profile().service_phone
    checked = checks(current.title, current.body, current.signed_by, list(names.values()), phone)
    copies = queries.copies(approval) if approval else []
    published = any(d.channel == PUBLIC_PAGE and here.word == "accepted" for d, here in standings)
    return {
        "release": release, "current": current, "kind": chain.title, "state": STATES[release.state],
        "flags": [pack.flags[f] for f in current.flags if f in pack.flags], "approval": approval, "right": right,
        "step": step,
        "waited": waited(step.waiting_since) if step else "",
        "rail": rail(release, approval, standings, pack, right, by),
        "pieces": pieces, "places": places, "before": before, "versions": len(release.versions),
        "is_salutation": is_salutation,
        "checks": checked, "ticks": [(c.state, c.words) for c in checked], "channel_rows": _channels(release, pack),
        "copy_rows": [(name, f"已阅 {short(c.seen_at)}" if c.seen_at else "未阅") for c, name in copies],
        "entries": entries(events, names), "standings": standings, "words": WORDS,
        "channels": CHANNELS,
        "held": chain.held, "after": _after(approval, release, pack), "is_author": author == by.id,
        "may_resolve": by.has(*WRITERS),
        "others": _others(approval, by) if right else [], "copies": copies,
        "colleagues": [(id, name) for id, name in names.items() if id != by.id] if author == by.id else [],
        "unread_copy": any(c.staff_id == by.id and c.seen_at is None for c, _ in copies),
        "link": public_url(release) if published else "", "code": qr.svg(public_url(release)) if published else "",
        "may_reveal": by.has(*WRITERS) and by.id not in release.barred and bool(passages(events)),
        "judges": "、".join(pack.roles[role] for role in pack.complaint_roles.judges),
        "hold": hold, "may_decide_hold": hold is not None and _decides_hold(release, by, pack),
        "sealed": release.state not in ("draft", "in_review", "returned"),
        "handovers": release.handovers, "ways": list(WAYS.items()), "way_words": WAYS,
        "may_hand_over": by.has(*WRITERS) and approval is not None and approval.state == "approved" and hold is None
        and not (chain.held and release.editable),
        "handed_at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}",
        "dated": dated(release, approval), "clauses": [c for c in pack.clauses.values() if c.chain == release.kind],
    }  # fmt: skip


def _decides_hold(release: Release, by: Actor, pack: Pack) -> bool:
    return by.has(*pack.complaint_roles.judges) and by.id not in release.barred


def dated(release: Release, approval: Approval | None) -> str:
    """The date under a letter: when it was approved, or today while it is not: 2026 年 11 月 20 日."""
    ended = approval.ended_at if approval and approval.state == "approved" else None
    there = clock.local(ended or clock.now())
    return f"{there.year} 年 {there.month} 月 {there.day} 日"


def _after(approval: Approval | None, release: Release, pack: Pack) -> str:
    """What follows when the waiting step is approved."""
    if approval is None or approval.current is None:
        return ""
    following = [s for s in approval.steps if s.position > approval.current.position]
    if following:
        return f"送{following[0].label}"
    if pack.chains[release.kind].held:
        return "批准，等待发布"
    return "开始发布" if release.current.recipients else "批准线下递交"


def _others(approval: Approval | None, by: Actor) -> list[tuple[UUID, str]]:
    """To whom the waiting step could be handed."""
    if approval is None or approval.current is None:
        return []
    people = present(approval.current.role)
    return [(p.id, p.name) for p in people if p.id not in (by.id, approval.author_id)]


def _when(release: Release, pack: Pack) -> str:
    if pack.chains[release.kind].held:
        return "批准后由人发布"
    return "批准后立即发出" if release.current.recipients else "批准后线下递交"


def _channels(release: Release, pack: Pack) -> list[tuple[str, str]]:
    """Which channels the current version takes, in words."""
    to = release.current.recipients
    mails = sum(r.channel == EMAIL for r in to)
    page = any(r.channel == PUBLIC_PAGE for r in to)
    return [
        (CHANNELS[EMAIL], f"{mails} 位收件人" if mails else "不发"),
        (CHANNELS[PUBLIC_PAGE], f"带二维码，保留 {pack.settings.public_for.days} 天" if page else "不公开"),
        ("时间", _when(release, pack)),
    ]
