"""Backup and restore: everything, on the same and on a new server, and one tenant alone; doctor confirms."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from saas import clock, files, sealing
from saas.companies.projects import ProjectFacts, describe_project
from saas.db import db
from saas.health import PROCESSES
from saas.problem import Problem
from tests.workers.installation import Installation, furnish, note
from tests.world import OPERATOR, Place
from workers import doctor, manage
from workers.backup import after, make, manifest, programs, single, whole
from workers.beat import beat
from workers.embedded.postgres import Postgres


@dataclass
class Two:
    """An installation with two furnished projects of two companies."""

    here: Installation
    first: str
    second: str
    digests: dict[str, str]

    def backup(self, to: Path, address: str | None = None) -> tuple[Path, manifest.Manifest]:
        folder = make.make(self.here.url, self.here.database, self.here.home, to, address)
        return folder, manifest.read(folder)

    def platform(self) -> dict[str, str]:
        """The platform's tables; of the jobs those that people wait for. What was measured of lost work is lost."""
        picture = self.here.picture("platform")
        with self.here.admin() as admin:
            query = "SELECT string_agg(o::text, ' ' ORDER BY id) FROM platform.outbox o WHERE queue <> 'board'"
            row = admin.execute(query).fetchone()
        return picture | {"platform.outbox": str(row)}

    def change(self, schema: str) -> None:
        """People go on working in one tenant after the backup."""
        with self.here.world() as world:
            note(Place(world, "", "", 0, schema), 2, "later")
        with self.here.admin() as admin:
            admin.execute(f"DELETE FROM {schema}.documents".encode())
            admin.execute(f"ALTER TABLE {schema}.numbers ADD COLUMN strange integer".encode())
        files.path_of(self.here.home, schema, self.digests[schema]).write_bytes(b"altered")


@pytest.fixture(scope="module")
def furnished(admin_url: str, dsns: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    here = Installation(admin_url, tmp_path_factory.mktemp("furnished") / "home", "linsheng_furnished").bootstrap()
    try:
        with here.admin() as admin:  # the ids of an older server are higher than those where a restore may land
            admin.execute("DO $$BEGIN FOR i IN 1..10000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END$$")
        with here.world() as world:
            first = world.project(world.company("xiangrui", "祥瑞物业"), "yunqi", "云栖花园")
            second = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号")
            digests = {place.schema: furnish(place, place.slug) for place in (first, second)}
        with psycopg.connect(here.dsns["migrator"], autocommit=True) as migrator:
            for schema in digests:
                assert sealing.seal(migrator, schema)
        yield Two(here, first.schema, second.schema, digests)
    finally:
        here.drop()


@pytest.fixture
def two(furnished: Two, tmp_path: Path) -> Iterator[Two]:
    here = furnished.here.clone(tmp_path / "home", "linsheng_backup")
    try:
        yield replace(furnished, here=here)
    finally:
        here.drop()


def healthy(here: Installation) -> dict[str, str]:
    """What doctor finds wrong, with the background processes alive."""
    for process in PROCESSES:
        beat(here.dsns["relay"], process)
    return {each.area: each.words for each in doctor.examine(here.home, here.dsns) if not each.well}


def without_jobs(picture: dict[str, str]) -> dict[str, str]:
    return {
        table: digest for table, digest in picture.items() if table not in ("platform.outbox", "platform.heartbeats")
    }


def test_everything_comes_back_and_doctor_confirms(two: Two, tmp_path: Path) -> None:
    folder, found = two.backup(tmp_path / "kept")
    before = two.here.picture()
    two.change(two.first)
    assert two.here.picture() != before
    held = whole.restore(two.here.url, two.here.database, two.here.home, folder, found)
    assert without_jobs(two.here.picture()) == without_jobs(before)
    assert held == 2, "both invitations were due: they may have been sent since"
    assert healthy(two.here) == {"后台任务": "2 个已放弃，等人处理"}
    with two.here.admin() as admin:
        databases = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
    assert not {"linsheng_backup_before", "linsheng_backup_restoring"} & databases


def test_a_new_server_and_an_empty_home_are_enough(two: Two, tmp_path: Path) -> None:
    folder, found = two.backup(tmp_path / "kept")
    before = two.here.picture()
    home = Path(tempfile.mkdtemp(prefix="linsheng-"))
    server = Postgres(home, fsync=False)
    try:
        there = Installation(server.start(), home, "linsheng")
        whole.restore(there.url, there.database, home, folder, found)
        assert without_jobs(there.picture()) == without_jobs(before)
        with there.world() as world:  # refuses to start when a guard is missing
            place = Place(world, "xiangrui", "yunqi", 0, two.first)
            note(place, 2, "life goes on")
        with psycopg.connect(there.dsns["migrator"], autocommit=True) as migrator:
            assert sealing.seal(migrator, two.first) == 2, "transaction ids begin lower here than in the restored rows"
            assert sealing.verify(migrator, two.first) is None
        with there.admin() as admin:
            row = admin.execute(
                f"SELECT min(xid::text::bigint), max(xid::text::bigint) FROM {two.first}.events"
                " GROUP BY epoch ORDER BY epoch".encode()
            ).fetchall()
        assert row[1][1] < row[0][0], "the test means nothing unless they do"
        assert healthy(there) == {"后台任务": "2 个已放弃，等人处理"}
    finally:
        server.remove()
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.parametrize("from_whole", [True, False], ids=["out of a whole backup", "out of its own"])
def test_one_tenant_comes_back_and_the_other_is_untouched(two: Two, tmp_path: Path, from_whole: bool) -> None:
    folder, found = two.backup(tmp_path / "kept", None if from_whole else "xiangrui/yunqi")
    before = two.here.picture(two.first)
    two.change(two.first)
    with two.here.world() as world:
        note(Place(world, "", "", 0, two.second), 1, "meanwhile next door")
    beside, platform = two.here.picture(two.second), two.platform()
    single.restore(two.here.url, two.here.database, two.here.home, folder, found, found.tenant("xiangrui/yunqi"))
    assert two.here.picture(two.first) == before
    assert two.here.picture(two.second) == beside
    assert two.platform() == platform
    with two.here.admin() as admin:  # the head office does not keep what it knew of the work that is lost
        asked = "SELECT tenant, queue FROM platform.outbox WHERE job = 'board.remeasure' AND enqueued_at IS NULL"
        assert admin.execute(asked).fetchall() == [(two.first, "board")]
    with two.here.world() as world:
        note(Place(world, "", "", 0, two.first), 1, "life goes on")
    with psycopg.connect(two.here.dsns["migrator"], autocommit=True) as migrator:
        sealing.seal(migrator, two.first)
    assert healthy(two.here) == {}


def test_a_head_office_reads_again_what_its_projects_sent(two: Two, tmp_path: Path) -> None:
    folder, found = two.backup(tmp_path / "kept", "xiangrui/quality")
    office = found.tenant("xiangrui/quality")
    single.restore(two.here.url, two.here.database, two.here.home, folder, found, office)
    with two.here.admin() as admin:
        asked = "SELECT tenant, job FROM platform.outbox WHERE job IN ('board.remeasure', 'board.apply')"
        assert set(admin.execute(asked)) >= {(office.schema, "board.remeasure"), (two.first, "board.apply")}


def test_what_the_platform_knows_stays_as_it_is_today(two: Two, tmp_path: Path) -> None:
    """Who joined since keeps the place; how the head office described the project since stays."""
    folder, found = two.backup(tmp_path / "kept")
    with two.here.world() as world:
        tenant_id = int(two.first.removeprefix("t_"))
        Place(world, "xiangrui", "yunqi", tenant_id, two.first).staff("赵敏", "steward")
        with world.app.app_context():
            describe_project(two.first, ProjectFacts("remuneration"), version=1, by=OPERATOR)
            db.session.commit()
    single.restore(two.here.url, two.here.database, two.here.home, folder, found, found.tenant("xiangrui/yunqi"))
    with two.here.admin() as admin:
        names = {row[0] for row in admin.execute(f"SELECT name FROM {two.first}.staff".encode())}
        basis = admin.execute(f"SELECT fee_basis FROM {two.first}.profile".encode()).fetchone()
        told = admin.execute(
            f"SELECT actor_name, data FROM {two.first}.events WHERE name = 'project.described'".encode()
        ).fetchall()
    assert names == {"林晓燕", "赵敏"}
    assert basis == ("remuneration",)
    assert told == [("系统", {"changes": {"fee_basis": ["lump_sum", "remuneration"]}})]  # what was before is judged so


def test_a_restore_that_fails_in_the_middle_changes_nothing(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, found = two.backup(tmp_path / "kept")
    two.change(two.first)
    before = two.here.picture()

    def fail(*_: object) -> None:
        raise Problem("in the middle")

    monkeypatch.setattr(after, "continue_history", fail)
    here, tenant = two.here, found.tenant("xiangrui/yunqi")
    with pytest.raises(Problem):
        single.restore(here.url, here.database, here.home, folder, found, tenant)
    with pytest.raises(Problem, match="原有数据未动"):
        whole.restore(here.url, here.database, here.home, folder, found)
    assert here.picture() == before


def test_a_forged_history_is_not_restored(two: Two, tmp_path: Path) -> None:
    with two.here.admin() as admin:
        admin.execute(f"UPDATE {two.first}.events SET actor_name = '别人'".encode())
    folder, found = two.backup(tmp_path / "kept")
    before = two.here.picture()
    with pytest.raises(Problem, match="与封存不符"):
        whole.restore(two.here.url, two.here.database, two.here.home, folder, found)
    assert two.here.picture() == before
    assert "历史" in healthy(two.here)


def test_whole_restore_refuses_while_somebody_is_connected(two: Two, tmp_path: Path) -> None:
    folder, found = two.backup(tmp_path / "kept")
    with two.here.admin(), pytest.raises(Problem, match="先停止邻声"):
        whole.restore(two.here.url, two.here.database, two.here.home, folder, found)


def test_damaged_and_half_backups_are_refused(two: Two, tmp_path: Path) -> None:
    folder, _ = two.backup(tmp_path / "kept")
    data = bytearray((folder / "database.dump").read_bytes())
    data[len(data) // 2] ^= 1
    damages = {
        "database.dump": bytes(data),
        "files.tar": (folder / "files.tar").read_bytes()[:-1],
        "outbox.json": None,
        "manifest.json": (folder / "manifest.json").read_bytes().replace(b"yunqi", b"junqi", 1),
    }
    for part, content in damages.items():
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        if content is None:
            (copy / part).unlink()
        else:
            (copy / part).write_bytes(content)
        with pytest.raises(Problem, match="不能使用"):
            manifest.read(copy)
        shutil.rmtree(copy)
    for text in ("", "{}", "[]", "null", '{"product": "other", "digest": ""}'):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(Problem, match="不是邻声的备份清单"):
            manifest.read(tmp_path)
    with pytest.raises(Problem, match="不是一份完整的备份"):
        manifest.read(tmp_path / "nowhere")


def test_foreign_and_newer_backups_are_refused(two: Two, tmp_path: Path) -> None:
    folder, found = two.backup(tmp_path / "kept")
    here = two.here
    foreign = replace(found, tenants=[replace(each, company_id="0" * 36) for each in found.tenants])
    newer = replace(found, version=found.version + 1)
    for bad, words in ((foreign, "别的系统"), (newer, "先升级")):
        with pytest.raises(Problem, match=words):
            single.restore(here.url, here.database, here.home, folder, bad, bad.tenant("xiangrui/yunqi"))
        with pytest.raises(Problem, match=words):
            whole.restore(here.url, here.database, here.home, folder, bad)
    with pytest.raises(Problem, match="只有：xiangrui/quality、xiangrui/yunqi"):
        found.tenant("xiangrui/nowhere")
    own, one = two.backup(tmp_path / "kept", "xiangrui/yunqi")
    with pytest.raises(Problem, match="--tenant"):
        whole.restore(here.url, here.database, here.home, own, one)


def test_a_backup_that_fails_leaves_nothing_behind(two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="没有 xiangrui/nowhere"):
        two.backup(tmp_path / "kept", "xiangrui/nowhere")
    files.path_of(two.here.home, two.first, two.digests[two.first]).write_bytes(b"altered")
    with pytest.raises(Problem, match="内容与名称不符"):
        two.backup(tmp_path / "kept")
    with pytest.raises(Problem, match="pg_dump 没有完成"):
        programs.run("pg_dump", dsn="host=/nowhere dbname=x")
    assert list((tmp_path / "kept").iterdir()) == []


def test_doctor_names_what_is_wrong(two: Two) -> None:
    assert set(healthy(two.here)) == set()
    with two.here.admin() as admin:
        admin.execute(f"UPDATE {two.second}.events SET data = '{{}}'".encode())
        admin.execute("UPDATE platform.tenants SET version = 1 WHERE schema_name = %s", [two.first])
        admin.execute("GRANT SELECT ON pg_catalog.pg_class TO PUBLIC")
        admin.execute(
            "UPDATE platform.heartbeats SET beat_at = %s WHERE process = 'relay'", [clock.now().replace(year=2000)]
        )
        jobs = admin.execute("UPDATE platform.outbox SET given_up_at = now()").rowcount
        admin.execute("DELETE FROM platform.tenants WHERE company_id IS NULL")
        admin.execute(
            "INSERT INTO platform.users (id, email, name, totp_secret, totp_confirmed_at, created_at)"
            " VALUES (gen_random_uuid(), 'lin@example.com', '林晓燕', '00000000:another key', now(), now())"
        )
    files.path_of(two.here.home, two.first, two.digests[two.first]).unlink()
    said: list[str] = []
    assert doctor.report(doctor.examine(two.here.home, two.here.dsns), said.append) == 9
    text = "\n".join(said)
    for words in (
        f"{two.second} 第 1 段",
        f"{two.first}",
        "catalogues are revoked",
        "relay",
        f"{jobs} 个已放弃",
        "1 个账号的密钥打不开",
        "缺失",
        "0 个",
    ):
        assert words in text
    assert all(f"{area}" in text for area in ("版本", "历史", "文件", "进程", "备用空间"))


def test_command_line(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", two.here.url)
    monkeypatch.setenv("LINSHENG_HOME", str(two.here.home))
    assert manage.main(["backup", "make", "--to", str(tmp_path / "kept")]) == 0
    assert "xiangrui/yunqi  云栖花园" in capsys.readouterr().out
    [folder] = (tmp_path / "kept").iterdir()
    assert folder.stat().st_mode & 0o77 == 0
    assert manage.main(["backup", "check", str(folder)]) == 0
    before = two.here.picture()
    assert manage.main(["backup", "restore", str(folder)]) == 1
    assert "加上 --yes" in capsys.readouterr().out
    assert two.here.picture() == before
    assert manage.main(["backup", "restore", str(folder), "--tenant", "xiangrui/yunqi", "--yes"]) == 0
    assert manage.main(["backup", "restore", str(tmp_path), "--yes"]) == 1
    assert "不是一份完整的备份" in capsys.readouterr().err
    assert manage.main(["backup", "restore", str(folder), "--yes"]) == 0
    assert "outbox list" in capsys.readouterr().out
    assert manage.main(["outbox", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.count("备份之后可能已发出") == 2
    one, other = (line.split()[0] for line in listed.splitlines()[:2])
    assert manage.main(["outbox", "retry", one]) == 0
    assert manage.main(["outbox", "drop", other]) == 0
    assert manage.main(["outbox", "drop", other]) == 1
    assert manage.main(["outbox", "drop", "all"]) == 1
    assert "不是任务编号" in capsys.readouterr().err
    with two.here.admin() as admin:
        rows = admin.execute("SELECT given_up_at, enqueued_at FROM platform.outbox WHERE queue = 'mail'").fetchall()
        told = admin.execute("SELECT name FROM platform.events WHERE subject_type = 'outbox' ORDER BY name").fetchall()
    assert rows == [(None, None)]
    assert told == [("outbox.dropped",), ("outbox.retried",)]
    for process in PROCESSES:
        beat(two.here.dsns["relay"], process)
    assert manage.main(["doctor"]) == 0
    assert "一切正常" in capsys.readouterr().out
    json.loads((folder / "manifest.json").read_text())
