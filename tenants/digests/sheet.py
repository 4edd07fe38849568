"""A digest on paper, and as a workbook."""

from saas import clock
from saas.db import db
from saas.documents.models import Document
from saas.events import record
from saas.identity.actor import Actor
from saas.pdf.sheet import fill
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.sheets import write
from saas.tenancy.staff import Profile
from tenants.digests import tables
from tenants.digests.models import Digest, DigestPaper
from tenants.digests.words import CALLBACKS, TITLES, WEEKLY, Days, title


def html(document: Document) -> str:
    """The sheet of the digest that this document was asked for. Raises NoResultFound when it is gone."""
    digest = db.session.get_one(Digest, db.session.get_one(DigestPaper, document.id).digest_id)
    profile, days = db.session.get_one(Profile, True), Days(digest.begins, digest.ends)
    pack = pack_on(days.begin)
    return fill(
        "pdf/digest.html", name=TITLES[digest.kind], days=days, company=profile.company, project=profile.project,
        taken_at=digest.taken_at, printed_at=document.requested_at,
        note="" if digest.kind == CALLBACKS else tables.NOTE,
        parts=parts(digest.kind, digest.figures, pack),
    )  # fmt: skip


def parts(kind: str, figures: dict[str, object], pack: Pack) -> list[tables.Plain]:
    """(title, heads, rows) of every table of a digest, in words."""
    if kind == CALLBACKS:
        return tables.callback_tables(figures, pack)
    return [
        (each.title, (tables.DIMENSIONS.get(each.dimension, ""), *each.heads),
         [(line.label, *(cell.words for cell in line.cells)) for line in each.lines])
        for each in tables.tables(figures, pack, kind == WEEKLY)
    ]  # fmt: skip


def workbook(kind: str, days: Days, figures: dict[str, object], subject: Digest | None, *, by: Actor) -> bytes:
    """The tables below each other as .xlsx; taking it is an event (B10)."""
    now = clock.now()
    found = parts(kind, figures, pack_on(days.begin))
    width = max(len(heads) for _, heads, _ in found)
    rows: list[list[object]] = []
    for part, heads, lines in found:
        rows.append([part, *heads])
        rows += [["", *map(_number, line)] for line in lines]
        rows.append([])
    when = f"{clock.local(now):%Y-%m-%d %H:%M}"
    watermark = f"{by.name} 于 {when} 导出：{title(kind, days)}。仅供内部使用。"
    if subject is not None:
        record("digest.exported", subject, by, kind=kind)
    return write(rows, ["表", *("" for _ in range(width))], TITLES[kind], watermark=watermark)


def _number(words: str) -> object:
    """A count as a number that a spreadsheet can add up; anything else as it is read."""
    plain = words.replace(",", "")
    return int(plain) if plain.isdecimal() else words
