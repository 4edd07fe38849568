"""What the box finds, kind by kind: as many as the list of that kind says for these words, the first few shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from saas import masks
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from saas.web.filters import moment
from tenants.articles import queries as articles
from tenants.articles.models import KINDS as ARTICLES
from tenants.complaints import queries as complaints
from tenants.complaints import states as of_complaints
from tenants.contacts import queries as contacts
from tenants.customers import queries as customers
from tenants.customers.models import RELATIONS
from tenants.receptions import queries as receptions
from tenants.receptions.words import STATES as OF_RECEPTIONS
from tenants.releases import queries as releases
from tenants.releases.models import STATES as OF_RELEASES
from tenants.repairs import queries as repairs
from tenants.repairs import states as of_repairs
from tenants.repairs.wanted import Wanted as WantedRepairs

MOST = 8  # shown of one kind
CUT = 60  # characters of a text

Tag = tuple[str, str]  # words and tone


@dataclass(frozen=True)
class Row:
    """One of what was found: its page, its words with a note below, and what stands beside them."""

    href: str
    words: str
    note: str
    tag: Tag
    cells: Sequence[Any]


@dataclass(frozen=True)
class Group:
    """What was found of one kind, and the address of the list that shows all of it. `more`: not all were counted."""

    title: str
    unit: str
    heads: Sequence[str]
    rows: Sequence[Row]
    total: int
    href: str
    more: bool = False

    @property
    def counted(self) -> str:
        """12 件, 1000 件以上."""
        return f"{self.total} {self.unit}{'以上' if self.more else ''}"


Look = Callable[[str, Actor, Pack], Group]


def homes(words: str, by: Actor, pack: Pack) -> Group:
    """Households and the people in them, by room, name, initials or the end of a number."""
    hits, total = customers.found(words, MOST)
    rows = [
        Row(url_for("customers.show", unit_id=hit.unit_id), hit.label, "", (RELATIONS.get(hit.relation, "空置"), ""),
            (hit.name, hit.phone))
        for hit in hits
    ]  # fmt: skip
    return Group("客户档案", "户", ("房号", "身份", "姓名", "手机"), rows, total, url_for("customers.index", q=words))


def cases(words: str, by: Actor, pack: Pack) -> Group:
    """Complaints, open or closed."""
    found = complaints.listing(complaints.Wanted(view="all", q=words, size=MOST), by)
    rows = [
        Row(url_for("complaints.show", id=row.id), row.subject, row.number, _state(of_complaints, row.state),
            (masks.within(row.room), moment(row.received_at)))
        for row in found.rows
    ]  # fmt: skip
    href = url_for("complaints.index", q=words, view="all")
    return Group("投诉", "件", ("投诉", "状态", "房号", "收到"), rows, found.total, href, found.more)


def orders(words: str, by: Actor, pack: Pack) -> Group:
    """Repairs, open or finished."""
    found = repairs.listing(WantedRepairs(view="all", q=words, size=MOST), by)
    rows = [
        Row(url_for("repairs.show", id=row.id), row.fault, row.number, _state(of_repairs, row.state),
            (masks.within(row.room), moment(row.ordered_at)))
        for row in found.rows
    ]  # fmt: skip
    href = url_for("repairs.index", q=words, view="all")
    return Group("报修", "件", ("报修", "状态", "房号", "报修时间"), rows, found.total, href)


def talks(words: str, by: Actor, pack: Pack) -> Group:
    """Contacts; what is followed up at the desk says where it stands and opens there."""
    found, total = contacts.contacts(contacts.Wanted(q=words), limit=MOST)
    standing = receptions.states_of([each.id for each in found])
    rows = [
        Row(
            url_for("receptions.show", id=each.id) if each.id in standing
            else url_for("contacts.show", contact_id=each.id),
            _short(each.summary), each.number,
            OF_RECEPTIONS[standing[each.id]] if each.id in standing
            else (pack.request_kinds.get(each.request_kind, each.request_kind), ""),
            (each.unit.label if each.unit else masks.within(each.reporter), moment(each.occurred_at)),
        )
        for each in found
    ]  # fmt: skip
    heads = ("内容", "状态", "房号", "沟通时间")
    return Group("沟通记录", "条", heads, rows, total, url_for("contacts.index", q=words))


def letters(words: str, by: Actor, pack: Pack) -> Group:
    """Releases, by their text and recipients too."""
    found, total = releases.register(releases.Wanted(q=words), by, size=MOST, page=1)
    rows = [
        Row(url_for("releases.show", id=each.id), each.title, each.number, OF_RELEASES[each.state][:2],
            (pack.chains[each.kind].title if each.kind in pack.chains else each.kind, moment(each.created_at)))
        for each in found
    ]  # fmt: skip
    heads = ("标题", "状态", "类别", "起草时间")
    return Group("信息发布", "条", heads, rows, total, url_for("releases.index", q=words))


def knowledge(words: str, by: Actor, pack: Pack) -> Group:
    """Articles in force."""
    found, total = articles.listing(articles.Wanted(q=words), limit=MOST)
    rows = [
        Row(url_for("articles.show", id=article.id), version.title, _short(version.body),
            (ARTICLES[article.kind], "blue"), (article.number, f"第 {version.nth} 版"))
        for article, version in found
    ]  # fmt: skip
    heads = ("资料", "类别", "编号", "版本")
    return Group("服务资料", "份", heads, rows, total, url_for("articles.index", q=words))


KINDS: dict[str, Look] = {
    "customers.index": homes, "complaints.index": cases, "repairs.index": orders, "contacts.index": talks,
    "releases.index": letters, "articles.index": knowledge,
}  # fmt: skip
"""By the list whose readers may find it."""


def _state(states: Any, state: str) -> Tag:
    return states.LABELS[state], states.TONES[state]


def _short(text: str) -> str:
    text = masks.within(" ".join(text[: 4 * CUT].split()))
    return text if len(text) <= CUT else text[: CUT - 1] + "…"
