"""`bin/manage import`: a roster or a ledger from a file, checked row by row like on the page (B13)."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.problem import Problem
from saas.sheets import SheetError
from saas.tenancy import enter
from saas.tenancy.models import Company, Tenant
from saas.tenancy.staff import Staff
from tenants.complaints import ledger
from tenants.customers.access import IMPORT
from tenants.imports import actions, queries, reading
from tenants.imports.models import KINDS, Import
from workers.admin import awake, home_folder
from workers.composed import application

SHOWN = 20  # errors printed; the page and --errors give all


def register(commands: Any) -> None:
    """Add the group."""
    group = commands.add_parser("import", help="导入住户名册或投诉台账 / bring in a roster or a ledger")
    kinds = group.add_subparsers(dest="kind", required=True, metavar="KIND")
    for kind, label in KINDS.items():
        made = kinds.add_parser(kind, help=f"{label} / {kind}")
        made.add_argument("file", type=Path, help="Excel 工作簿 .xlsx / workbook")
        made.add_argument("--project", required=True, metavar="COMPANY/PROJECT", help="项目的网址标识 / where it goes")
        made.add_argument("--by", required=True, metavar="EMAIL", help="以谁的名义，须是项目人员 / in whose name")
        made.add_argument("--publish", action="store_true", help="查错后写入没有错误的行 / write the good rows")
        if kind == "ledger":
            made.add_argument(
                "--map", action="append", default=[], metavar="字段=列", dest="columns",
                help="字段取哪一列：表头文字或第几列，可多次 / which column a field is, by its header or number",
            )  # fmt: skip
        made.add_argument(
            "--errors", type=Path, metavar="XLSX", help="把错误行存到这个文件 / keep the refused rows here"
        )
        made.set_defaults(run=bring_in)


def bring_in(wanted: argparse.Namespace) -> int:
    """Check the file, tell what is wrong, and with --publish write the rest; what was begun before is gone on with.

    The same row never comes in twice. 1 when nothing could be read.
    """
    try:
        data = wanted.file.read_bytes()
    except OSError as error:
        raise Problem(f"读不到文件 {wanted.file}：{error.strerror}") from error
    mapping = mapped(data, wanted.columns) if wanted.kind == "ledger" and wanted.columns else None
    with awake(home_folder()), application("worker"):
        by = _enter(wanted.project, wanted.by)
        found = actions.begun(wanted.kind, data, mapping)
        if found is not None:
            print(f"接着上次的导入（{found.uploaded_by_name} {clock.local(found.uploaded_at):%m-%d %H:%M}）。")
        found = found or actions.upload(wanted.kind, wanted.file.name, data, by=by, queued=False, mapping=mapping)
        key = found.id
        db.session.commit()
        actions.stage(str(key))
        found = db.session.get_one(Import, key, populate_existing=True)
        if found.state not in ("staged", "publishing"):
            raise Problem(found.message)
        _tell(found)
        if wanted.errors:
            wanted.errors.write_bytes(actions.take_errors(key, by=by))
            db.session.commit()
        if wanted.publish:
            _publish(found, by)
        else:
            print("没有写入。加上 --publish 写入没有错误的行，或在页面“导入”里核对后写入。")
    return 0


def mapped(data: bytes, columns: Sequence[str]) -> dict[str, int]:
    """Field → column from 0: as the headers say, changed by 字段=列. Problem for what is not there."""
    try:
        header = reading.header("ledger", data)
    except SheetError as error:
        raise Problem(str(error)) from error
    fields = {column.title: column.key for column in ledger.COLUMNS} | {c.key: c.key for c in ledger.COLUMNS}
    found = ledger.guess_mapping(header)
    for each in columns:
        field, _, column = (part.strip() for part in each.partition("="))
        if field not in fields:
            raise Problem(f"没有“{field}”这个字段，可用：{'、'.join(c.title for c in ledger.COLUMNS)}")
        number = header.index(column) if column in header else int(column) - 1 if column.isdecimal() else -1
        if not 0 <= number < len(header):
            raise Problem(f"没有“{column}”这一列，表头是：{'、'.join(header)}")
        found = {field: at for field, at in found.items() if at != number} | {fields[field]: number}
    return found


def _enter(project: str, email: str) -> Actor:
    company, _, slug = project.strip("/").partition("/")
    schema = db.session.scalar(
        select(Tenant.schema_name).join(Company).where(Company.slug == company, Tenant.slug == slug)
    )
    if schema is None:
        raise Problem(f"没有 {project} 这个项目，请看 `bin/manage tenants list`")
    db.session.rollback()
    enter(db.session(), schema)
    who = db.session.scalars(
        select(Staff).where(Staff.email == email.strip().lower(), Staff.ended_at.is_(None))
    ).first()
    if who is None:
        raise Problem(f"{email} 不是这个项目的人员")
    if not set(who.roles) & set(IMPORT):
        raise Forbidden(f"{who.name} 在这个项目没有导入的权限")
    return Actor(who.id, who.name, frozenset(who.roles), schema, company, slug)


def _tell(found: Import) -> None:
    print(
        f"{found.filename}：共 {found.count('rows')} 行，错误 {found.count('errors')}，提示 {found.count('warnings')}"
    )
    for row in queries.rows(found, "error", limit=SHOWN)[0]:
        print(row.error)
    if found.count("errors") > SHOWN:
        print(f"……还有 {found.count('errors') - SHOWN} 行有错误，加上 --errors 文件名.xlsx 可全部存下")


def _publish(found: Import, by: Actor) -> None:
    key = found.id
    if found.state == "staged":
        actions.order_publication(key, version=found.version, by=by, queued=False)
        db.session.commit()
    actions.publish(str(key))
    counts = db.session.get_one(Import, key, populate_existing=True).counts
    print("已写入：新增 {new}，更新 {changed}，重复 {duplicate}，错误 {errors}，合计 {rows}".format(**counts))
