"""Write a release down, version by version; every version is kept (H3)."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from saas import clock
from saas.approvals import actions as approvals
from saas.approvals.content import content_hash
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor, Forbidden
from saas.mail import address
from saas.numbers import next_number
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Profile
from tenants.releases import access
from tenants.releases.holding import SUBJECT, held, kinds, lock, not_held, only_author, regulation
from tenants.releases.models import BY_HAND, CHANNELS, EMAIL, PUBLIC_PAGE, Recipient, Release, ReleaseVersion
from tenants.releases.text import BODY_MAX, TITLE_MAX, signature, tidy


@dataclass(frozen=True)
class To:
    """A recipient as written down: channel, name, e-mail address, and which customer it is."""

    channel: str
    name: str
    address: str = ""
    customer_id: UUID | None = None


REPLY = "reply_letter"
"""The kind of every answer to a case (D8)."""
FIELDS = {EMAIL: "emails", PUBLIC_PAGE: "on_page"}
"""Where the form of a letter asks about a channel."""
ON_PAGE = To(PUBLIC_PAGE, "公开页")


def draft_reply(
    *,
    subject_type: str,
    subject_id: UUID,
    title: str,
    body: str,
    recipient_customer_id: UUID | None,
    recipient_name: str,
    recipient_email: str,
    by: Actor,
    barred: Collection[UUID] = (),
) -> Release:
    """Draft the letter that answers a case (D8): it gets a public page, and a mail when there is an address.

    The `barred`, whom the case is about, neither write nor decide it (D4).
    """
    to = [ON_PAGE]
    if recipient_email.strip():
        to.append(To(EMAIL, recipient_name, recipient_email, recipient_customer_id))
    return draft(
        kind=REPLY, title=title, body=body, to=to, by=by, subject_type=subject_type, subject_id=subject_id,
        barred=barred,
    )  # fmt: skip


def draft(
    *,
    kind: str,
    title: str,
    body: str,
    to: Sequence[To],
    by: Actor,
    flags: Iterable[str] = (),
    subject_type: str | None = None,
    subject_id: UUID | None = None,
    barred: Collection[UUID] = (),
) -> Release:
    """Write a new release down.

    Raises Problem for an unknown kind, a channel that its chain does not decide about (H2), an empty or too long text,
    a bad address. What answers a case is a reply letter; what goes with a record is written by `covering.cover`.
    """
    if subject_type is not None and kind != REPLY:
        raise Problem("答复客户须用复函", "kind")
    if held(kind):
        raise Problem("这类信息随所附的记录起草，请到那里起草和提交", "kind")
    return begin(
        kind=kind, title=title, body=body, to=to, by=by, flags=flags, subject_type=subject_type, subject_id=subject_id,
        barred=barred,
    )  # fmt: skip


def begin(
    *,
    kind: str,
    title: str,
    body: str,
    to: Sequence[To],
    by: Actor,
    flags: Iterable[str] = (),
    subject_type: str | None = None,
    subject_id: UUID | None = None,
    barred: Collection[UUID] = (),
) -> Release:
    """The first version of a release of any kind. Raises Forbidden and what `draft` raises."""
    if by.id is None or not by.has(*access.WRITERS):
        raise Forbidden("您没有起草对外信息的权限")
    if by.id in barred:
        raise Forbidden("这件事与您本人有关，按规程应回避，请由其他同事起草")
    now = clock.now()
    to = clean(to, kind)
    release = Release(
        number=next_number(f"FB-{clock.local(now):%Y}", 4),
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        title="",
        version=1,
        state="draft",
        author_id=by.id,
        author_name=by.name,
        barred=sorted(set(barred)),
        token=secrets.token_urlsafe(24),
        created_at=now,
        changed_at=now,
    )
    version = _written(release, title, body, to, flags, by)
    release.title = version.title
    _store(release, version, to)
    record("release.drafted", release, by, number=release.number, kind=kind, title=release.title)
    return release


def edit(
    release_id: UUID, *, title: str, body: str, to: Sequence[To], flags: Iterable[str] = (), version: int, by: Actor
) -> Release:
    """Write the next version; whatever was decided on the earlier one is void (H3).

    Raises Conflict when `version` is no longer the current one or something was already sent, Forbidden for others than
    the author, Problem for a bad text. Nothing happens when nothing changed.
    """
    release = lock(release_id)
    only_author(release, by)
    not_held(release)
    if release.version != version:
        raise Conflict("这份草稿已有更新的版本，请刷新后再修改")
    return rewrite(release, title=title, body=body, to=to, flags=flags, by=by)


def rewrite(
    release: Release, *, title: str, body: str, to: Sequence[To], flags: Iterable[str] = (), by: Actor
) -> Release:
    """The next version of a release that was locked; nothing when nothing changed. Raises Conflict once it went out."""
    if not release.editable:
        raise Conflict("已开始发布，不能再修改。需要更正时请另发一份")
    to = clean(to, release.kind)
    before = release.current
    written = _written(release, title, body, to, flags, by)
    if written.content_hash == before.content_hash:
        return release
    written.version = release.version + 1
    voided = approvals.void(SUBJECT, release.id)
    _store(release, written, to)
    release.title, release.version, release.state = written.title, written.version, "draft"
    release.changed_at = clock.now()
    record("release.edited", release, by, version=written.version, voided=[str(a.id) for a in voided])
    return release


def _written(
    release: Release, title: str, body: str, to: Sequence[To], flags: Iterable[str], by: Actor
) -> ReleaseVersion:
    """A version of this text, checked. Raises Problem."""
    title, body = " ".join(tidy(title).split()), tidy(body)
    known = regulation()
    marked = sorted(set(flags))
    if not title or len(title) > TITLE_MAX:
        raise Problem(f"请填写标题，最多 {TITLE_MAX} 字" if not title else f"标题最多 {TITLE_MAX} 字", "title")
    if not body or len(body) > BODY_MAX:
        raise Problem("请填写正文" if not body else f"正文最多 {BODY_MAX} 字", "body")
    if any(flag not in known.flags for flag in marked):
        raise Problem("请选择有效的标记", "flags")
    signed_by = signature(db.session.get_one(Profile, True))
    fingerprint = content_hash(release.kind, title, body, signed_by, marked, sorted((t.channel, t.address) for t in to))
    return ReleaseVersion(
        version=1,
        title=title,
        body=body,
        signed_by=signed_by,
        flags=marked,
        content_hash=fingerprint,
        written_by=by.id,
        written_by_name=by.name,
        written_at=clock.now(),
    )


def clean(to: Sequence[To], kind: str) -> list[To]:
    """Recipients with their addresses as they will be used, each once. Raises Problem for a bad one, and for a channel
    that another chain decides about (H2)."""
    if kind not in kinds(regulation()) and not held(kind):
        raise Problem("请选择信息类别", "kind")
    chain = regulation().chains[kind]
    found: dict[tuple[str, str], To] = {}
    for each in to:
        if each.channel not in CHANNELS:
            raise Problem("请选择有效的发布渠道", "channels")
        if each.channel not in chain.channels:
            field = FIELDS[each.channel]
            raise Problem(f"{chain.title}不能用{CHANNELS[each.channel]}发出，请改用其他渠道或类别", field)
        spec = ""
        if each.channel == EMAIL:
            try:
                spec = address(each.address.strip())[1]
            except ValueError:
                raise Problem("收件邮箱应像 name@example.com，每行一个", "emails") from None
        found.setdefault((each.channel, spec), replace(each, address=spec, name=each.name.strip()[:60] or "客户"))
    if not found and BY_HAND not in chain.channels:
        raise Problem(f"{chain.title}不能线下递交，请选择发布渠道", FIELDS[PUBLIC_PAGE])
    return list(found.values())


def _store(release: Release, version: ReleaseVersion, to: Sequence[To]) -> None:
    db.session.add(release)
    db.session.flush()
    version.release_id = release.id
    db.session.add(version)
    db.session.flush()
    db.session.add_all(
        Recipient(
            release_id=release.id,
            version=version.version,
            channel=each.channel,
            customer_id=each.customer_id,
            name=each.name,
            address=each.address,
        )
        for each in to
    )
    db.session.flush()
