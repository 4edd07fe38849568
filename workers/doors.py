"""Where jobs enter: each door enters its tenant and calls one action. Imports are lazy: every process starts fast."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy import text

from saas.app import create_app
from saas.config import Config
from saas.db import db
from saas.tenancy import enter
from saas.trace import trace

UNSWITCHED = "app"
MARK = text("INSERT INTO platform.job_done (outbox_id) VALUES (:id) ON CONFLICT DO NOTHING")

log = logging.getLogger("linsheng.jobs")
_app: Flask | None = None


@dataclass(frozen=True)
class Door:
    """A job by name. `stepwise` actions commit in several steps and stop a second effect themselves.

    `told` ones are given the id of their outbox row as `asked_by`, to know a try of the same row again.
    """

    target: str
    stepwise: bool = False
    told: bool = False

    def open(self) -> Callable[..., Any]:
        """The action behind the door."""
        module, _, name = self.target.partition(":")
        action: Callable[..., Any] = getattr(import_module(module), name)
        return action


JOBS = {
    "identity.invite": Door("saas.identity.mails:send_invitation", stepwise=True, told=True),
    "identity.reset": Door("saas.identity.mails:send_reset", stepwise=True, told=True),
    "releases.deliver": Door("workers.delivery:deliver", stepwise=True),
    "releases.handed_over": Door("workers.delivery:handed_over"),
    "releases.approved": Door("workers.reporting:letter_approved"),
    "reports.check": Door("workers.reporting:check"),
    "complaints.stage_due": Door("workers.reminding:stage_due"),
    "complaints.alarm_raised": Door("workers.reminding:alarm_raised"),
    "complaints.alarm_warned": Door("workers.reminding:alarm_warned"),
    "complaints.urged": Door("workers.reminding:case_urged"),
    "complaints.alarm_changed": Door("workers.reminding:alarm_changed"),
    "complaints.result_due": Door("workers.reminding:result_due"),
    "complaints.report_arrives": Door("workers.reminding:report_arrives", stepwise=True),
    "complaints.callback_planned": Door("workers.reminding:callback_planned"),
    "complaints.promise_due": Door("workers.reminding:promise_due"),
    "complaints.handed_over": Door("workers.reminding:handed_over"),
    "complaints.settle": Door("workers.reminding:settle"),
    "receptions.due": Door("workers.reminding:reception_due"),
    "repairs.assigned": Door("workers.reminding:repair_assigned"),
    "repairs.confirmed": Door("workers.reminding:repair_confirmed"),
    "repairs.urged": Door("workers.reminding:repair_urged"),
    "repairs.appointment_due": Door("workers.reminding:appointment_due"),
    "obligations.remind": Door("workers.reminding:mail_reminder", stepwise=True),
    "approvals.waiting": Door("workers.reminding:remind_waiting"),
    "approvals.copied": Door("workers.reminding:remind_copied"),
    "obligations.daily": Door("workers.reminding:daily"),
    "duties.daily": Door("workers.reminding:plan_duties"),
    "digests.daily": Door("workers.digesting:daily"),
    "duties.due": Door("workers.reminding:duty_due"),
    "board.measure": Door("workers.measuring:measure"),
    "board.reconcile": Door("workers.measuring:reconcile"),
    "board.remeasure": Door("workers.measuring:remeasure"),
    "board.apply": Door("workers.measuring:apply", stepwise=True),
    "documents.render": Door("workers.rendering:render", stepwise=True),
    "initials.fill": Door("workers.initials:fill", stepwise=True),
    "imports.stage": Door("tenants.imports.actions:stage", stepwise=True),
    "imports.publish": Door("tenants.imports.actions:publish", stepwise=True),
}


def application() -> Flask:
    """The application of this worker process, built before the first fork; it opens no connection by itself."""
    global _app
    if _app is None:
        from wsgi import slices

        _app = create_app(Config.load(), slices(), process="worker")
    return _app


class Failed(RuntimeError):
    """A job failed; the kind of the error is all that RQ keeps in Valkey. The places are in the worker's log."""


def run(job: str, tenant: str, outbox_id: str, *args: str) -> None:
    """Run one job once. A row that is already done is left alone; a rival run waits for the first one's commit."""
    door = JOBS[job]
    try:
        _run(door, tenant, outbox_id, *args)
    except Exception as error:
        log.error("job %s %s failed: %s", job, outbox_id, trace(error))
        raise Failed(type(error).__name__) from None  # the text of the error may carry personal data


def _run(door: Door, tenant: str, outbox_id: str, *args: str) -> None:
    with application().app_context():
        if tenant != UNSWITCHED:
            enter(db.session(), tenant)
        if door.stepwise:
            door.open()(*args, **({"asked_by": outbox_id} if door.told else {}))
            db.session.execute(MARK, {"id": outbox_id})
        elif db.session.execute(MARK, {"id": outbox_id}).rowcount:  # type: ignore[attr-defined]
            door.open()(*args)
        db.session.commit()
