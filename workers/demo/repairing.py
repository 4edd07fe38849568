"""Repairs of a quarter: the price list, work orders with signatures, money, callbacks, the registers of the months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import func, select

from saas import clock
from saas.companies.skills import change_skills
from saas.db import db
from saas.identity import Actor
from saas.pictures.signing import Signature, plain
from saas.policy.loader import pack
from saas.policy.periods import Every, Period, period
from saas.problem import Conflict
from tenants.customers.models import Customer, Residency, Unit
from tenants.price_lists import actions as price_lists
from tenants.price_lists.actions import NewLine
from tenants.price_lists.models import PriceList
from tenants.price_lists.queries import in_force
from tenants.repairs import actions
from tenants.repairs.models import Repair
from tenants.repairs.month import opens
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


@dataclass(frozen=True)
class Job:
    """What was broken and how it was mended; without an `item` it was free, and why."""

    fault: str
    skill: str
    finding: str
    result: str
    item: str = ""
    free: str = ""
    device: str = ""


JOBS = (
    Job("厨房龙头滴水", "plumbing", "龙头阀芯磨损", "已更换龙头，试水正常", "更换龙头、角阀"),
    Job("卫生间地漏返水", "plumbing", "地漏支管堵塞", "已疏通并冲洗，排水顺畅", "疏通厨卫管道"),
    Job("客厅插座没电", "electricity", "插座接线松脱烧蚀", "已更换插座，通电正常", "更换开关、插座"),
    Job("全屋跳闸", "electricity", "热水器漏电引起跳闸", "已排查回路，提示停用热水器并联系售后", "线路故障检修"),
    Job("阳台推拉门推不动", "carpentry", "滑轮卡死", "已调整滑轮并上油，推拉顺畅", "门窗五金调整"),
    Job("可视对讲没有声音", "low_voltage", "室内分机听筒故障", "已更换室内分机，通话正常", free="公共设施",
        device="对讲分机"),
    Job("马桶水箱一直流水", "plumbing", "进水阀关不严", "已更换水箱配件，止水正常", "马桶水箱配件更换"),
    Job("玄关灯不亮", "electricity", "灯座损坏", "已更换灯具，点亮正常", "安装、更换灯具"),
    Job("入户门锁打不开", "carpentry", "锁芯损坏", "已更换锁芯，开锁顺畅", "更换门锁锁芯"),
    Job("客厅外墙渗水", "masonry", "外墙缝开裂，保修期内", "已报修缮，临时封堵，雨后复查", free="保修期内"),
    Job("楼道感应灯不亮", "electricity", "感应开关损坏", "已更换感应开关", free="公共设施"),
    Job("水表读数不走", "plumbing", "水表机芯卡滞", "已更换水表并登记编号", free="计量设备，免费更换", device="水表"),
)  # fmt: skip


def repairs(scene: Scene, name: str, quarter: Period, now: datetime) -> int:
    """Play the repairs of a project's quarter that are not there yet, register its months; how many were played."""
    _prepare(scene, now)
    with scene.at(now):
        here = Repair.ordered_at >= quarter.begin, Repair.ordered_at < quarter.end
        played = db.session.scalar(select(func.count()).select_from(Repair).where(*here)) or 0
        homes = [(row[0], row[1], row[2]) for row in db.session.execute(
            select(Unit.id, Customer.id, Customer.name).join(Residency, Residency.unit_id == Unit.id)
            .join(Customer, Customer.id == Residency.customer_id).order_by(Unit.sort_key)
        )]  # fmt: skip
    present = quarter.end > now
    chance = Random(f"{name} repairs {quarter.begins}")  # noqa: S311
    moments = _latest(chance, quarter, now) if present else _spread(chance, quarter)
    for number, begin in enumerate(moments):
        job, home, luck = JOBS[(number + len(name)) % len(JOBS)], chance.choice(homes), chance.random()
        if number >= played:
            stop = STOPS.get(len(moments) - 1 - number, "") if present else ""
            _Play(scene, job, begin, now, home, luck, chance.randrange(1 << 30)).run(stop)
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


def signed(name: str, seed: int) -> Signature:
    """A scrawl, no two alike."""
    chance, image = Random(seed), Image.new("L", (600, 240), 255)  # noqa: S311
    pen, x = ImageDraw.Draw(image), 50
    for _ in range(3):
        points = [(x + chance.randrange(120), 50 + chance.randrange(140)) for _ in range(6)]
        pen.line(points, fill=20, width=5, joint="curve")
        x += 160
    return Signature(name, plain(image), drawn=True)


class _Play:
    """One order, step after step, until the next step would lie in the future: one transaction."""

    def __init__(
        self, scene: Scene, job: Job, begin: datetime, now: datetime, home: tuple[UUID, UUID, str], luck: float,
        seed: int,
    ) -> None:  # fmt: skip
        self.scene, self.job, self.begin, self.now = scene, job, begin, now
        self.home, self.luck, self.seed, self.key = home, luck, seed, UUID(int=0)
        self.technician = scene.crew["technician"]

    def run(self, stop: str) -> None:
        job, crew, luck = self.job, self.scene.crew, self.luck
        begins = self._appointed()
        late = 25 if luck > 0.95 else -int(luck * 20)
        came = begins + timedelta(minutes=50 + late)
        steps = [
            (self.assign, self.begin + timedelta(minutes=12)), (self.arrive, came), (self.quote, came),
            (self.agree, came + timedelta(minutes=4)), (self.start, came + timedelta(minutes=5)),
            (self.finish, came + timedelta(minutes=35)),
        ]  # fmt: skip
        done = came + timedelta(minutes=36)
        if job.item:
            steps += [(self.pay, done), (self.hand_over, done + timedelta(hours=1))]
        if luck < 0.42:
            steps.append((self.call_back, done + timedelta(days=2 + int(luck * 30))))
        with self.scene.at(self.begin):
            made = actions.order(
                actions.NewRepair(
                    fault=job.fault, skill=job.skill, urgency="urgent" if job.fault == "全屋跳闸" else "ordinary",
                    source="spoken" if luck > 0.85 else "reception", unit_id=self.home[0], customer_id=self.home[1],
                    appointed_from=begins, appointed_to=begins + timedelta(hours=1),
                ),
                by=crew["front_desk"],
            )  # fmt: skip
            self.key = made.id
            for step, moment in steps:
                if moment > self.now or step.__name__ == stop:
                    break
                with clock.at(moment):
                    step()

    def _appointed(self) -> datetime:
        """The afternoon, or the next morning; of the latest ones, some hours from now."""
        there = clock.local(self.begin)
        if there.hour < 7:
            return datetime.combine(there.date(), time(9), clock.CN)
        if there.hour < 15:
            return self.begin.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
        return datetime.combine(there.date() + timedelta(days=1), time(9), clock.CN)

    def _version(self) -> int:
        return db.session.get_one(Repair, self.key).version

    def assign(self) -> None:
        engineer = self.scene.crew["engineering_supervisor"]
        who = engineer if self.job.skill in ("carpentry", "masonry") else self.technician
        self.technician = who
        note = "" if self.job.skill not in ("low_voltage",) else "弱电厂家配合，就近派工"
        assert who.id is not None
        actions.assign(self.key, technician_id=who.id, note=note, version=self._version(), by=engineer)

    def arrive(self) -> None:
        actions.arrive(self.key, version=self._version(), by=self.technician)

    def quote(self) -> None:
        prices = in_force()
        lines = {line.item: line.position for line in prices.lines} if prices else {}
        wanted = {lines[self.job.item]: Decimal(1)} if self.job.item else {}
        actions.quote(
            self.key, finding=self.job.finding, quantities=wanted, free_reason=self.job.free,
            list_id=prices.id if prices else None, version=self._version(), by=self.technician,
        )  # fmt: skip

    def agree(self) -> None:
        signature = signed(self.home[2], self.seed)
        actions.consent(self.key, signature=signature, version=self._version(), by=self.technician)

    def start(self) -> None:
        actions.start(self.key, version=self._version(), by=self.technician)
        if self.job.device:
            number = self.seed % 90_000 + 10_000
            actions.note_device(
                self.key, device=self.job.device, old_number=f"A{number}", new_number=f"B{number + 7}",
                version=self._version(), by=self.technician,
            )  # fmt: skip

    def finish(self) -> None:
        actions.finish(
            self.key, result=self.job.result, tested=True, tidied=True, replaced=bool(self.job.device),
            signature=signed(self.home[2], self.seed + 1), version=self._version(), by=self.technician,
        )  # fmt: skip

    def pay(self) -> None:
        receipt = f"PJ{self.seed:010d}"
        actions.pay(self.key, receipt=receipt, version=self._version(), by=self.technician)

    def hand_over(self) -> None:
        actions.hand_over(self.key, version=self._version(), by=self.scene.crew["finance"])

    def call_back(self) -> None:
        passed = self.luck > 0.02
        actions.call_back(
            self.key, channel="phone", passed=passed, satisfaction=5 if self.luck < 0.3 else 4,
            opinion="修得及时，师傅很细心。" if passed else "第二天又滴水，请再来看看。", version=self._version(),
            by=self.scene.crew["steward"],
        )  # fmt: skip
