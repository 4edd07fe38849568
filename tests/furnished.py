"""A company with one person for each role, and a project in the middle of its work: something on every list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas import clock, documents
from saas.approvals import delegations
from saas.companies import members
from saas.db import db
from saas.identity.actions import appoint_operator
from saas.identity.actor import Actor
from saas.identity.models import User
from saas.identity.passwords import hashed
from saas.identity.people import find_or_add
from saas.pictures import tidy
from saas.policy.loader import pack
from saas.sheets import write
from saas.tenancy.models import Tenant
from tenants.articles import actions as articles
from tenants.articles.models import Version
from tenants.complaints import actions as complaints
from tenants.complaints import links
from tenants.complaints.alarms import actions as alarms
from tenants.complaints.compensations import actions as compensations
from tenants.complaints.facts import Solution
from tenants.complaints.investigations import actions as investigations
from tenants.complaints.investigations.models import PARTS
from tenants.complaints.models import Complaint
from tenants.complaints.repeats import actions as repeats
from tenants.complaints.transfers import actions as transfers
from tenants.contacts.actions import record_contact
from tenants.customers import actions as customers
from tenants.imports import actions as imports
from tenants.price_lists import actions as price_lists
from tenants.receptions import actions as receptions
from tenants.releases import actions as releases
from tenants.repairs import actions as repairs
from tenants.repairs.month import month_of
from tenants.work_reports import actions as work_reports
from tests.digests.made import shelf
from tests.duties.made import of_this_quarter
from tests.pictures.shots import shot
from tests.repairs.workshop import Workshop
from tests.reports.desk import Desk
from tests.reports.shelf import AGE, fill
from tests.world import OPERATOR, Place, World

SHELF = ("published", "asked", "ready", "waiting", "draft")
PASSWORD = "桂花开的时候我们回家吧"
OPERATING = "platform_operator"
OFFICE = {
    "company_admin": "钱文博", "quality": "孟晓岚", "complaint_officer": "何静", "division_leader": "韩立群",
    "general_manager": "王海峰",
}  # fmt: skip
CREW = {
    "steward": "林晓燕", "front_desk": "孙雨薇", "service_supervisor": "周敏", "project_manager": "陈志远",
    "engineering_supervisor": "吴涛", "technician": "赵强", "information_supervisor": "高洁",
}  # fmt: skip
ROLES = (OPERATING, *OFFICE, *CREW)
LONG_NAME = "阿卜杜勒拉希姆江" * 5  # 40 characters
LONG_TEXT = "电梯停运三次，其中一次困人，老人出门全靠它，请说明原因并彻底检修。" * 148  # 4,900 characters


def mail_of(role: str) -> str:
    return f"{role.replace('_', '.')}@xiangrui.example"


@dataclass
class Company:
    """祥瑞物业: 云栖花园 with a crew and a household, 翡翠湾 with nothing."""

    world: World
    office: Place
    yunqi: Place
    feicui: Place
    staff: dict[str, UUID]
    made: dict[str, UUID] = field(default_factory=dict)

    def home(self, role: str) -> str:
        """Where this role starts."""
        if role == OPERATING:
            return "/operator/companies"
        return f"/xiangrui/{self.office.slug if role in OFFICE else 'yunqi'}/"

    def actor(self, role: str) -> Actor:
        """The holder of this role, acting in 云栖花园."""
        name = (OFFICE | CREW)[role]
        return Actor(self.staff[role], name, frozenset([role]), self.yunqi.schema, "xiangrui", "yunqi")

    def step(self, complaint_id: UUID, does: Any, role: str, **facts: Any) -> Any:
        """One action on a complaint at its present version."""
        with self.yunqi.inside():
            version = db.session.get_one(Complaint, complaint_id).version
            done = does(complaint_id, version=version, by=self.actor(role), **facts)
            db.session.commit()
            return done.id if hasattr(done, "id") else None

    def register(self, subject: str, *, ago: timedelta = timedelta(minutes=5), **facts: Any) -> UUID:
        """A complaint that came in some time ago."""
        known = {
            "body": "三次停运，其中一次困人。", "category": "facilities", "source": "project_phone", "channel": "phone"
        }  # fmt: skip
        with clock.at(clock.now() - ago), self.yunqi.inside():
            new = complaints.NewComplaint(subject=subject, **(known | facts))
            made = complaints.register(new, by=self.actor("front_desk"))
            db.session.commit()
            return made.id

    def accept(self, complaint_id: UUID, severity: str = "general") -> None:
        """First response, ruling, assignment to the steward."""
        self.step(complaint_id, complaints.respond, "steward", kind="first", channel="phone", text="已致电说明")
        self.step(
            complaint_id, complaints.judge, "service_supervisor", accepted=True, established=True,
            category="facilities", severity=severity, reason="经核实情况属实",
            ground="media" if severity == "major" else "",
        )  # fmt: skip
        self.step(
            complaint_id, complaints.assign, "service_supervisor", department="customer_service",
            handler_id=self.staff["steward"], note="请按时限提交方案",
        )  # fmt: skip

    def solve(self, complaint_id: UUID) -> None:
        """A solution, approved and carried out."""
        self.step(complaint_id, complaints.propose, "steward", text="更换门机皮带并校准")
        with self.yunqi.inside():
            found = db.session.scalars(select(Solution).where(Solution.complaint_id == complaint_id)).one()
            complaints.decide_solution(
                complaint_id, verdict="approved", reason="", nth=found.nth, hashed=found.content_hash,
                by=self.actor("project_manager"),
            )  # fmt: skip
            db.session.commit()
        self.step(complaint_id, complaints.mark_handled, "steward", result="部件已更换", handled_at=None)


def settle(world: World) -> Company:
    """The company and its people; everybody has the same password."""
    office = world.company()
    yunqi, feicui = world.project(office), world.project(office, "feicui", "翡翠湾")
    known = hashed(PASSWORD)
    with world.app.app_context():
        appoint_operator(mail_of(OPERATING), "平台运营", by=OPERATOR)
        for role, name in ({OPERATING: "平台运营"} | OFFICE | CREW).items():
            find_or_add(db.session(), mail_of(role), name).password_hash = known
        db.session.commit()
    for place, people in ((office, OFFICE), (yunqi, CREW)):
        for role, name in people.items():
            # The front desk was there first, long enough for some quarters to have their reports.
            with clock.at(clock.now() - (AGE if role == "front_desk" else timedelta())), world.app.app_context():
                tenant = db.session.get_one(Tenant, place.tenant_id)
                members.take_in(tenant, mail_of(role), name, [role], by=OPERATOR)
                db.session.commit()
    with world.app.app_context():
        ids = {user.email: user.id for user in db.session.scalars(select(User))}
    return Company(world, office, yunqi, feicui, {role: ids[mail_of(role)] for role in ROLES})


def graver(company: Company) -> None:
    """A report and an application under approval; a major complaint with a warning, a meeting and a link."""
    made, parts = company.made, dict.fromkeys(PARTS, "门机皮带老化，一周内停运三次。")
    company.step(made["proposed"], investigations.write, "steward", parts=parts)
    company.step(made["proposed"], compensations.ask, "steward", kind="damages", amount="800", reason="误工半天")
    made["major"] = company.register("消防通道长期被占，多户联名", reporter="李建国", phone="13800005521")
    company.accept(made["major"], "major")
    company.step(made["major"], alarms.warn, "service_supervisor", text="电视台来采访，已约见业主代表。")
    company.step(
        made["major"], alarms.convene, "project_manager", held_at=clock.now() - timedelta(minutes=2),
        participants="王海峰、陈志远、周敏", decisions="当天清空通道", leader_id=company.staff["project_manager"],
    )  # fmt: skip
    with company.yunqi.inside():
        number = db.session.get_one(Complaint, made["fresh"]).number
    company.step(made["major"], repeats.link, "service_supervisor", number=number, kind="related", reason="同一单元")


def furnish(company: Company) -> None:
    """Put something on every list of 云栖花园."""
    today = clock.local(clock.now()).date()
    made, steward, supervisor = company.made, company.actor("steward"), company.actor("service_supervisor")
    with company.yunqi.inside():
        for number in range(30):
            label = f"{number // 10 + 1}-{number % 2 + 1}-{number % 10 + 1:02d}01"
            unit = customers.register_unit(label=label, by=steward, occupancy="occupied", steward_id=steward.id)
            person = customers.register_customer(
                unit_id=unit.id, name=LONG_NAME if number == 3 else f"{'王李张刘陈'[number % 5]}秀梅",
                phones=(f"138{number:08d}",), email=f"r{number}@resident.example", by=steward,
            )  # fmt: skip
            record_contact(
                channel="phone", request_kind="question", by=steward, pack=pack("property"), unit_id=unit.id,
                customer_id=person.id, summary=LONG_TEXT[:1900] if number == 3 else "询问停车费缴纳方式",
            )  # fmt: skip
            made |= {"unit": unit.id, "person": person.id}
            if number < 4:  # open, told by when, to be revisited, settled
                matter = receptions.Matter(
                    "phone", "help", "忘带钥匙，求助", unit.id, person.id, answer=("", "4", "", "settled")[number]
                )
                made[f"reception_{number}"] = receptions.receive(matter, by=steward).id
                if number == 2:
                    receptions.handle(
                        made["reception_2"], words="已开门", channel="phone", version=1, by=steward
                    )  # fmt: skip
        for kind in ("phrase", "question"):
            article = articles.write(
                kind=kind, title="停车费缴纳", body="可在前台或线上缴纳。", review_on=today + timedelta(300), by=steward
            )
            made[f"article_{kind}"] = article.id
        articles.submit(made["article_phrase"], version=1, pack=pack("property"), by=steward)
        version = db.session.get_one(Version, (made["article_phrase"], 1))
        articles.decide(
            version.article_id, nth=1, verdict="approved", reason="", hashed=version.content_hash,
            by=company.actor("project_manager"),
        )  # fmt: skip
        articles.submit(made["article_question"], version=1, pack=pack("property"), by=steward)
        made["work_report"] = work_reports.file(
            day=today, remarks="下午停电，两位老人求助", pack=pack("property"), by=steward
        ).id
        made["door"] = links.open_door("3 栋大堂", by=supervisor).id
        delegations.delegate(
            of=company.staff["project_manager"], to=company.staff["service_supervisor"], role="project_manager",
            starts_on=today + timedelta(1), ends_on=today + timedelta(8), reason="年休假", pack=pack("property"),
            by=company.actor("project_manager"),
        )  # fmt: skip
        sheet = write([["1", "1"]], ["楼栋", "单元"], "名册")
        made["import"] = imports.upload("roster", "名册.xlsx", sheet, by=supervisor).id
        db.session.commit()
    named = {role: SimpleNamespace(id=company.staff[role], actor=company.actor(role)) for role in (*OFFICE, *CREW)}
    desk: Any = Desk(
        company.yunqi, *(named[role] for role in ("service_supervisor", "project_manager", "division_leader")),  # type: ignore[arg-type]
        named["quality"], named["quality"], named["steward"],  # type: ignore[arg-type]
    )  # fmt: skip
    made |= {f"report_{state}": key for state, key in fill(desk, SHELF, "lump_sum").items()}
    home = {"unit_id": made["unit"], "customer_id": made["person"]}
    made["fresh"] = company.register("楼上深夜拖动桌椅，影响休息", **home)
    made["shown"] = company.register("单元门禁失灵", **home, pictures=[tidy(shot())])
    made["late"] = company.register("电梯一周内三次停运困人", ago=timedelta(days=4), **home)
    made["long"] = company.register(
        "长" * 60, body=LONG_TEXT, demand="彻底检修" * 100, reporter=LONG_NAME, phone="13800005521"
    )
    made["proposed"] = company.register("地库垃圾桶满溢，有异味", **home)
    company.accept(made["proposed"])
    company.step(made["proposed"], complaints.propose, "steward", text="清运改为每日三次")
    graver(company)
    made["answered"] = company.register("固定车位被占", reporter="王晓梅", email="wang@resident.example")
    company.accept(made["answered"])
    company.solve(made["answered"])
    company.step(
        made["answered"], complaints.call_back, "steward", channel="on_site", signed=True, satisfaction=3, opinion="",
        raised_new=True, matter="地锁何时安装", promised_on=today,
    )  # fmt: skip
    made["letter"] = company.step(
        made["answered"],
        complaints.draft_reply,
        "steward",
        title="关于固定车位被占的答复",
        body="王女士：\n车位已清出。",
    )
    with company.office.inside():
        new = complaints.NewComplaint("停车费重复扣款", "扣了两次", "charges", "", "phone", anonymous=True)
        made["transfer"] = transfers.hand_over(new, department="finance", by=company.actor("company_admin")).id
        db.session.commit()
    made |= _repairs(company, named)
    with company.yunqi.inside():
        releases.submit(made["letter"], version=1, by=steward)
        made["document"] = documents.actions.ask_for(
            "complaint_form", db.session.get_one(Complaint, made["answered"]), "投诉处理单", by=steward,
            readers=pack("property").complaint_roles.readers,
        ).id  # fmt: skip
        db.session.add(of_this_quarter("report-approval", 10))
        shelf(made["answered"], supervisor=supervisor, manager=company.actor("project_manager"))
        db.session.commit()


def _repairs(company: Company, named: dict[str, Any]) -> dict[str, UUID]:
    """Repairs in the states that have pages of their own, a register, a price list under way and one on display."""
    shop = Workshop(
        company.yunqi, *(named[role] for role in (
            "front_desk", "steward", "engineering_supervisor", "technician", "project_manager", "division_leader",
        )), company.made["unit"], company.made["person"],
    ).furnish()  # fmt: skip
    found = {f"repair_{state}": shop.bring_to(state) for state in ("ordered", "assigned", "quoted", "working")}
    found["repair_paper"] = shop.bring_to("quoted", fault="阳台灯不亮")
    paid, failed, asked = shop.bring_to("finished"), shop.bring_to("finished"), shop.order()
    shop.do(repairs.pay, paid, shop.technician, receipt="NO.001")
    shop.do(repairs.call_back, failed, shop.steward, channel="phone", passed=False, satisfaction=2, opinion="又滴水")
    shop.do(repairs.ask_for_help, asked, shop.supervisor, helper="顺达安装", reason="都在抢修")
    shop.do(repairs.note_damage, found["repair_working"], shop.technician, what="瓷砖", price="20", apologised=True)
    last_month = month_of(clock.local(clock.now()).date()).previous
    with company.yunqi.inside():
        repairs.register(last_month.begins, note="", by=shop.supervisor.actor)
        found["price_display"] = price_lists.display("前台", by=shop.desk.actor).id
        drafted = price_lists.draft(by=shop.supervisor.actor)
        price_lists.submit(drafted.id, version=drafted.version, by=shop.supervisor.actor)
        db.session.commit()
    return found | {"repair_paid": paid, "repair_failed": failed, "repair_asked": asked}
