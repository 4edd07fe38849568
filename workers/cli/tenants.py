"""`bin/manage tenants`: companies and projects, as on the operator's pages."""

import argparse
from typing import Any

from sqlalchemy import select

from saas.companies import actions
from saas.db import db
from saas.problem import Problem
from saas.tenancy.models import Company, Tenant
from workers.composed import BY, application


def register(commands: Any) -> None:
    """Add the group."""
    group = commands.add_parser("tenants", help="公司和项目 / companies and projects")
    within = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = within.add_parser("create-company", help="新建公司并邀请公司管理员 / create a company, invite its admin")
    made.add_argument("slug", help="网址标识，例如 xiangrui / its name in addresses")
    made.add_argument("name", help="公司名称 / name of the company")
    made.add_argument("--admin-email", required=True, help="公司管理员邮箱 / e-mail of the first company_admin")
    made.add_argument("--admin-name", required=True, help="公司管理员姓名 / name of the first company_admin")
    made.set_defaults(run=create_company)
    made = within.add_parser("create-project", help="新建项目 / create a project")
    made.add_argument("company", help="公司网址标识 / slug of the company")
    made.add_argument("slug", help="网址标识，例如 yunqi / its name in addresses")
    made.add_argument("name", help="项目名称 / name of the project")
    made.set_defaults(run=create_project)
    made = within.add_parser("list", help="列出公司和项目 / list companies and projects")
    made.set_defaults(run=show)


def create_company(wanted: argparse.Namespace) -> int:
    """Create a company with its head office; the first company_admin is invited by mail."""
    with application():
        actions.found_company(wanted.name, wanted.slug, wanted.admin_email, wanted.admin_name, by=BY)
        db.session.commit()
    print(f"已创建 / created: /{wanted.slug}/quality/")
    return 0


def create_project(wanted: argparse.Namespace) -> int:
    """Create a project of a company."""
    with application():
        company = db.session.scalar(select(Company).where(Company.slug == wanted.company))
        if company is None:
            raise Problem(f"没有网址标识为 {wanted.company} 的公司 / no such company; see `bin/manage tenants list`")
        actions.create_project(company, wanted.name, wanted.slug, by=BY)
        db.session.commit()
    print(f"已创建 / created: /{wanted.company}/{wanted.slug}/")
    return 0


def show(_wanted: argparse.Namespace) -> int:
    """One line a tenant: address, schema, name."""
    with application():
        query = select(Company, Tenant).join(Tenant, Tenant.company_id == Company.id)
        for company, tenant in db.session.execute(query.order_by(Company.slug, Tenant.kind, Tenant.slug)):
            print(f"/{company.slug}/{tenant.slug}/\t{tenant.schema_name}\t{company.name}\t{tenant.name}")
    return 0
