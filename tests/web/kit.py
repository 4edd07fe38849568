"""Sample data for the style guide (templates/kit/show.html), and a Jinja environment like the application's."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, FileField, Form, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from saas import markdown
from saas.charts import Chart, Series
from saas.web.filters import moment
from saas.web.folding import fold

QUARTER = ("7 月", "8 月", "9 月")
CHARTS = (
    Chart(
        "bars",
        "投诉量与办结率",
        QUARTER,
        (Series("投诉量", (23, 21, 20)),),
        "件",
        over=Series("办结率", (96, 97, 98), "%"),
    ),
    Chart(
        "stacked",
        "工单构成",
        QUARTER,
        (Series("水电", (40, 42, 38)), Series("公区", (21, 19, 22))),
        "单",
        60,
        wide=False,
    ),
    Chart("lines", "满意度", QUARTER, (Series("满意度", (92.1, 92.5, 93.7)),), "%", 92, wide=False),
    Chart("donut", "投诉类别", ("停车", "噪音", "维修"), (Series("件数", (15, 14, 13)),), "件", wide=False),
    Chart(
        "heat", "规程执行", QUARTER, (Series("投诉回访", (100, 96, 80)), Series("空置房巡查", (60, 72, None))), "%", 100
    ),
)

ROOT = Path(__file__).resolve().parents[2]


class Callback(Form):
    method = SelectField(
        "回访方式",
        choices=[SelectChoice("", "请选择"), SelectChoice("visit", "上门")],
        validators=[DataRequired("请选择回访方式")],
    )
    on = DateField("回访日期", validators=[DataRequired("请填写回访日期")])
    satisfied = RadioField(
        "客户是否满意",
        choices=[SelectChoice("yes", "满意"), SelectChoice("fair", "基本满意"), SelectChoice("no", "不满意")],
        validators=[InputRequired("请选择一项")],
    )
    words = TextAreaField("客户原话", description="照实记录，不概括。")
    agree = BooleanField("客户已签字")
    photo = FileField("附件")

    def validate_on(self, _field: DateField) -> None:
        raise ValidationError("回访日期应在 11-29 前（办结后 3 天内）")


def environment() -> Environment:
    """The environment without the application: same undefined, trimming and globals."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        static=lambda name: f"/static/{name}",
        csrf_token=lambda: "token",
        new_key=lambda: str(uuid4()),
        get_flashed_messages=lambda **_: [("success", "已同意 3 项"), ("error", "没能发送邮件，请稍后再试")],
    )
    env.filters.update(moment=moment, fold=fold)
    env.globals["ui"] = env.get_template("shared/ui.html").module
    return env


def context(theme: str | None = None) -> dict[str, Any]:
    """What the frame and a view would give to the style guide."""

    def item(label: str, icon: str, key: str = "", count: int = 0, **more: Any) -> SimpleNamespace:
        given = {"url": "#", "tone": "", "current": False, "tab": bool(key)} | more
        return SimpleNamespace(label=label, icon=icon, key=key, count=count, **given)

    form = Callback(MultiDict({"on": "2026-12-02", "method": ""}))
    form.validate()
    return {
        "theme": theme,
        "me": SimpleNamespace(name="林晓燕", company_name="祥瑞物业", project_name="云栖花园", user_id="u1"),
        "roles_of": lambda _visit: "管家",
        "nav": [
            ("我的", [item("今日工作台", "layout-dashboard", "w", 11, tone="red")]),
            (
                "客户沟通",
                [item("投诉", "message-square-warning", "t", 9, current=True), item("访谈", "calendar-check", "f", 6)],
            ),
            ("对外发布", [item("信息发布", "megaphone", "x", 4, tab=False)]),
        ],
        "crumbs": [("投诉", "#"), ("处理中", "#"), ("TS-20261119-007", None)],
        "projects": [
            SimpleNamespace(name=n, url="#", count=c, current=c == 9) for n, c in (("云栖花园", 9), ("翡翠湾", 0))
        ],
        "search_url": "#",
        "bell": SimpleNamespace(url="#", count=3),
        "settings_url": "#",
        "logout_url": "#",
        "quick": SimpleNamespace(label="记录", url="#"),
        "form": form,
        "at": lambda **changes: "?" + "&".join(f"{k}={v}" for k, v in changes.items()),
        "charts": CHARTS,
        "text": markdown.parse(
            "### 停车管理\n本季度 **64 件**，环比下降。\n\n- 夜间巡查\n- 增设标线\n\n|月份|件数|\n|-|-:|\n|7 月|23|"
        ),
        "code": Markup(segno.make("https://example.test/q/7f3a").svg_inline(omitsize=True)),
    }
