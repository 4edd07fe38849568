"""`bin/manage doctor`: look over the installation and say what to do; exit 1 when something is wrong."""

import argparse
from typing import Any

from saas.config import Config
from workers import doctor
from workers.admin import awake, home_folder


def register(commands: Any) -> None:
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "doctor", help="检查防护、版本、历史、文件、任务与进程",
        description="全面检查一套邻声，并说明该做什么；有问题时退出码为 1。大的安装需要几分钟。",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(_wish: argparse.Namespace) -> int:
    """Examine; an embedded database that is not running is started for the while."""
    home = home_folder()
    dsns = Config.load().dsns
    with awake(home):
        return min(doctor.report(doctor.examine(home, dsns)), 1)
