"""What the author of a pack reads when something is wrong: every mistake, with its file and line."""

import os
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from saas.policy.lines import Lines
from saas.policy.loader import load
from saas.policy.periods import Every, period
from saas.policy.source import PackError, Problem
from tests.policy.small import GOOD

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes) -> Path:
        path = tmp_path / "own.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def line_of(text: str, piece: str) -> int:
    assert text.count(piece) >= 1, piece
    return text[: text.index(piece)].count("\n") + 1


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("callback_quota = 50", "callback_quota = 150", "比例要在 0 到 100 之间"),
        ("amount = 2\n", "amount = -2\n", "太小"),
        ("amount = 7\n", "amount = 99999\n", "太大"),
        ("amount = 7\n", 'amount = "七"\n', "请写成 amount = 整数"),
        ("amount = 7\n", "amount = true\n", "请写成 amount = 整数"),
        ('unit = "hours"', 'unit = "fortnights"', "没有叫“fortnights”的单位"),
        ('starts = "handled"', 'starts = "birth"', "没有叫“birth”的起算点"),
        ('warn_before = "30m"', 'warn_before = "-30m"', "不能是负数"),
        ('warn_before = "30m"', 'warn_before = "3h"', "要小于 2 小时"),
        ('warn_before = "30m"', 'warn_befor = "30m"', "是不是 warn_before"),
        ('{ after = "3d", role', '{ after = "1h", role', "一级比一级晚"),
        ('solution_role = "division_leader"', 'solution_role = "king"', "没有叫“king”的角色"),
        ('callback_later = ["on_site"]', 'callback_later = ["pigeon"]', "没有叫“pigeon”的回访方式"),
        ('callback_later = ["on_site"]', "callback_later = []", "至少要有一项"),
        ('callback_later = ["on_site"]', 'callback_later = ["on_site", "on_site"]', "重复"),
        ('{ name = "review", role = "quality" }', '{ name = "bless", role = "quality" }', "没有叫“bless”的步骤"),
        ('{ name = "review", role = "quality" }', '"quality"', "要写成 { 键 = 值 }"),
        ('when_flag = "general_manager"', 'when_flag = "rain"', "没有叫“rain”的标记"),
        ('chain = "sms"', 'chain = "telegram"', "没有叫“telegram”的审批链"),
        ('clock = "solution"', 'clock = "cuckoo"', "没有叫“cuckoo”的时限"),
        ('id = "sms-approval"', 'id = "notice-approval"', "条款 notice-approval 重复"),
        ('chapter = "authority"', 'chapter = "poetry"', "没有叫“poetry”的章"),
        ('title = "逐级审核审批"', 'title = " "', "title 是空的"),
        ('kind = "quota"', 'kind = "wish"', "没有叫“wish”的条款类型"),
        ("valid_from = 2026-01-01", 'valid_from = "2026-01-01"', "请写成 valid_from = 2026-01-31"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T08:00:00", "只要日期"),
        ('repair = "报修"', 'repair = "咨询"', "前面已有"),
        ('noise = "噪声扰民"', 'NOISE = "噪声扰民"', "不合规则"),
        ("lunch_from = 12:00:00", "lunch_from = 07:00:00", "从早到晚"),
        ('pause_role = "project_manager"', 'pause_role = "cook"', "没有叫“cook”的角色"),
        ('soon = "2h"', 'soon = "presently"', "不是时长"),
        ("expected_hours_to = 8", "expected_hours_to = 3", "不小于"),
        ("signature = false", 'signature = "no"', "true 或 false"),
        # roles
        ('hierarchy = ["steward"', 'hierarchy = ["steward", "steward"', "hierarchy 里有重复"),
        ('hierarchy = ["steward"', 'hierarchy = ["customer"', "客户不是公司员工"),
        ('hierarchy = ["steward"', 'hierarchy = ["cook"', "没有叫“cook”的角色"),
        ('{ after = "4h", role = "project_manager" }', '{ after = "4h", role = "cook" }', "没有叫“cook”的角色"),
        (
            '{ after = "4h", role = "project_manager" }',
            '{ after = "4h", role = "service_supervisor" }',
            "又回到客服主管",
        ),
        ('{ after = "4h", role = "project_manager" }', '{ after = "4h", role = "customer" }', "不是公司员工"),
        ('{ name = "review", role = "quality" }', '{ name = "review", role = "owners_committee" }', "没有人能办"),
        ('roles = ["project_manager", "division_leader", "general_manager"]', 'roles = ["cook"]', "没有叫“cook”的角色"),
        ('pause_role = "project_manager"', 'pause_role = "customer"', "不是公司员工"),
        ('duty_movers = ["project_manager", "quality"]', 'duty_movers = ["customer"]', "不是公司员工"),
        # clauses
        ('id = "contact-record"', 'id = "Contact Record"', "写法不对"),
        ('evidence = "contacts.records"', 'evidence = "contacts"', "写法不对"),
        ('evidence = "contacts.records"', 'evidence = ""', "evidence 是空的"),
        ("target = { count = 3", "target = { percent = 30, count = 3", "percent 和 count 只写一个"),
        ("target = { percent = 100 }", "target = { percent = 101 }", "比例要在 0 到 100 之间"),
        ("target = { percent = 100 }", "target = { }", "percent 和 count 只写一个"),
        ("yuan_project_manager = 1000,", "yuan_cook = 1000,", "没有叫“yuan_cook”的数字"),
        ('days_ahead = "提前 {} 天"', 'days_ahead = "提前 10 天"', "要有一个 {}"),
        ('within = { amount = 24, unit = "hours" }', 'within = { amount = 24, unit = "moons" }', "没有叫“moons”的单位"),
        ('within = { amount = 24, unit = "hours" }', 'within = { amount = 0, unit = "hours" }', "太小"),
        ('only = "remuneration"', 'only = "barter"', "没有叫“barter”的计费方式"),
        ("office = true", 'office = "yes"', "true 或 false"),
        # dates
        ('{ from = "end", months = 1, day = 10 }', '{ from = "end", months = 13, day = 10 }', "months = 13 太大"),
        ('{ from = "end", months = 1, day = 10 }', '{ from = "end", months = 1, day = 32 }', "day = 32 太大"),
        ('{ from = "end", months = 1, day = 10 }', '{ from = "end", months = 1, day = 0 }', "day = 0 太小"),
        ('{ from = "end", months = 1, day = 10 }', '{ from = "middle", months = 1, day = 10 }', "没有叫“middle”的起点"),
        ('remind = ["10d", "3d", "1d"]', 'remind = ["91d", "3d", "1d"]', "提醒比周期还长"),
        ('remind = ["10d", "3d", "1d"]', "remind = []", "至少要有一项"),
        ('remind = ["10d", "3d", "1d"]', 'remind = ["soon"]', "不是时长"),
        ('every = "quarter"', 'every = "fortnight"', "没有叫“fortnight”的周期"),
        # the version
        ('version = "1.0"', 'version = "spring"', "写法不对"),
        ("on = 2025-12-20 }", "on = 2026-01-02 }", "晚于生效日"),
        ("on = 2025-12-20 }", 'on = "never" }', "请写成 on = 2026-01-31"),
        ('approved = { by = "总经理"', 'approved = { by = " "', "by 是空的"),
        ('id = "property"', 'id = "Property!"', "写法不对"),
    ],
)
def test_a_mistake_is_told_with_its_line(write: Write, old: str, new: str, advice: str) -> None:
    text = GOOD.replace(old, new, 1)
    with pytest.raises(PackError) as caught:
        load(write(text))
    told = [problem for problem in caught.value.problems if advice in problem.message]
    assert told, str(caught.value)
    assert told[0].line == line_of(GOOD, old)
    assert str(told[0]).startswith(f"{caught.value.path}:{told[0].line}：")


@pytest.mark.parametrize(
    ("step", "advice"),
    [
        ('{ name = "approve", role = "quality" }', "步骤 approve 重复"),
        ('{ name = "general_manager", role = "quality" }', "次序倒了"),
        ('{ name = "review", role = "division_leader" }', "不能审两次"),
    ],
)
def test_a_chain_neither_repeats_nor_turns_back(write: Write, step: str, advice: str) -> None:
    old = '{ name = "review", role = "quality" }'
    with pytest.raises(PackError, match=advice) as caught:
        load(write(GOOD.replace(old, step, 1)))
    assert caught.value.line == line_of(GOOD, old) + 1  # the second of the two steps is the wrong one


@pytest.mark.rule("R1")
def test_a_chain_does_not_come_back_down_the_hierarchy(write: Write) -> None:
    old = '{ name = "review", role = "project_manager" },\n  { name = "approve", role = "division_leader" }'
    new = '{ name = "review", role = "division_leader" },\n  { name = "approve", role = "project_manager" }'
    with pytest.raises(PackError, match="审批要由低到高") as caught:
        load(write(GOOD.replace(old, new, 1)))
    assert caught.value.line == line_of(GOOD, old) + 1


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("old", "more", "advice"),
    [
        ('within = { amount = 24, unit = "hours" }\n', 'clock = "solution"\n', "clock 和 within 只写一个"),
        ("office = true\n", 'only = "lump_sum"\n', "不能同时写"),
        ('kind = "chain"\n', "target = { percent = 20 }\n", "不认识的键 target"),
        ('kind = "invariant"\n', 'due = { from = "end", months = 1, day = 1 }\n', "不认识的键 due"),
        ('kind = "invariant"\n', 'remind = ["1d"]\n', "不认识的键 remind"),
        ("[chains.visit_plan_year]\n", 'channels = ["sms"]\n', "请删去 channels"),
        ("valid_from = 2026-01-01\n", "valid_until = 2025-12-31\n", "早于 valid_from"),
    ],
)
def test_what_does_not_belong_together_is_told(write: Write, old: str, more: str, advice: str) -> None:
    with pytest.raises(PackError, match=advice) as caught:
        load(write(GOOD.replace(old, old + more, 1)))
    told = [problem for problem in caught.value.problems if advice in problem.message]
    assert abs(told[0].line - line_of(GOOD, old) - 1) <= 1


@pytest.mark.rule("R1")
def test_a_day_that_a_month_lacks_is_its_last_day(write: Write) -> None:
    old = '{ from = "end", months = 1, day = 10 }'
    deadline = load(write(GOOD.replace(old, old.replace("10", "31")))).clauses["report-approval"].deadline
    assert deadline is not None
    assert deadline.of(period(Every.QUARTER, date(2026, 2, 3))) == date(2026, 4, 30)


def test_shares_of_a_clause_stay_under_100_percent(write: Write) -> None:
    old = 'evidence = "contacts.records"\n'
    with pytest.raises(PackError, match="percent_met = 101") as caught:
        load(write(GOOD.replace(old, f"{old}numbers = {{ percent_met = 101 }}\n", 1)))
    assert caught.value.line == line_of(GOOD, old) + 1


@pytest.mark.parametrize(
    ("gone", "table", "key"),
    [
        ('unit = "hours"\n', "[clocks.first_response]", "unit"),
        ('source = "004 §2.2"\n', "[[clauses]]", "source"),
        ('evidence = "contacts.records"\n', "[[clauses]]", "evidence"),
        ('due = { from = "end", months = 1, day = 10 }\n', "[[clauses]]", "due"),
        ('every = "quarter"\n', "[[clauses]]", "every"),
        ('chapter = "authority"\n', "[[clauses]]", "chapter"),
        ('steps = [\n  { name = "approve", role = "project_manager" },\n]\n', "[chains.notice]", "steps"),
        ('clock = "callback"\n', "[[clauses]]", "clock"),
        ('chain = "sms"\n', "[[clauses]]", "chain"),
        ("closes = 18:00:00\n", "[settings.business_hours]", "closes"),
    ],
)
def test_a_missing_field_is_told_at_its_table(write: Write, gone: str, table: str, key: str) -> None:
    before = GOOD[: GOOD.index(gone)]
    with pytest.raises(PackError, match=f"缺少 {key}") as caught:
        load(write(GOOD.replace(gone, "", 1)))
    assert caught.value.line == before[: before.rindex(table)].count("\n") + 1


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(write: Write) -> None:
    text = GOOD.replace("amount = 2\n", "amount = 0\n").replace("= 50", "= 101").replace('title = "短信"', "titel = 1")
    with pytest.raises(PackError) as caught:
        load(write(text))
    assert len(caught.value.problems) == 4
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert (caught.value.line, caught.value.message) == (lines[0], caught.value.problems[0].message)
    assert str(caught.value).count("\n") == 3


def test_a_missing_section_is_told_once(write: Write) -> None:
    begin, end = GOOD.index("[settings]"), GOOD.index("# ---- 条款")
    with pytest.raises(PackError) as caught:
        load(write(GOOD[:begin] + GOOD[end:]))
    assert [problem.message for problem in caught.value.problems] == [
        "缺少 settings：请补上一行 settings = …（请写一节 [settings]）"
    ]


def test_a_chain_that_may_skip_every_step_is_refused(write: Write) -> None:
    old = '{ name = "review", role = "project_manager" },\n]\n\n[chains.reply'
    new = old.replace(" }", ', when_flag = "general_manager" }', 1)
    assert old in GOOD
    with pytest.raises(PackError, match="无人审批就会发出"):
        load(write(GOOD.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("valid_from = 2026-01-01", "valid_from = 2026-02-30", "日期不存在"),
        ('channels = ["sms"]', 'channels = ["fax"]', "没有叫“fax”的发布渠道"),
        ('channels = ["sms"]', 'channels = ["sms", "sms"]', "channels 里有重复"),
        ('label = "首次回应"', "label = 首次回应", "文字请加双引号"),
        ('label = "首次回应"', 'label = "首次回应', "引号"),
        ('label = "首次回应"', "label", "等号"),
        ('label = "首次回应"', 'label = "首次回应"\nlabel = "二"', "写了两次"),
        ("[clocks.solution]", "[clocks.contact]", "写了两次"),
        ("[clocks.solution]", "[clocks.solution", "请"),
    ],
)
def test_broken_toml_is_told_with_its_line(write: Write, old: str, new: str, advice: str) -> None:
    with pytest.raises(PackError, match=advice) as caught:
        load(write(GOOD.replace(old, new, 1)))
    assert 0 <= caught.value.line - line_of(GOOD, old) <= 1


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "缺少 id"),
        (b"id = 'x'\n\0\1\2", "不是文本文件"),
        ("title = '物业'".encode("gbk"), "UTF-8"),
        (b"#" * 1_048_577, "超过 1 MB"),
        (b"a = " + b"[" * 1500, "请"),
        (b"a = " + b"[\n" * 9000, "嵌套过深"),
        (b"a = " + b"9" * 6000, "字符"),
        (b"a" + b".a" * 4000 + b" = 1", "字符"),
        (b"a" + b".a" * 900 + b" = 1", "点号"),
        (b"x = {a" + b".a" * 900 + b" = 1}", "点号"),
        (b"[[clauses]]\n" * 80_000, "缺少"),
        (b"a = [\n" + b"1" * 1999 + b"\n" * 5, "请"),
        (b"<html><body>login</body></html>", "请"),
        (b"roles = 1\nclauses = 2\nsettings = []\nclocks = 'x'", "缺少 id"),
        (b"clauses = [1, [2], {}]\n[roles]\n[chains.a.b.c]\n[settings]\nbusiness_hours = 3", "缺少 id"),
    ],
)
def test_hostile_files_are_refused_in_words(write: Write, content: bytes, advice: str) -> None:
    with pytest.raises(PackError, match=advice) as caught:
        load(write(content))
    assert len(caught.value.problems) <= 100


def test_no_file_no_folder_no_endless_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(PackError, match="找不到这个文件"):
            load(path)


def test_windows_editors_are_welcome(write: Write) -> None:
    assert load(write(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())).id == "property"


def test_damaged_files_never_break_the_loader(write: Write) -> None:
    random = Random(20261122)
    pieces = ['"', "'", "[", "]", "{", "}", "=", "\n", ",", "#", "\\", '"""', "x", "-1", "1e400", "nan", "是"]
    for _ in range(150):
        text = GOOD
        for _ in range(random.randint(1, 4)):
            begin = random.randrange(len(text))
            text = text[:begin] + random.choice(pieces) + text[begin + random.choice([0, 1, 30]) :]
        problems: tuple[Problem, ...] = ()
        try:
            load(write(text))
        except PackError as error:
            problems = error.problems
        assert all(1 <= one.line <= text.count("\n") + 1 for one in problems)


def test_lines_of_every_way_to_write_toml() -> None:
    text = (
        '''# x = 1
a.b = 1 # [no]
"c d" = """
[not.a.table]
"""
e = [ # comment ]
  { f = 1, g = { h = "}" } },
  [1, 2,
   3], 1979-05-27 07:32:00,
]
[i . "j.k"]
l = 'm = ]'
[[n]]
o = '''
        + "'''\n[[x]]'''"
        + """
[[n.p]]
[[n]]
[n.q]
r = -1.5e3
"""
    )
    tomllib.loads(text)
    lines = Lines(text).index
    assert lines["a", "b"] == 2
    assert lines["c d",] == 3
    assert (lines["e", 0, "f"], lines["e", 0, "g", "h"], lines["e", 1, 2], lines["e", 2]) == (7, 7, 9, 9)
    assert (lines["i", "j.k"], lines["i", "j.k", "l"]) == (11, 12)
    assert (lines["n", 0, "o"], lines["n", 0, "p", 0], lines["n", 1], lines["n", 1, "q", "r"]) == (14, 16, 17, 19)
    assert not any("x" in place for place in lines)
