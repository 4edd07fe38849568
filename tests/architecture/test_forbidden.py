"""What no module may do: read the clock, the database or objects past the one door that there is for each."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
    for path in [*(p for top in ("saas", "tenants", "workers") for p in (ROOT / top).rglob("*.py")), ROOT / "wsgi.py"]
}
CLOCKS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
)
# app.py guards it once at the start; a command line closes its pool at the end
ENGINE = {"saas/db.py", "saas/app.py", "workers/composed.py"}


def calls(tree: ast.AST) -> Iterator[str]:
    """The names of everything that is called."""
    return (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_time_comes_from_the_clock() -> None:
    assert {n for n, tree in TREES.items() if any(c in CLOCKS for c in calls(tree))} <= {"saas/clock.py"}


@pytest.mark.rule("A1")
def test_only_the_kernel_touches_the_engine() -> None:
    attributes = {
        name for name, tree in TREES.items() for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(("db.engine", "db.engines"))
    }  # fmt: skip
    assert attributes <= ENGINE


@pytest.mark.rule("A1")
def test_nothing_is_set_for_longer_than_a_transaction() -> None:
    """A session-level SET would outlive the request on a pooled connection."""
    statement = re.compile(
        r"\s*(SET\s+(?!LOCAL|TRANSACTION|CONSTRAINTS)(ROLE|SESSION|[a-z_.]+\s*(=|TO)))", re.IGNORECASE
    )
    for name, tree in TREES.items():
        if not name.startswith(("saas/", "tenants/")) or name.startswith("saas/tenancy/roles"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not statement.match(node.value), f"{name}:{node.lineno}"
                assert not re.search(r"set_config\([^)]*false\s*\)", node.value), f"{name}:{node.lineno}"


def test_nothing_is_unpickled_or_evaluated() -> None:
    for name, tree in TREES.items():
        modules = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        modules |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert not modules & {"pickle", "shelve", "marshal", "dill"}, name
        assert not {"eval", "exec", "os.system", "yaml.load"} & set(calls(tree)), name
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.keyword) and node.arg == "shell" and ast.unparse(node.value) == "True"), (
                name
            )


@pytest.mark.rule("A1")
def test_no_statement_of_a_slice_is_put_together_from_text() -> None:
    """`text(f"…")` in a slice would be the way in; the kernel's few are names of schemas that were checked."""
    for name, tree in TREES.items():
        if not name.startswith("tenants/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("text", "exec_driver_sql", "literal_column")
            ):
                inside = [n for arg in node.args for n in ast.walk(arg)]
                assert not any(isinstance(n, ast.JoinedStr | ast.BinOp) for n in inside), f"{name}:{node.lineno}"


def test_templates_never_switch_escaping_off() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert not re.search(r"\|\s*safe\b|autoescape false", line), f"{path.relative_to(ROOT)}:{number}"
