"""The command line: `bin/manage GROUP …`. Each group is a module of workers/cli with `register(commands)`."""

import argparse
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import NoReturn

import psycopg
from sqlalchemy.exc import OperationalError

from saas.identity.actor import Forbidden
from saas.policy.source import PackError
from saas.problem import Problem
from saas.tenancy.guards import GuardMissing
from workers import cli

# What argparse says, in the words of whoever reads it here.
WORDS = (
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"多出来的参数：\1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 没有 \2，可用的是：\3"),
    (r"argument (.+?): expected (?:one|at least one) argument", r"\1 后面要写一个值"),
    (r"argument (.+?): invalid (\w+) value: (.+)", r"\1 的值不对：\3"),
    (r"argument (.+?): (.+)", r"\1：\2"),
)


class Parser(argparse.ArgumentParser):
    """Tells a wrong call in Chinese and how to get help; groups inherit it."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        for pattern, words in WORDS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, words, message)
                break
        self.exit(2, f"{message}\n加 --help 看用法：{self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when carried out, 1 with a sentence on standard error when not, 2 for wrong usage."""
    parser = Parser(prog="bin/manage", description="邻声的命令行。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for module in sorted(iter_modules(cli.__path__), key=lambda each: each.name):
        import_module(f"{cli.__name__}.{module.name}").register(commands)
    wish = parser.parse_args(arguments)
    try:
        return int(wish.run(wish) or 0)
    except (Problem, Forbidden, GuardMissing, PackError, FileNotFoundError) as refusal:
        print(refusal, file=sys.stderr)
    except (psycopg.OperationalError, OperationalError) as refusal:
        print(f"连接不上数据库：{getattr(refusal, 'orig', None) or refusal}", file=sys.stderr)
    except psycopg.errors.InsufficientPrivilege as refusal:
        print(f"数据库账号的权限不够：{refusal}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
