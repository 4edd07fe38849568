"""What breaks, and one order for it: ordered, mended, paid and called back by the product's own actions."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from saas import clock
from saas.db import db
from tenants.price_lists.queries import in_force
from tenants.repairs import actions
from tenants.repairs.models import Repair
from workers.demo.drawings import lamp, signed
from workers.demo.play import Scene


@dataclass(frozen=True)
class Job:
    """What was broken and how it was mended; without an `item` it was free, and why. `place`: of a common area."""

    fault: str
    skill: str
    finding: str
    result: str
    item: str = ""
    free: str = ""
    device: str = ""
    place: str = ""


class Home(NamedTuple):
    """Somebody who lives somewhere."""

    unit_id: UUID
    customer_id: UUID
    name: str
    building: str
    entrance: str


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
    Job("楼道感应灯不亮", "electricity", "感应开关损坏", "已更换感应开关，试亮正常", free="公共设施",
        place="楼道"),
    Job("水表读数不走", "plumbing", "水表机芯卡滞", "已更换水表并登记编号", free="计量设备，免费更换", device="水表"),
)  # fmt: skip


class Play:
    """One order, step after step, until the next step would lie in the future: one transaction."""

    def __init__(
        self, scene: Scene, job: Job, begin: datetime, now: datetime, home: Home, luck: float, seed: int
    ) -> None:
        self.scene, self.job, self.begin, self.now = scene, job, begin, now
        self.home, self.luck, self.seed, self.key = home, luck, seed, UUID(int=0)
        self.technician = scene.crew["technician"]
        self.seen = bool(job.place) and seed % 2 == 0
        """On a round: nobody reported it."""

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
        if luck < 0.42 and not self.seen:
            steps.append((self.call_back, done + timedelta(days=2 + int(luck * 30))))
        with self.scene.at(self.begin):
            new = actions.NewRepair(
                fault=job.fault, skill=job.skill, urgency="urgent" if job.fault == "全屋跳闸" else "ordinary",
                source="spoken" if luck > 0.85 or self.seen else "reception", **self._asked(begins),
            )  # fmt: skip
            self.key = actions.order(new, by=crew["steward" if self.seen else "front_desk"]).id
            for step, moment in steps:
                if moment > self.now or step.__name__ == stop:
                    break
                with clock.at(moment):
                    step()

    def _asked(self, begins: datetime) -> dict[str, Any]:
        """Whose it is and when somebody comes; to a common area one comes without an appointment."""
        home = self.home
        customer = {} if self.seen else {"customer_id": home.customer_id}
        if self.job.place:
            return customer | {"common_area": True, "room": f"{home.building} 栋 {home.entrance} 单元{self.job.place}"}
        return customer | {
            "unit_id": home.unit_id, "appointed_from": begins, "appointed_to": begins + timedelta(hours=1),
        }  # fmt: skip

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
        signature = None if self.job.place else signed(self.home.name, self.seed)
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
        ending: dict[str, Any] = {"signature": signed(self.home.name, self.seed + 1)}
        if self.job.place:
            colleague = self.scene.crew["steward"].id if self.seen else None
            ending = {"confirmed_by": colleague, "photos": [lamp(self.seed)]}
        actions.finish(
            self.key, result=self.job.result, tested=True, tidied=True, replaced=bool(self.job.device),
            version=self._version(), by=self.technician, **ending,
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
