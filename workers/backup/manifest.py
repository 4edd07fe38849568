"""The manifest of a backup: what is in it, whose it is, and the digest of every part."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from saas.problem import Problem

FORMAT = 1
NAME = "manifest.json"
DATABASE, FILES, WAITING = "database.dump", "files.tar", "outbox.json"


@dataclass(frozen=True)
class Tenant:
    """One tenant as it was: `company` and everything after it is empty for a spare."""

    schema: str
    version: int
    company_id: str
    company: str
    slug: str
    name: str
    seal: int
    seal_hash: str

    @property
    def address(self) -> str:
        """`company/project`, as in the browser."""
        return f"{self.company}/{self.slug}"


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `whole`: the platform and every tenant; otherwise one tenant alone."""

    made_at: str
    version: int
    whole: bool
    tenants: list[Tenant]
    parts: dict[str, str]

    def tenant(self, address: str) -> Tenant:
        """The tenant at `company/project`, or by its schema. Raises Problem."""
        for each in self.tenants:
            if address in (each.address, each.schema) and each.company_id:
                return each
        known = "、".join(each.address for each in self.tenants if each.company_id)
        raise Problem(f"这份备份里没有 {address}，只有：{known}")


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all: a folder without one is no backup."""
    facts = {"format": FORMAT, "product": "linsheng", **asdict(manifest)}
    text = json.dumps({**facts, "digest": _digest(facts)}, ensure_ascii=False, indent=1)
    (folder / NAME).write_text(text, encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read a backup's manifest and check every part against it. Raises Problem for what is damaged or no backup."""
    try:
        facts = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if facts["product"] != "linsheng":
            raise ValueError(facts["product"])
        digest = facts.pop("digest")
    except FileNotFoundError:
        raise Problem(f"{folder} 不是一份完整的备份：缺少 {NAME}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Problem(f"{folder / NAME} 不是邻声的备份清单，或已损坏") from None
    if facts.get("format") != FORMAT:
        raise Problem(f"这份备份的格式是 {facts.get('format')}，本版本只认识 {FORMAT}：请用制作它的版本恢复")
    if digest != _digest(facts):
        raise Problem(f"{folder / NAME} 被改动过，不能使用：请换一份备份")
    tenants = [Tenant(**each) for each in facts["tenants"]]
    manifest = Manifest(facts["made_at"], facts["version"], facts["whole"], tenants, facts["parts"])
    for part, expected in manifest.parts.items():
        if not (folder / part).is_file():
            raise Problem(f"备份不完整：缺少 {part}，不能使用")
        if sha256(folder / part) != expected:
            raise Problem(f"备份已损坏：{part} 与清单里的校验值不符，不能使用：请换一份备份")
    return manifest


def sha256(path: Path) -> str:
    """The digest of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(facts: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
