"""Repairs of a quarter: the price list, work orders with signatures, money, callbacks, the registers of the months."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import func, select

from saas import clock
from saas.companies.skills import change_skills
from saas.db import db
from saas.identity import Actor
from saas.policy.loader import pack
from saas.policy.periods import Every, Period, period
from saas.problem import Conflict
from tenants.customers.models import Customer, Residency, Unit
from tenants.price_lists import actions as price_lists
from tenants.price_lists.actions import NewLine
from tenants.price_lists.models import PriceList
from tenants.repairs import actions
from tenants.repairs.models import Repair
from tenants.repairs.month import opens
from workers.demo.jobs import JOBS, Home, Play
from workers.demo.play import Scene, in_hours

NOW, PAST = 14, 10
# How many days ago the orders of the present quarter came in, the latest first.
AGO = (0, 0, 0, 0, 1, 1, 3, 6, 10, 16, 24, 33, 41, 49)
# The n-th order from the end stops before this step. The first ones of today are under way on site.
STOPS = {0: "assign", 1: "arrive", 2: "start", 3: "finish", 4: "hand_over", 5: "assign"}
FRESH = timedelta(hours=2)
ON_SITE = {2: timedelta(hours=3, minutes=20), 3: timedelta(hours=3, minutes=50)}
SKILLS = {"technician": ["plumbing", "electricity"], "engineering_supervisor": ["carpentry", "masonry"]}
LISTED = timedelta(days=420)
PRICES = (
    ("service", "物业服务费（高层）", "㎡·月", "2.80", "按建筑面积"),
    ("service", "物业服务费（商铺）", "㎡·月", "4.50", ""),
    ("service", "地下车位服务费", "个·月", "80.00", ""),
    ("service", "装修垃圾清运", "户·次", "600.00", "按 100 ㎡ 计"),
    ("collected", "代收自来水费", "吨", "2.90", "照供水公司标准"),
    ("collected", "代收生活垃圾处理费", "户·月", "6.00", ""),
    ("paid", "更换龙头、角阀", "个", "35.00", "不含材料"), ("paid", "疏通厨卫管道", "次", "80.00", ""),
    ("paid", "更换开关、插座", "个", "20.00", "不含材料"), ("paid", "线路故障检修", "次", "60.00", ""),
    ("paid", "安装、更换灯具", "盏", "40.00", "不含灯具"), ("paid", "更换门锁锁芯", "把", "50.00", "不含材料"),
    ("paid", "门窗五金调整", "扇", "30.00", ""), ("paid", "马桶水箱配件更换", "套", "45.00", "不含材料"),
)  # fmt: skip


def repairs(scene: Scene, name: str, quarter: Period, now: datetime) -> int:
    """Play the repairs of a project's quarter that are not there yet, register its months; how many were played."""
    _prepare(scene, now)
    with scene.at(now):
        here = Repair.ordered_at >= quarter.begin, Repair.ordered_at < quarter.end
        played = db.session.scalar(select(func.count()).select_from(Repair).where(*here)) or 0
        homes = [Home(*row) for row in db.session.execute(
            select(Unit.id, Customer.id, Customer.name, Unit.building, Unit.unit)
            .join(Residency, Residency.unit_id == Unit.id)
            .join(Customer, Customer.id == Residency.customer_id).order_by(Unit.sort_key)
        )]  # fmt: skip
    present = quarter.end > now
    chance = Random(f"{name} repairs {quarter.begins}")  # noqa: S311
    moments = _latest(chance, quarter, now) if present else _spread(chance, quarter)
    for number, begin in enumerate(moments):
        job, home, luck = JOBS[(number + len(name)) % len(JOBS)], chance.choice(homes), chance.random()
        if number >= played:
            stop = STOPS.get(len(moments) - 1 - number, "") if present else ""
            Play(scene, job, begin, now, home, luck, chance.randrange(1 << 30)).run(stop)
    for month in _months(quarter):
        _register(scene, month, now)
    return len(moments) - min(played, len(moments))


def _latest(chance: Random, quarter: Period, now: datetime) -> list[datetime]:
    today = clock.local(now).date()
    found = []
    for nth, ago in enumerate(AGO):
        day = max(today - timedelta(days=ago), quarter.begins)
        moment = min(in_hours(chance, day), now - timedelta(minutes=9 + 5 * nth))
        found.append(now - ON_SITE[nth] if nth in ON_SITE else max(moment, now - FRESH) if nth < 2 else moment)
    return sorted(each for each in found if each >= quarter.begin)


def _spread(chance: Random, quarter: Period) -> list[datetime]:
    days, count = (quarter.ends - quarter.begins).days, PAST + chance.randrange(-2, 4)
    return sorted(in_hours(chance, quarter.begins + timedelta(days=chance.randrange(days))) for _ in range(count))


def _months(quarter: Period) -> Iterator[Period]:
    month = period(Every.MONTH, quarter.begins)
    while month.begins < quarter.ends:
        yield month
        month = month.next


def _register(scene: Scene, month: Period, now: datetime) -> None:
    """On the day from which it may be: the engineer's last act of the month."""
    moment = datetime.combine(opens(month, pack("property", month.begins)), time(17), clock.CN)
    if moment > now:
        return
    with scene.at(moment):
        try:
            actions.register(month.begins, note="", by=scene.crew["engineering_supervisor"])
        except Conflict:
            return  # it was, and nothing changed


def _prepare(scene: Scene, now: datetime) -> None:
    """Skills, the first price list and its display, the second one for this year: once."""
    engineer, crew = scene.crew["engineering_supervisor"], scene.crew
    with scene.at(now - LISTED):
        if db.session.scalar(select(PriceList.id).limit(1)) is not None:
            return
        for who, skills in SKILLS.items():
            key = crew[who].id
            if key is not None:
                change_skills(key, skills, pack("property"), by=engineer)
        _list(engineer, crew["project_manager"], PRICES)
        price_lists.display("管家服务中心前台", by=crew["front_desk"])


def _list(writer: Actor, decider: Actor, lines: tuple[tuple[str, str, str, str, str], ...]) -> None:
    made, day = price_lists.draft(by=writer), clock.local(clock.now()).date()
    price_lists.write(
        made.id, title="收费标准", note="材料费另计，按实际采购价收取；您签名同意后开工。",
        valid_from=day,
        lines=[NewLine(*line) for line in lines], version=made.version, by=writer,
    )  # fmt: skip
    price_lists.submit(made.id, version=made.version, by=writer)
    price_lists.decide(
        made.id, verdict="approved", reason="", version=made.version, hashed=price_lists.hash_of(made), by=decider
    )
