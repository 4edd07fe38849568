"""A project, ways to upload a workbook, and the worker's doors run by hand."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from saas.db import db
from saas.sheets import write
from tenants.complaints import ledger
from tenants.customers import roster
from tenants.imports import actions
from tenants.imports.models import Import
from tests.world import Person, Place, World

ROSTER = [column.title for column in roster.COLUMNS]
LEDGER = [column.title for column in ledger.COLUMNS]


class Desk:
    """Where 林晓燕 brings in files."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steward = place.staff("林晓燕", "steward")

    def upload(self, data: bytes, kind: str = "roster", name: str = "名册.xlsx", by: Person | None = None) -> Any:
        return (by or self.steward).post("imports", {"kind": kind, "file": (BytesIO(data), name)})

    def take(self, data: bytes, kind: str = "roster", name: str = "名册.xlsx") -> UUID:
        """Upload and let the worker read it."""
        answer = self.upload(data, kind, name)
        assert answer.status_code == 303, answer.text
        key = UUID(answer.headers["Location"].rsplit("/", 1)[1])
        self.stage(key)
        return key

    def stage(self, key: UUID) -> None:
        with self.place.inside():
            actions.stage(str(key))

    def publish(self, key: UUID) -> dict[str, int]:
        """Order the publication and let the worker write; the counts."""
        assert self.steward.post(f"imports/{key}/publication", {"version": self.found(key).version}).status_code == 303
        with self.place.inside():
            actions.publish(str(key))
        counts = self.found(key).counts
        assert counts["rows"] == sum(counts[name] for name in ("new", "changed", "duplicate", "errors"))
        return counts

    def found(self, key: UUID) -> Import:
        with self.place.inside():
            found = db.session.get(Import, key)
            assert found
            db.session.expunge(found)
            return found


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world.project(world.company()))


def households(*rows: Sequence[object]) -> bytes:
    """A roster: 楼栋 单元 房号 姓名 手机 身份 交付日期 居住状态 管家."""
    return write(rows, ROSTER[:9], "名册")


def messages(*rows: Sequence[object]) -> bytes:
    """A ledger: 编号 用户 主题 时间 详情 答复 答复时间."""
    return write(rows, LEDGER, "台账")
