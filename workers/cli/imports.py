"""`bin/manage import`: a roster or a ledger from a file, checked row by row like on the page (B13)."""

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.db import db
from saas.identity.actor import Actor, Forbidden
from saas.problem import Problem
from saas.tenancy import enter
from saas.tenancy.models import Company, Tenant
from saas.tenancy.staff import Staff
from tenants.customers.access import IMPORT
from tenants.imports import actions, queries
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
        made.add_argument(
            "--errors", type=Path, metavar="XLSX", help="把错误行存到这个文件 / keep the refused rows here"
        )
        made.set_defaults(run=bring_in)


def bring_in(wanted: argparse.Namespace) -> int:
    """Check the file, tell what is wrong, and with --publish write the rest. 1 when nothing could be read."""
    try:
        data = wanted.file.read_bytes()
    except OSError as error:
        raise Problem(f"读不到文件 {wanted.file}：{error.strerror}") from error
    with awake(home_folder()), application("worker"):
        by = _enter(wanted.project, wanted.by)
        key = actions.upload(wanted.kind, wanted.file.name, data, by=by, queued=False).id
        db.session.commit()
        actions.stage(str(key))
        found = db.session.get_one(Import, key)
        if found.state != "staged":
            raise Problem(found.message)
        _tell(found)
        if wanted.errors:
            wanted.errors.write_bytes(actions.take_errors(key, by=by))
            db.session.commit()
        if wanted.publish:
            _publish(key, found.version, by)
        else:
            print("没有写入。加上 --publish 写入没有错误的行，或在页面“导入”里核对后写入。")
    return 0


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


def _publish(key: UUID, version: int, by: Actor) -> None:
    actions.order_publication(key, version=version, by=by, queued=False)
    db.session.commit()
    actions.publish(str(key))
    counts = db.session.get_one(Import, key).counts
    print("已写入：新增 {new}，更新 {changed}，重复 {duplicate}，错误 {errors}，合计 {rows}".format(**counts))
