"""The stored files of tenants in one tar; every name is the digest of its content, so each is proved by itself."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from saas import files
from saas.problem import Problem

MEMBER = re.compile(r"(t_[0-9]{5,})/([0-9a-f]{64})")


def pack(home: Path, schemas: list[str], target: Path) -> int:
    """Write the files of these tenants into `target`; returns how many. Raises Problem for one that was altered."""
    count = 0
    with tarfile.open(target, "w") as tar:
        for schema in schemas:
            for digest in files.kept(home, schema):
                path = files.path_of(home, schema, digest)
                try:
                    files.read(schema, digest, home)
                except ValueError:
                    raise Problem(f"{path} 的内容与名称不符：请先用 doctor 检查") from None
                tar.add(path, f"{schema}/{digest}", recursive=False)
                count += 1
    return count


def unpack(source: Path, home: Path, schemas: set[str]) -> int:
    """Put the files of these tenants back where they are missing or altered; returns how many there are."""
    count = 0
    for schema, digest, data in _members(source):
        if schema in schemas:
            try:
                files.read(schema, digest, home)
            except (FileNotFoundError, ValueError):
                files.path_of(home, schema, digest).unlink(missing_ok=True)
                files.store(schema, data, home)
            count += 1
    return count


def _members(source: Path) -> Iterator[tuple[str, str, bytes]]:
    with tarfile.open(source, "r") as tar:
        for member in tar:
            name, content = MEMBER.fullmatch(member.name), tar.extractfile(member) if member.isreg() else None
            if name is None or content is None:
                raise Problem(f"{source.name} 里有不该有的内容：{member.name}")
            yield name[1], name[2], content.read()
