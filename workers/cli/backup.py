"""`bin/manage backup make|check|restore`: backups of everything or of one project."""

import argparse
from pathlib import Path
from typing import Any

from workers.admin import database_of, home_folder, reach
from workers.backup import make, manifest, single, whole

ADDRESS = "公司/项目 的网址标识，例如 xiangrui/yunqi；省略就是全部"


def register(commands: Any) -> None:
    """Add the group."""
    group: argparse.ArgumentParser = commands.add_parser(
        "backup", help="备份与恢复（全部，或一个项目）",
        description="备份与恢复。数据库按管理员的 DATABASE_URL 连接；没有设置时使用 LINSHENG_HOME 里的自带数据库。",
    )  # fmt: skip
    verbs = group.add_subparsers(title="操作", metavar="操作", required=True)
    verb = verbs.add_parser("make", help="制作一份备份（不必停止邻声）")
    verb.add_argument("--tenant", metavar="公司/项目", help=ADDRESS)
    verb.add_argument("--to", type=Path, metavar="文件夹", help="放在哪里（默认 LINSHENG_HOME/backups）")
    verb.set_defaults(run=_make)
    verb = verbs.add_parser("check", help="检查一份备份是否完整、属于谁")
    verb.add_argument("folder", type=Path, metavar="备份", help="备份的文件夹")
    verb.set_defaults(run=_check)
    verb = verbs.add_parser("restore", help="恢复（全部恢复前请先停止邻声）")
    verb.add_argument("folder", type=Path, metavar="备份", help="备份的文件夹")
    verb.add_argument("--tenant", metavar="公司/项目", help=ADDRESS)
    verb.add_argument("--yes", action="store_true", help="确认用备份覆盖现有数据；不加时只检查")
    verb.set_defaults(run=_restore)


def _make(wish: argparse.Namespace) -> None:
    home = home_folder()
    with reach(home) as url:
        to = (wish.to or home / "backups").resolve()
        folder = make.make(url, database_of(home), home, to, wish.tenant)
    print(f"备份已完成：{folder}")
    _describe(manifest.read(folder))
    print("请把整个文件夹复制到另一台机器上保存。密钥文件 secret 不在其中，请另行保存一份。")


def _check(wish: argparse.Namespace) -> None:
    _describe(manifest.read(wish.folder))
    print("备份完整，可以用来恢复。")


def _restore(wish: argparse.Namespace) -> int:
    home, found = home_folder(), manifest.read(wish.folder)
    _describe(found)
    tenant = found.tenant(wish.tenant) if wish.tenant else None
    if not wish.yes:
        target = f"{tenant.address} 现有的数据" if tenant else "现有的全部数据"
        print(f"这会用备份替换{target}，备份之后的改动会消失。确认请加上 --yes；现在什么都没有改动。")
        return 1
    with reach(home, create=tenant is None) as url:
        if tenant:
            held = single.restore(url, database_of(home), home, wish.folder, found, tenant)
        else:
            held = whole.restore(url, database_of(home), home, wish.folder, found)
    print(f"已恢复：{tenant.address if tenant else '全部'}")
    if held:
        print(f"{held} 封邮件可能在备份之后已经发出，没有自动再发：请用 bin/manage outbox list 查看并决定。")
    print("请运行 bin/manage doctor 检查。")
    return 0


def _describe(found: manifest.Manifest) -> None:
    print(f"制作时间 {found.made_at}，{'全部数据' if found.whole else '单个项目'}：")
    for tenant in found.tenants:
        if tenant.company_id:
            print(f"  {tenant.address}  {tenant.name}  封存 {tenant.seal} 段  {tenant.seal_hash[:16]}")
