"""The front desk of the demonstration: what is said to customers, two days of receptions, and their reports."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas import clock
from saas.db import db
from saas.identity import Actor
from saas.policy.loader import pack
from tenants.articles import actions as articles
from tenants.articles.models import Article, Version
from tenants.customers.models import Customer, Residency, Unit
from tenants.receptions import actions as receptions
from tenants.receptions.models import PASSED, Reception
from tenants.work_reports import actions as work_reports
from workers.demo.play import Scene

# (minutes after opening, kind, channel, what was said, what the customer was told at once, how far it goes)
# how far: 0 open, 1 told by when and noted, 2 handled, 3 handled and told, 4 revisited
DAY = (
    (12, "question", "phone", "询问本季度物业费怎么交、能不能开电子发票。", "settled", 0),
    (35, "help", "in_person", "老人忘带钥匙，进不了门，儿子的电话打不通。", "4", 4),
    (58, "repair", "phone", "厨房龙头滴水，想约明天上午。", "8", 1),
    (96, "suggestion", "online", "建议在南门加一盏路灯，晚上看不清台阶。", "", 2),
    (140, "praise", "in_person", "表扬夜班秩序员拾金不昧，归还手提包。", "settled", 0),
    (205, "help", "phone", "车位被别的车占了，正等着回家。", "4", 3),
    (312, "question", "phone", "问装修要办什么手续、押金怎么退。", "settled", 0),
    (390, "help", "phone", "楼上空调滴水，晾的衣服湿了，想请管家沟通。", "6", 1),
    (455, "suggestion", "in_person", "希望活动室周末延长到晚上八点。", "", 0),
)  # fmt: skip
DONE = {
    "help": ("已安排秩序员到场，问题解决，与客户当面确认。", "很及时，谢谢。"),
    "suggestion": ("已转工程部勘查，列入本月整改计划。", "希望尽快落实。"),
}
OPENING = time(8, 30)
ARTICLES = Path(__file__).with_name("articles.md")
"""What is said to customers, our own words: a heading of kind and title, and the text below it."""


def desk(scene: Scene, project: str, now: datetime) -> int:
    """Knowledge first, then yesterday's and today's receptions as far as the clock has come; how many were played.

    Running it again adds nothing.
    """
    _knowledge(scene, now)
    with scene.at(now):
        if db.session.scalar(select(Reception.id).limit(1)) is not None:
            return 0
        homes = db.session.execute(
            select(Unit.id, Customer.id).join(Residency, Residency.unit_id == Unit.id)
            .join(Customer, Customer.id == Residency.customer_id).order_by(Unit.sort_key)
        ).all()  # fmt: skip
    chance, today, played = Random(f"{project} desk"), clock.local(now).date(), 0  # noqa: S311
    for day in (today - timedelta(days=1), today):
        who: dict[UUID, Actor] = {}
        for after, kind, channel, said, told, far in DAY:
            at = datetime.combine(day, OPENING, clock.CN) + timedelta(minutes=after + chance.randrange(9))
            by = scene.crew["front_desk" if chance.random() < 0.6 else "steward"]
            if at < now - timedelta(minutes=5) and by.id is not None:
                unit, person = chance.choice(homes)
                matter = receptions.Matter(channel, kind, said, unit, person, answer=told)
                _reception(scene, at, matter, far if day < today else min(far, 2), by, now)
                who[by.id], played = by, played + 1
        if day < today:
            _reports(scene, day, list(who.values()))
    return played


def _knowledge(scene: Scene, now: datetime) -> None:
    """A dozen articles, written by the supervisor, approved by the manager; one is to be reviewed these days."""
    with scene.at(now):
        if db.session.scalar(select(Article.id).limit(1)) is not None:
            return
    author, manager, rules = scene.crew["service_supervisor"], scene.crew["project_manager"], pack("property")
    written = now - timedelta(days=180)
    for nth, piece in enumerate(ARTICLES.read_text(encoding="utf-8").split("## ")[1:]):
        heading, _, body = piece.partition("\n")
        kind, _, title = heading.partition(" ")
        review = clock.local(now).date() + timedelta(days=5 if nth == 3 else 120 + 9 * nth)
        with scene.at(written + timedelta(hours=nth)):
            key = articles.write(kind=kind, title=title, body=body, review_on=review, by=author).id
            articles.submit(key, version=1, pack=rules, by=author)
            hashed = db.session.get_one(Version, (key, 1)).content_hash
            articles.decide(key, nth=1, verdict="approved", reason="", hashed=hashed, by=manager)


def _reception(scene: Scene, at: datetime, matter: receptions.Matter, far: int, by: Actor, now: datetime) -> None:
    with scene.at(at):
        made = receptions.receive(matter, by=by)
        key, elsewhere = made.id, made.state == PASSED
    if elsewhere:  # a work order or a case, which goes its own way
        return
    result, opinion = DONE.get(matter.request_kind, ("已处理完毕。", "可以。"))
    steward = scene.crew["steward"]
    told = matter.channel if far >= 3 else ""

    def carry_on(version: int) -> None:
        receptions.note(key, words="已联系相关同事，正在处理。", version=version, by=steward)

    def handle(version: int) -> None:
        receptions.handle(key, words=result, channel=told, version=version, by=steward)

    def revisit(version: int) -> None:
        asked: dict[str, Any] = {"channel": "phone", "satisfaction": 5, "settled": True, "words": opinion}
        receptions.revisit(key, **asked, version=version, by=steward)

    steps: tuple[tuple[int, timedelta, Callable[[int], None]], ...] = (
        (1, timedelta(minutes=50), carry_on), (2, timedelta(hours=2), handle), (4, timedelta(hours=20), revisit),
    )  # fmt: skip
    for least, after, step in steps:
        if far >= least and at + after < now:
            with scene.at(at + after):
                step(db.session.get_one(Reception, key).version)


def _reports(scene: Scene, day: date, people: list[Actor]) -> None:
    evening = datetime.combine(day, time(17, 45), clock.CN)
    for nth, person in enumerate(people):
        words = "上午来访集中，下午以电话为主；南门路灯的建议需要工程部排期。" if nth == 0 else ""
        with scene.at(evening + timedelta(minutes=nth)):
            report = work_reports.file(day=day, remarks=words, pack=pack("property"), by=person).id
        if nth == 0:
            with scene.at(evening + timedelta(minutes=30)):
                supervisor = scene.crew["service_supervisor"]
                work_reports.read(report, words="路灯请列入本周例会。", pack=pack("property"), by=supervisor)
