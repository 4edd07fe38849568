"""Versions of a pack: dated, approved, one after the other; each period is judged by the one of its first day (R3)."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from saas import clock
from saas.policy.evidence import Count
from saas.policy.loader import FOLDER, VARIABLE, every_version, pack, packs, read, shipped, versions
from saas.policy.pack import Approved
from saas.policy.periods import Every, Period, period
from saas.policy.source import PackError
from saas.policy.standing import State, state, tally
from tests.policy.small import version

VISITS = ("target = { count = 3", "target = { count = 5")
TENTH = ('{ from = "end", months = 1, day = 10 }', '{ from = "end", months = 1, day = 5 }')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packs of another installation: three visits a month and the 10th in 2026, five and the 5th from 2027 on."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    version(tmp_path, "1.0", "2026-01-01")
    version(tmp_path, "1.10", "2027-01-01", VISITS, TENTH)
    return tmp_path


def verdict(clause: str, of: Period, found: Count, day: str) -> State:
    judge = pack("property", of.begins)
    moment = datetime.fromisoformat(day).replace(tzinfo=clock.CN)
    return state(tally(judge.clauses[clause], of, found), moment)


@pytest.mark.rule("R3")
def test_a_version_says_who_approved_it_and_when() -> None:
    assert pack("property").approved == Approved("总经理", date(2025, 12, 20))


@pytest.mark.rule("R3")
@pytest.mark.usefixtures("folder")
def test_the_version_in_force_changes_at_midnight_in_shanghai() -> None:
    old, new = versions("property")
    assert (old.version, new.version) == ("1.0", "1.10")
    assert pack("property", date(2026, 12, 31)) is old
    assert pack("property", date(2027, 1, 1)) is new
    assert pack("property", date(2020, 1, 1)) is old
    with clock.at(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)):
        assert pack("property") is packs()["property"] is old
    with clock.at(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        assert pack("property") is packs()["property"] is new
    assert every_version() == (old, new)


@pytest.mark.rule("R3")
@pytest.mark.usefixtures("folder")
def test_a_past_period_keeps_its_verdict_when_a_number_changes() -> None:
    december, january = period(Every.MONTH, date(2026, 12, 1)), period(Every.MONTH, date(2027, 1, 1))
    four = Count(met=4)
    assert verdict("manager-visits", december, four, "2027-06-01T12:00") is State.MET
    assert verdict("manager-visits", january, four, "2027-06-01T12:00") is State.LATE


@pytest.mark.rule("R3")
@pytest.mark.usefixtures("folder")
def test_a_duty_that_falls_due_under_the_next_version_keeps_the_day_of_its_own() -> None:
    fourth, first = period(Every.QUARTER, date(2026, 11, 1)), period(Every.QUARTER, date(2027, 2, 1))
    eighth = datetime(2027, 1, 8, tzinfo=clock.CN)
    assert verdict("report-approval", fourth, Count(met=1, first=eighth), "2027-01-20T00:00") is State.MET
    april = datetime(2027, 4, 8, tzinfo=clock.CN)
    assert verdict("report-approval", first, Count(met=1, first=april), "2027-04-20T00:00") is State.LATE


@pytest.mark.rule("R3")
def test_a_version_from_the_middle_of_a_period_judges_from_the_next_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    version(tmp_path, "1.0", "2026-01-01")
    version(tmp_path, "2", "2026-11-15", VISITS)
    four, late = Count(met=4), "2027-06-01T12:00"
    assert verdict("manager-visits", period(Every.MONTH, date(2026, 11, 20)), four, late) is State.MET
    assert verdict("manager-visits", period(Every.MONTH, date(2026, 12, 1)), four, late) is State.LATE


def test_the_shipped_folder_is_used_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert shipped() == sorted(FOLDER.glob("*.toml"))


def test_a_folder_without_packs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for empty in (tmp_path, tmp_path / "nowhere"):
        monkeypatch.setenv(VARIABLE, str(empty))
        with pytest.raises(PackError, match="这里没有规程包"):
            pack("property")


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("old", "new", "since", "file", "line", "advice"),
    [
        ("", "2.0", "2026-01-01", "2.0.toml", "valid_from", "与 1.5.toml 的 id 和 valid_from 相同"),
        ("", "1.5.0", "2027-01-01", "1.5.0.toml", "version", "version 要大于更早的 1.5 版"),
        ("", "1.10", "2025-01-01", "1.5.toml", "version", "version 要大于更早的 1.10 版"),
        ("2027-01-01", "2.0", "2027-01-01", "1.5.toml", "valid_until", "重叠：请写 2026-12-31"),
        ("2026-11-30", "2.0", "2027-01-01", "1.5.toml", "valid_until", "之间有几天没有版本：请写 2026-12-31"),
        ("2026-12-31", "1.4", "2025-01-01", "1.5.toml", "valid_until", "之后没有下一版接上"),
    ],
)
def test_versions_neither_overlap_nor_leave_a_gap(
    tmp_path: Path, old: str, new: str, since: str, file: str, line: str, advice: str
) -> None:
    until = [("approved = ", f"valid_until = {old}\napproved = ")] if old else []
    approved = ("on = 2025-12-20", "on = 2024-12-20")
    paths = [version(tmp_path, "1.5", "2026-01-01", *until), version(tmp_path, new, since, approved)]
    with pytest.raises(PackError, match=advice) as caught:
        read(paths)
    (problem,) = caught.value.problems
    assert problem.path.name == file
    assert problem.path.read_text().splitlines()[problem.line - 1].startswith(f"{line} = ")


@pytest.mark.rule("R1")
def test_versions_that_follow_each_other_are_read_oldest_first(tmp_path: Path) -> None:
    until = ("approved = ", "valid_until = 2026-12-31\napproved = ")
    newer, older = version(tmp_path, "1.10", "2027-01-01"), version(tmp_path, "1.9", "2026-01-01", until)
    assert [each.version for each in read([newer, older])] == ["1.9", "1.10"]


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    wrong = ("amount = 2\n", "amount = 0\n")
    paths = [version(tmp_path, "1.0", "2026-01-01", wrong), version(tmp_path, "2.0", "2027-01-01", wrong)]
    with pytest.raises(PackError) as caught:
        read(paths)
    assert [problem.path for problem in caught.value.problems] == paths
