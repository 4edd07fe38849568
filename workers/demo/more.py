"""What graver cases and those that cost money go through besides: investigation, crisis team, compensation."""

from dataclasses import dataclass
from uuid import UUID

from saas import clock
from saas.approvals import queries as approvals
from saas.db import db
from saas.identity import Actor
from tenants.complaints.alarms import actions as alarms
from tenants.complaints.alarms.queries import alarm_of
from tenants.complaints.compensations import actions as compensations
from tenants.complaints.investigations import actions as investigations
from tenants.complaints.models import Complaint
from tenants.obligations import alarming
from workers.demo.tales import Tale


def decider_of(crew: dict[str, Actor], approval_id: UUID) -> Actor:
    """Whoever of the project's people this approval waits for now."""
    for actor in crew.values():
        if any(waiting.id == approval_id for waiting in approvals.waiting_for(actor)):
            return actor
    raise LookupError("nobody can decide")


@dataclass(frozen=True)
class More:
    """Steps of one case; each does nothing where the tale has no need of it."""

    id: UUID
    tale: Tale
    crew: dict[str, Actor]
    handler: Actor

    @property
    def version(self) -> int:
        """The version of the card now."""
        return db.session.get_one(Complaint, self.id).version

    def told(self) -> None:
        """Head of department and general manager, at once."""
        if alarm := alarm_of(self.id):
            alarming.raised(alarm.id)

    def warn(self) -> None:
        """To quality and legal."""
        if alarm := alarm_of(self.id):
            text = f"{self.tale.cause}已安排专人值守并约见业主代表，今天内拿出整改方案。"
            alarms.warn(self.id, text=text, version=self.version, by=self.crew["service_supervisor"])
            alarming.warned(alarm.id)

    def convene(self) -> None:
        """The crisis team."""
        if alarm_of(self.id):
            manager = self.crew["project_manager"]
            alarms.convene(
                self.id, held_at=clock.now(), participants="总经理、项目经理、客服主管、工程主管、法务",
                decisions="一、当天消除现场隐患；二、三天内整改到位；三、统一由客服答复，其他人不对外表态。",
                leader_id=manager.id, version=self.version, by=manager,
            )  # fmt: skip

    def negotiate(self) -> None:
        """The managers of both sides."""
        if alarm_of(self.id):
            alarms.negotiate(
                self.id, held_at=clock.now(), business_id=self.crew["project_manager"].id,
                service_id=self.crew["service_supervisor"].id, customer="业主代表三人",
                outcome="业主代表同意整改方案和完成时间，整改期间每天通报一次进度。", version=self.version,
                by=self.crew["service_supervisor"],
            )  # fmt: skip

    def investigate(self) -> None:
        """The report, in six parts."""
        if self.tale.cause:
            parts = {
                "cause": self.tale.cause, "course": self.tale.body,
                "responsible": f"{self.handler.name}所在班组，管理责任",
                "conclusion": "投诉属实。", "countermeasure": self.tale.solution,
                "prevention": "列入每周巡查，客服主管每月抽查一次并留记录。",
            }  # fmt: skip
            investigations.write(self.id, parts=parts, version=self.version, by=self.handler)

    def report(self) -> None:
        """Reviewed and approved, as far as the chain goes."""
        self._approve("investigation", "情况清楚，措施具体")

    def ask_money(self) -> None:
        """Applied for."""
        if self.tale.money:
            reason = "吊顶和墙面受潮发霉，按装修报价单核算。"
            compensations.ask(
                self.id, kind="damages", amount=self.tale.money, reason=reason, version=self.version, by=self.handler
            )

    def grant(self) -> None:
        """Decided by whom the amount asks for."""
        self._approve("compensation", "")

    def pay(self) -> None:
        """Given, once the letter has promised it."""
        if self.tale.money:
            compensations.note_paid(
                self.id, nth=1, paid_on=clock.local(clock.now()).date(), how="银行转账，回单存档", version=self.version,
                by=self.handler,
            )  # fmt: skip

    def _approve(self, kind: str, reason: str) -> None:
        slice_of = {"investigation": investigations, "compensation": compensations}[kind]
        submitted = approvals.of_subject("complaints", self.id, [kind])
        while submitted and submitted[0].state == "pending":
            each = submitted[0]
            slice_of.decide(
                self.id, verdict="approved", reason=reason, nth=each.version, hashed=each.content_hash,
                by=decider_of(self.crew, each.id),
            )  # fmt: skip
