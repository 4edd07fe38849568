"""Every job that is asked for exists, and what it names can be imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from saas.jobs import QUEUES
from workers.doors import JOBS

ROOT = Path(__file__).resolve().parents[2]


def asked() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call of `enqueue` in the product, with the name of the job: written out, or a constant of the module."""
    for top in ("saas", "tenants"):
        for path in (ROOT / top).rglob("*.py"):
            tree = ast.parse(path.read_text())
            constants = {
                target.id: node.value.value
                for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets if isinstance(target, ast.Name)
            }  # fmt: skip
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("enqueue", "jobs.enqueue"):
                    name = node.args[0]
                    chosen = [name.body, name.orelse] if isinstance(name, ast.IfExp) else [name]
                    for each in chosen:
                        value = each.value if isinstance(each, ast.Constant) else constants.get(ast.unparse(each), "")
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node, str(value)


def test_every_name_is_known() -> None:
    found = set()
    for where, call, name in asked():
        assert name in JOBS, f"{where}: {name}"
        found.add(name)
        for keyword in call.keywords:
            if keyword.arg == "queue" and isinstance(keyword.value, ast.Constant):
                assert keyword.value.value in QUEUES, where
    assert len(found) > 5


@pytest.mark.parametrize("job", JOBS)
def test_every_door_opens(job: str) -> None:
    assert callable(JOBS[job].open())
