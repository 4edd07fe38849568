"""The difference between two versions, as their author reads it (R3)."""

from pathlib import Path

import pytest

from saas.app import ROOT
from saas.policy.difference import difference
from saas.policy.loader import FOLDER, load
from tests.policy.small import version

Change = tuple[str, str]


def told(folder: Path, *changes: Change) -> dict[str, list[str]]:
    old, new = version(folder, "1.0", "2026-01-01"), version(folder, "2.0", "2027-01-01", *changes)
    return dict(difference(load(old), load(new)))


@pytest.mark.rule("R3")
def test_dates_and_approval_alone_are_no_difference(tmp_path: Path) -> None:
    assert told(tmp_path, ('by = "总经理"', 'by = "董事会"'), ("# ----", "# ====")) == {}


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("old", "new", "group", "line"),
    [
        ("target = { count = 3", "target = { count = 5", "数字", "经理每月上门访 3 户：不少于 3 户 → 不少于 5 户"),
        ("callback_quota = 50", "callback_quota = 60", "数字", "一般投诉回访率 50% → 60%"),
        ("yuan_project_manager = 1000", "yuan_project_manager = 800", "数字",
         "赔偿按权限核决表：项目经理 1000 元以内 → 项目经理 800 元以内"),
        ("numbers = { yuan_project_manager", "numbers = { yuan_a = 7, yuan_project_manager", "数字",
         "赔偿按权限核决表：新增「A 类每人 7 元」"),
        ("from_years = 2", "from_years = 3", "数字", "老业主：收房 满 2 年 → 满 3 年"),
        ("months = 1, day = 10 }", "months = 1, day = 8 }", "期限", "10 日前服务报告审批：次月 10 日前 → 次月 8 日前"),
        ('every = "quarter"', 'every = "month"', "期限", "10 日前服务报告审批：周期 每季度 → 每月"),
        ("amount = 2\n", "amount = 1\n", "时限", "首次回应 2 小时 → 1 小时"),
        ("amount = 24,", "amount = 12,", "时限", "热线投诉 24 小时反馈：24 小时 → 12 小时"),
        ('starts = "handled"', 'starts = "received"', "时限", "回访：起算 处理完毕 → 收到"),
        ('steps = [\n  { name = "approve", role = "project_manager" },\n]\n\n[chains.sms',
         'steps = [\n  { name = "approve", role = "division_leader" },\n]\n\n[chains.sms', "审批链",
         "通知、通告由「项目经理审批」改为「分管领导审批」"),
        (', when_flag = "general_manager" },\n]\n\n[chains.online', " },\n]\n\n[chains.online", "审批链",
         "复函、回信由「项目经理审核 → 分管领导审批 → 总经理批准（限需总经理批准）」改为"
         "「项目经理审核 → 分管领导审批 → 总经理批准」"),
        ('chain = "sms"', 'chain = "notice"', "审批链", "短信经项目经理审核：审批链由「短信」改为「通知、通告」"),
        ('callback_role = "steward"', 'callback_role = "front_desk"', "角色",
         "一般投诉：由谁回访由「管家」改为「前台」"),
        ('roles = ["finance"]', 'roles = ["legal"]', "角色", "财务部分经财务审批：负责由「财务核算中心」改为「法务」"),
        ('remind = ["10d", "3d", "1d"]', 'remind = ["5d"]', "提醒与上报",
         "10 日前服务报告审批：提前由「10 天、3 天、1 天」改为「5 天」"),
        ('warn_before = "30m"', 'warn_before = "15m"', "提醒与上报", "首次回应：提前由「30 分钟」改为「15 分钟」"),
        ('{ after = "3d", role = "general_manager" }', '{ after = "4d", role = "general_manager" }', "提醒与上报",
         "办结：逾期由「即报项目经理，1 天后报分管领导，3 天后报总经理」改为"
         "「即报项目经理，1 天后报分管领导，4 天后报总经理」"),
        ("存档。", "归档。", "文字", "每次沟通都有记录：由「面谈"),
        ('title = "逐级审核审批"', 'title = "逐级审批"', "文字",
         "条款 approval-hierarchy 的标题由「逐级审核审批」改为「逐级审批」"),
        ('title = "物业客户沟通管理规程"', 'title = "客户规程"', "文字",
         "规程名称由「物业客户沟通管理规程」改为「客户规程」"),
        ('steward = "管家"', 'steward = "客服专员"', "其他", "角色 steward 由「管家」改为「客服专员」"),
        ('other = "其他"\n', 'other = "其他"\npests = "虫害"\n', "其他", "投诉类别 pests：新增「虫害」"),
        ('noise = "噪声扰民"\n', "", "其他", "投诉类别 noise：删去「噪声扰民」"),
        ("public_for = \"90d\"", "public_for = \"30d\"", "其他", "公开页保留由「90 天」改为「30 天」"),
        ("closes = 18:00:00", "closes = 17:30:00", "其他", "营业时间 closes 由「18:00:00」改为「17:30:00」"),
        ('only = "remuneration"\nevidence', 'only = "lump_sum"\nevidence', "其他",
         "财务部分经财务审批：适用由「酬金制」改为「包干制」"),
        ("office = true\n", "", "其他", "每月回访日常接待：适用由「品质运营中心」改为「项目」"),
        ('closers = ["service_supervisor", "project_manager"]', 'closers = ["project_manager"]', "其他",
         "投诉 由谁办结由「客服主管、项目经理」改为「项目经理」"),
        ("pictures = 3", "pictures = 5", "其他", "住户投诉单 最多照片数由「3」改为「5」"),
        ('order = { label = "秩序部" }', 'order = { label = "安保部" }', "其他",
         "处理部门 order 名称由「秩序部」改为「安保部」"),
        ('label = "电话回访", signature = false', 'label = "电话回访", signature = true', "其他",
         "callback_channels phone signature 由「否」改为「是」"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_one_line_of_its_group(tmp_path: Path, old: str, new: str, group: str, line: str) -> None:
    found = told(tmp_path, (old, new))
    assert list(found) == [group], found
    (said,) = found[group]
    assert said.startswith(line)


@pytest.mark.rule("R3")
def test_added_and_removed_clauses_are_told_whole(tmp_path: Path) -> None:
    found = told(tmp_path, ('id = "manager-visits"', 'id = "manager-calls"'))
    (added,), (removed,) = found["新增条款"], found["删除条款"]
    assert added == removed == "经理每月上门访 3 户（F4，000 §5.1.2 C）：每月不少于 3 户"
    assert list(found) == ["新增条款", "删除条款"]


@pytest.mark.rule("R3")
def test_groups_and_lines_keep_their_order(tmp_path: Path) -> None:
    found = told(
        tmp_path, ("amount = 2\n", "amount = 1\n"), ("amount = 24,", "amount = 12,"), ("count = 3", "count = 4"),
        ('steward = "管家"', 'steward = "客服专员"'),
    )  # fmt: skip
    assert list(found) == ["数字", "时限", "其他"]
    assert found["时限"] == ["首次回应 2 小时 → 1 小时", "热线投诉 24 小时反馈：24 小时 → 12 小时"]
    assert len(found["其他"]) == 1, "a role by another name is still that role"


@pytest.mark.rule("R3")
def test_the_worked_example_of_the_documentation_is_true(tmp_path: Path) -> None:
    text = (FOLDER / "property.toml").read_text(encoding="utf-8")
    text = text.replace("amount = 2\n", "amount = 1\n", 1).replace("target = { count = 3,", "target = { count = 5,", 1)
    begin = text.index('id = "complaint-statistics"')
    text = text[:begin] + text[begin:].replace("day = 10", "day = 8", 1)
    newer = tmp_path / "property-2027.toml"
    newer.write_text(text, encoding="utf-8")
    lines = [line for _, group in difference(load(FOLDER / "property.toml"), load(newer)) for line in group]
    assert len(lines) == 3
    told = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    assert all(f"         {line}\n" in told for line in lines)
