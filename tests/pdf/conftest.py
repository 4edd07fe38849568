"""A worked example of the handling form and a press that is warm once for all tests here."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from saas.clock import CN
from tenants.complaints.form_sheet import Approval, CallbackEntry, ComplaintForm, Stage

RECEIVED = datetime(2026, 11, 16, 9, 12, tzinfo=CN)

CONTENT = (
    "本人住 3 栋 2 单元 1502，楼上 1602 自 11 月 8 日起每天 22:30 之后仍有电钻、敲墙的声音，一直持续到凌晨。"
    "家里有两岁的孩子和心脏不好的老人，已经连续一周睡不好。\n"
    "11 月 12 日、14 日两次打前台电话，都说“会去看看”，没有人回复处理结果。"
)


@pytest.fixture(autouse=True)
def warm(press: Path) -> Path:
    """Everything here prints."""
    return press


@pytest.fixture
def form() -> ComplaintForm:
    return ComplaintForm(
        company="翠湖物业服务有限公司",
        project="翠湖花园管家服务中心",
        number="TS-2026-1116-003",
        printed_by="林晓",
        printed_at=datetime(2026, 11, 22, 10, 30, tzinfo=CN),
        customer="王*梅",
        phone="138 **** 5521",
        unit="3-2-1502",
        received_at=RECEIVED,
        source="电话",
        received_by="周㛃䶮",
        category="装修管理 / 噪声",
        severity="重要",
        severities=("一般", "重要", "重大"),
        content=CONTENT,
        demand="22:00 之后和中午停止施工；物业给出书面答复。",
        reception="已致歉并安抚，说明装修时间规定（8:00～12:00，14:00～18:00），承诺当日到现场查看。",
        established="成立",
        accepted="受理",
        judged_by="何静",
        judged_at=RECEIVED + timedelta(minutes=38),
        judgement_reason="值班记录证实 11 月 14 日 22:50 仍在施工，违反装修管理约定。一周内重复投诉，定为重要。",
        department="工程部",
        handler="𬱖建国",
        department_opinion="立即停工整改，装修押金按约定处理；夜间巡查加入 22:00、23:30 两次。",
        investigation=(
            "原因：施工队为赶工期夜间作业，业主不在场。\n"
            "经过：11 月 16 日 10:05 到 1602 现场，施工方承认 8 日以来夜间施工。\n"
            "责任人：施工方负责人；我方夜班巡查未按路线到 16 层。"
        ),
        solution="1. 1602 停工两天，签整改承诺；\n2. 夜班巡查路线调整并由客服主管抽查；\n3. 书面答复客户，3 天内回访。",
        reply_text=(
            "王女士：\n您反映的楼上夜间施工一事，我们已于 11 月 16 日上午到现场核实，情况属实。1602 已停工整改，"
            "今后只在 8:00～12:00、14:00～18:00 施工，夜班每晚两次到 16 层巡查。"
            "此前两次来电没有及时回复您，是我们的疏忽。"
            "如再有施工声，请拨打 24 小时服务电话，我们 20 分钟内到场。"
        ),
        reply_channel="书面（信函）",
        replied_at=datetime(2026, 11, 17, 16, 20, tzinfo=CN),
        finished_at=datetime(2026, 11, 18, 18, 0, tzinfo=CN),
        closed_at=datetime(2026, 11, 20, 15, 0, tzinfo=CN),
        closed_by="何静",
        closure_note="客户满意，夜间巡查调整已列入班组日志。",
        approvals=(
            Approval("审核", "陈志远", "退回", datetime(2026, 11, 17, 9, 40, tzinfo=CN), "请写明巡查的具体时间。"),
            Approval("审核", "陈志远", "同意", datetime(2026, 11, 17, 11, 5, tzinfo=CN), "同意。"),
            Approval(
                "审批", "赵敏（代刘洋）", "同意", datetime(2026, 11, 17, 15, 30, tzinfo=CN), "同意，注意跟进回访。"
            ),
        ),
        callbacks=(
            CallbackEntry(
                datetime(2026, 11, 20, 14, 8, tzinfo=CN), "何静", "上门回访", "满意", "这几天晚上安静了，希望能保持。"
            ),
        ),
        stages=(
            Stage("首次响应", RECEIVED + timedelta(hours=2), RECEIVED + timedelta(minutes=5)),
            Stage("联系投诉人", RECEIVED + timedelta(days=1), RECEIVED + timedelta(hours=1)),
            Stage(
                "提出方案", RECEIVED + timedelta(days=1), RECEIVED + timedelta(days=1, minutes=48), "客户上午不便接听"
            ),
            Stage("办结", RECEIVED + timedelta(days=7), datetime(2026, 11, 20, 15, 0, tzinfo=CN)),
            Stage("回访", datetime(2026, 11, 21, 18, 0, tzinfo=CN), datetime(2026, 11, 20, 14, 8, tzinfo=CN)),
        ),
    )
