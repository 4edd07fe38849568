"""The roster of households that a company brings along (B13): one row per customer of a unit, checked before import."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from saas.rooms import room_label, room_parts
from saas.sheets import Column, Record, Row, RowError, find_header, guess, require, text, write
from saas.sheets.cells import line
from tenants.customers.fields import CHANNELS, area, choice, email, handed_over, phones
from tenants.customers.models import OCCUPANCY, RELATIONS

COLUMNS = (
    Column("building", "楼栋", ("楼幢", "楼号", "栋号", "幢号", "楼宇", "幢", "栋", "楼")),
    Column("entrance", "单元", ("单元号",)),
    Column("room", "房号", ("房间号", "房屋编号", "房屋", "室号", "门牌号", "房间", "室"), required=True),
    Column(
        "name",
        "姓名",
        ("业主姓名", "客户姓名", "住户姓名", "户主", "联系人", "业主名称", "业主", "客户", "住户"),
        required=True,
    ),
    Column("phones", "手机", ("手机号", "手机号码", "联系电话", "联系方式", "电话", "电话号码")),
    Column("relation", "身份", ("客户身份", "客户类型", "住户类型", "与业主关系")),
    Column("handed_over_on", "交付日期", ("收房日期", "交房日期", "交楼日期", "收楼日期", "接房日期", "交付时间")),
    Column("occupancy", "居住状态", ("入住状态", "入住情况", "房屋状态", "居住情况")),
    Column("steward", "管家", ("负责管家", "专属管家", "管家姓名")),
    Column("channel", "首选沟通方式", ("沟通方式", "首选方式", "首选联系方式")),
    Column("email", "邮箱", ("电子邮箱", "电子邮件", "E-mail", "email")),
    Column("area", "面积", ("建筑面积", "房屋面积")),
    Column("note", "备注", ("说明",)),
)
_EXAMPLE = "示例行，导入时跳过"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One customer of one unit (B1), which is called by its `label`, 3-2-1502.

    `handed_over_on` None: not handed over yet, 准业主 (B2). `area` is in m².
    """

    number: int
    building: str
    entrance: str
    room: str
    label: str
    name: str
    phones: tuple[str, ...]
    relation: str
    handed_over_on: date | None
    occupancy: str | None
    steward: str
    channel: str | None
    email: str
    area: float | None
    note: str
    warnings: tuple[str, ...] = ()


def parse(rows: Iterator[Row]) -> Iterator[RosterRow | RowError]:
    """Every row below the header, as a customer or as an error that names what to change (B13).

    Columns are found by their headers in any order; columns that the roster does not know are not looked at.
    SheetError when no header is found or a required column is missing, besides those of `saas.sheets.read`.
    """
    head, rows = find_header(rows, COLUMNS)
    found = guess(head.values, COLUMNS)
    require(found, COLUMNS)
    seen: dict[int, int] = {}  # hash of what makes a customer one → number of the row; rosters are long
    for row in rows:
        record = Record(row, found, COLUMNS)
        customer = _customer(record)
        if isinstance(customer, RosterRow):
            first = seen.setdefault(hash((customer.label, customer.name, customer.phones)), row.number)
            if first != row.number:
                yield record.error(f"与第 {first} 行重复（房号、姓名、手机都相同），请删去其中一行")
                continue
        yield customer


def template() -> bytes:
    """The .xlsx to fill in: all columns and two examples, which an import leaves out and says so."""
    home = [
        "3",
        "2",
        "1502",
        "王晓梅",
        "13800005521",
        "业主",
        date(2024, 5, 31),
        "入住",
        "李静",
        "电话",
        "wang@example.com",
    ]
    shop = ["商铺", "", "12", "好味餐厅", "0571-88001234", "商户", "", "装修", "李静", "当面", ""]
    return write([[*home, 128.5, _EXAMPLE], [*shop, 86, _EXAMPLE]], [column.title for column in COLUMNS], "住户名册")


def _customer(record: Record) -> RosterRow | RowError:
    if line(record.value("note")) == _EXAMPLE:
        return record.error("这是模板里的示例行，没有导入")
    label = _label(record)
    building, entrance, room = room_parts(label)
    row = RosterRow(
        number=record.row.number,
        building=building,
        entrance=entrance,
        room=room,
        label=label,
        name=record.take("name", text(60, required="没有填写，请写上姓名或单位名称"), ""),
        phones=record.take("phones", phones, ()),
        relation=record.take("relation", choice(RELATIONS), None) or "owner",
        handed_over_on=record.take("handed_over_on", handed_over, None),
        occupancy=record.take("occupancy", choice(OCCUPANCY), None),
        steward=record.take("steward", text(30), ""),
        channel=record.take("channel", choice(CHANNELS), None),
        email=record.take("email", email, ""),
        area=record.take("area", area, None),
        note=record.take("note", text(1000), ""),
    )
    if record.faults:
        return record.error()
    if not row.phones and row.relation != "family":
        record.warn("phones", "没有填写，之后无法用电话联系")
    return replace(row, warnings=tuple(record.warnings)) if record.warnings else row


def _label(record: Record) -> str:
    """`3-2-1502` out of 楼栋, 单元 and 房号, whichever are given apart."""
    building = record.take("building", text(20), "")
    entrance = record.take("entrance", text(20), "")
    room = record.take("room", text(40, required="没有填写，请写上房号，如 1502 或 3-2-1502"), "")
    return room_label(building, entrance, room)
