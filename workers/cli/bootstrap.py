"""`bin/manage bootstrap`: prepare the server behind DATABASE_URL."""

import argparse
import os
from pathlib import Path
from typing import Any

from saas.problem import Problem
from saas.tenancy.bootstrap import bootstrap


def register(commands: Any) -> None:
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "bootstrap", help="建立角色、数据库、权限和表（需要管理员的 DATABASE_URL）",
        description="按 DATABASE_URL（管理员地址）准备数据库：角色、权限、平台表、备用项目空间；可以重复执行。",
    )  # fmt: skip
    parser.add_argument("--database", default="linsheng", help="数据库名（默认 linsheng）")
    parser.add_argument("--spares", type=int, default=8, help="备用项目空间的个数（默认 8）")
    parser.set_defaults(run=run)


def run(wish: argparse.Namespace) -> None:
    """Bootstrap and say what was done. Raises Problem without an address."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        raise Problem(
            "请设置 DATABASE_URL，例如 postgresql://postgres:密码@主机/postgres（管理员账号，只在这一步使用）"
        )
    home = Path(os.environ.get("LINSHENG_HOME", ".local/home")).resolve()
    dsns = bootstrap(url, home, database=wish.database, spares=wish.spares)
    print(f"已就绪：数据库 {wish.database}，{len(dsns)} 个进程账号写在 {home}/dsn")
