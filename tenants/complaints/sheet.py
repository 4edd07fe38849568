"""Fill the printed handling form 投诉处理单 from the records of one complaint (D2, D8, D10)."""

from collections.abc import Iterable
from datetime import datetime

from saas import clock, masks
from saas.approvals.models import Approval
from saas.db import db
from saas.documents.models import Document
from saas.masks import within as said
from saas.policy.complaints import NoReplyReason
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.tenancy.staff import Profile, Staff
from tenants.complaints import course, form_sheet
from tenants.complaints.facts import CONTACT, FIRST, Pause
from tenants.complaints.models import Complaint
from tenants.customers.models import Customer
from tenants.releases import queries as releases
from tenants.releases.models import Release

VERDICTS = {"approved": "同意", "returned": "退回修改"}


def html(document: Document) -> str:
    """The form of the document's complaint, personal data masked. Raises NoResultFound when it is gone."""
    complaint = db.session.get_one(Complaint, document.subject_id)
    return form_sheet.complaint_form_html(fill(complaint, printed_by=document.requested_by_name))


def fill(complaint: Complaint, *, printed_by: str) -> form_sheet.ComplaintForm:
    """Everything that is on record about this complaint, as the form takes it."""
    profile, pack = db.session.get_one(Profile, True), pack_on(complaint.received_at)
    facts = course.facts(complaint)
    answers = releases.of_subject(Complaint.__tablename__, complaint.id)
    answer = next((r for r in answers if not r.editable), None)
    first = next((r for r in facts.responses if r.kind == FIRST), None)
    reached = next((r for r in facts.responses if r.kind == CONTACT), None)
    ruling = facts.judgements[-1] if facts.judgements else None
    closure = facts.closures[-1] if facts.closures else None
    handler = db.session.get(Staff, complaint.handler_id) if complaint.handler_id else None
    customer = db.session.get(Customer, complaint.customer_id) if complaint.customer_id else None
    severity, department = pack.severities.get(complaint.severity), pack.departments.get(complaint.department)
    return form_sheet.ComplaintForm(
        company=profile.company,
        project=profile.project,
        number=complaint.number,
        printed_by=printed_by,
        printed_at=clock.now(),
        customer="匿名" if complaint.anonymous else masks.name(complaint.reporter),
        phone=masks.phone(complaint.phone or (customer.phone if customer else "")),
        unit=said(complaint.room),
        received_at=complaint.received_at,
        source=pack.sources.get(complaint.source, complaint.source),
        received_by=complaint.registered_by_name,
        category=pack.categories.get(complaint.category, complaint.category),
        severity=severity.label if severity else complaint.severity,
        severities=tuple(level.label for level in pack.severities.values()),
        content=said(complaint.body),
        demand=said(complaint.demand),
        reception="\n".join(dict.fromkeys(said(r.text) for r in (first, reached) if r)),  # one call can be both
        established="" if ruling is None or ruling.established is None else "成立" if ruling.established else "不成立",
        accepted="" if ruling is None else "受理" if ruling.accepted else "不受理",
        judged_by=ruling.judged_by_name if ruling else "",
        judged_at=ruling.judged_at if ruling else None,
        judgement_reason=said(ruling.reason) if ruling else "",
        department=department.label if department else complaint.department,
        handler=handler.name if handler else "",
        department_opinion=said("\n".join(h.result for h in facts.handlings)),
        solution=said(facts.solutions[-1].text) if facts.solutions else "",
        reply_text=said(answer.current.body) if answer else "",
        reply_channel="信息发布 " + answer.number if answer else "",
        replied_at=facts.replies[0].delivered_at if facts.replies else None,
        finished_at=facts.handlings[-1].handled_at if facts.handlings else None,
        closed_at=closure.closed_at if closure else None,
        closed_by=closure.closed_by_name if closure else "",
        closure_note=_closing(closure.conclusion, pack.no_reply_reasons.get(closure.no_reply)) if closure else "",
        approvals=tuple(_decisions(facts, answers)),
        callbacks=tuple(
            form_sheet.CallbackEntry(
                at=each.called_at,
                who=each.called_by_name,
                channel=pack.callback_channels[each.channel].label,
                satisfaction=pack.settings.satisfaction[each.satisfaction - 1],
                opinion=said(each.opinion),
            )
            for each in facts.callbacks
        ),
        stages=tuple(_stages(complaint, pack, facts.pauses)),
    )


def _closing(conclusion: str, no_reply: NoReplyReason | None) -> str:
    return said(conclusion) + (f"（{no_reply.label}）" if no_reply else "")


def _stages(complaint: Complaint, pack: Pack, pauses: Iterable[Pause]) -> Iterable[form_sheet.Stage]:
    began = [(pause, pause.paused_at) for pause in pauses if pause.paused_at]
    halted = next((at for pause, at in began if pause.resumed_at is None), None)
    for stage in sorted(complaint.stages, key=lambda each: each.due_at):
        label = pack.clocks[stage.stage].label if stage.stage in pack.clocks else stage.stage
        notes = [
            f"{_minute(at)} 起暂停"
            + (f"，{_minute(p.resumed_at)} 恢复" if p.resumed_at else "")
            + f"：{said(p.reason)}"
            for p, at in began
            if at < (stage.met_at or stage.due_at) and stage.started_at < (p.resumed_at or clock.now())
        ]
        due = None if stage.dropped_at else stage.due_at
        yield form_sheet.Stage(label, due, stage.met_at, "\n".join(notes), halted)


def _minute(moment: datetime) -> str:
    return f"{clock.local(moment):%m-%d %H:%M}"


def _decisions(facts: course.Facts, answers: Iterable[Release]) -> Iterable[form_sheet.Approval]:
    labelled: list[tuple[str, Approval]] = [("方案", each.approval) for each in facts.solutions]
    labelled += [("调查报告", each.approval) for each in facts.investigations]
    labelled += [("赔偿", each.row.approval) for each in facts.compensations]
    labelled += [("答复", approval) for release in answers for approval in releases.submissions(release)]
    for what, approval in sorted(labelled, key=lambda pair: pair[1].submitted_at):
        steps = {step.position: step for step in approval.steps}
        for decision in approval.decisions:
            behalf = f"（代{decision.on_behalf_of_name}）" if decision.on_behalf_of_name else ""
            who = decision.decided_by_name + behalf
            label = f"{what}第 {decision.version} 版 {steps[decision.position].label}"
            yield form_sheet.Approval(
                label, who, VERDICTS[decision.verdict], decision.decided_at, said(decision.reason)
            )
