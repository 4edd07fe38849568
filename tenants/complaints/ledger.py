"""The ledger of past messages and replies that a company brings along on its first day (B13, D2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from hashlib import sha256

from saas import clock
from saas.sheets import Column, Record, Row, RowError, SheetError, Value, find_header, guess, require, text
from saas.sheets.cells import line, moment, paragraphs

COLUMNS = (
    Column("source_id", "留言编号", ("编号", "工单编号", "投诉编号", "单号", "序号", "ID")),
    Column("reporter_code", "留言用户", ("用户", "留言人", "投诉人", "客户", "业主", "姓名", "房号")),
    Column("subject", "留言主题", ("主题", "标题", "投诉主题", "事由")),
    Column("received_at", "留言时间", ("投诉时间", "受理时间", "登记时间", "提交时间", "时间", "日期"), required=True),
    Column("body", "留言详情", ("留言内容", "投诉内容", "内容", "详情", "问题描述", "反映内容"), required=True),
    Column("reply", "答复意见", ("答复内容", "回复内容", "处理结果", "处理意见", "回复", "答复")),
    Column("replied_at", "答复时间", ("回复时间", "办结时间", "处理时间", "完成时间")),
)
_STAND_IN = 30  # characters of the text that stand in for a missing subject


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One past message. Times are aware, in Shanghai; `raw` is the row as it came, by its own headers, fit for JSON."""

    number: int
    source_id: str
    reporter_code: str
    subject: str
    received_at: datetime
    body: str
    reply: str
    replied_at: datetime | None
    raw: dict[str, object]
    warnings: tuple[str, ...] = ()


def guess_mapping(header: Sequence[Value]) -> dict[str, int]:
    """Field → column from 0, as far as the headers tell. Override it by `{**guess_mapping(header), "reply": 5}`."""
    return guess(header, COLUMNS)


def header(rows: Iterator[Row]) -> tuple[Row, Iterator[Row]]:
    """The header and the rows below it. A foreign one, to be mapped by hand, is the first with two texts."""
    return find_header(rows, COLUMNS, foreign=True)


def parse(rows: Iterator[Row], mapping: Mapping[str, int] | None = None) -> Iterator[LedgerRow | RowError]:
    """Every row below the header, as a message or as an error that names what to change (B13).

    `mapping` None: as guessed. SheetError for a mapping that lacks a required field, names a column twice or one
    that is not there, besides those of `saas.sheets.read`.
    """
    head, rows = header(rows)
    found = dict(guess_mapping(head.values) if mapping is None else mapping)
    _check(found, len(head.values))
    titles = _titles(head)
    seen: dict[str, int] = {}
    for row in rows:
        record = Record(row, found, COLUMNS)
        message = _message(record, _raw(row, titles))
        if isinstance(message, LedgerRow):
            first = seen.setdefault(message.source_id, row.number)
            if first != row.number:
                known = "source_id" in found and line(record.value("source_id"))
                what = f"留言编号 “{message.source_id}”" if known else "用户、时间和内容"
                message = replace(record.error(f"与第 {first} 行的{what}重复，请删去其中一行"), raw=message.raw)
        yield message


def _check(found: Mapping[str, int], width: int) -> None:
    require(found, COLUMNS)
    titles = {column.key: column.title for column in COLUMNS}
    for key, index in found.items():
        if key not in titles or not 0 <= index < width:
            raise SheetError(f"“{titles.get(key, key)}”对应的列不在表里。请重新选择。")
    if len(set(found.values())) < len(found):
        raise SheetError("同一列对应了两个字段。请为每个字段选择不同的列。")


def _message(record: Record, raw: dict[str, object]) -> LedgerRow | RowError:
    body = record.take("body", paragraphs, "")
    subject = record.take("subject", text(200), "")
    reporter = record.take("reporter_code", text(60), "")
    received = record.take("received_at", _received, None)
    reply = record.take("reply", paragraphs, "")
    replied = record.take("replied_at", _optional_moment, None)
    source = record.take("source_id", text(60), "")
    if not body and not subject and "body" not in record.faults:
        record.faults["body"] = "没有填写，请写上留言内容"
    if record.faults or received is None:
        return replace(record.error(), raw=raw)
    if not body:
        record.warn("body", "没有填写，用主题代替")
    if not subject:
        record.warn("subject", "没有填写，用内容的开头代替")
    if replied and replied < received:
        record.warn("replied_at", "早于留言时间，没有采用；原值保留在原始记录里")
        replied = None
    elif bool(reply) != bool(replied):
        record.warn("replied_at" if reply else "reply", "没有填写")
    body, subject = body or subject, subject or body.split("\n")[0][:_STAND_IN]
    return LedgerRow(
        number=record.row.number,
        source_id=source or _fingerprint(reporter, received, subject, body),
        reporter_code=reporter,
        subject=subject,
        received_at=received,
        body=body,
        reply=reply,
        replied_at=replied,
        raw=raw,
        warnings=tuple(record.warnings),
    )


def _received(value: object) -> datetime | None:
    if not line(value):
        raise ValueError("没有填写，请写上时间，如 2024-05-31 14:08")
    received = _possible(value)
    if received > clock.now():
        raise ValueError(f"晚于现在：{received:%Y-%m-%d %H:%M}，请检查年、月、日是否写反")
    return received


def _optional_moment(value: object) -> datetime | None:
    return _possible(value) if line(value) not in ("", "-", "--", "无") else None


def _possible(value: object) -> datetime:
    """The moment. ValueError for one that no ledger reaches back to, such as the empty date 0001-01-01."""
    found = moment(value)
    if found < clock.EARLIEST:
        raise ValueError(f"早于 {clock.EARLIEST.year} 年：“{line(value)[:30]}”，请检查年份")
    return found


def _fingerprint(*parts: object) -> str:
    """An id for a message that came without one: the same message gets the same id at the next import."""
    return f"#{sha256(chr(31).join(map(str, parts)).encode()).hexdigest()[:16]}"


def _titles(head: Row) -> list[str]:
    titles: list[str] = []
    for index, value in enumerate(head.values):
        title = line(value) or f"第 {index + 1} 列"
        titles.append(title if title not in titles else f"{title}（第 {index + 1} 列）")
    return titles


def _raw(row: Row, titles: Sequence[str]) -> dict[str, object]:
    """The row as it came: nothing cleaned, also the columns that have no field, and why a cell has no value."""
    broken = {problem.column - 1: problem.text for problem in row.problems}
    raw: dict[str, object] = {}
    for index in range(max(len(row.values), len(titles), *(i + 1 for i in broken))):
        title = titles[index] if index < len(titles) else f"第 {index + 1} 列"
        raw[title] = broken[index] if index in broken else _json(row.values[index : index + 1])
    return raw


def _json(cell: Sequence[Value]) -> object:
    match cell:
        case [date() | time() as value]:
            return value.isoformat()
        case [None | bool() | int() | float() | str() as value]:
            return value
    return str(cell[0]) if cell else None
