"""The printed handling form 投诉处理单: what it shows, apart from where that is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from saas.pdf.sheet import fill
from saas.policy import clocks


@dataclass(frozen=True)
class Stage:
    """One clock of the case (D7): due, met and, while the clocks stand still, since when, are instants.

    `note` tells of its pauses with their reasons.
    """

    name: str
    due: datetime | None
    met: datetime | None = None
    note: str = ""
    halted: datetime | None = None

    def outcome(self, at: datetime) -> str:
        """按时, 逾期 with its length, 计时暂停 or 未到期, judged at the instant of printing."""
        if self.due is None:
            return "–"
        late = (self.met or self.halted or at) - self.due
        if late <= timedelta(0):
            return "按时" if self.met else "计时暂停" if self.halted else "未到期"
        return clocks.phrase("逾期", late) + ("" if self.met else "，未完成")


@dataclass(frozen=True)
class Approval:
    """One decision of the chain (A3). `who` names the delegation too, when there is one."""

    step: str
    who: str
    verdict: str
    at: datetime | None
    opinion: str = ""


@dataclass(frozen=True)
class CallbackEntry:
    """One callback (D10); phone ones are marked 电话回访 by their channel."""

    at: datetime | None
    who: str
    channel: str
    satisfaction: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class ComplaintForm:
    """Everything on the form (D2, D3, D6, D7, D8, D10). Personal data arrive masked; empty text prints as `--`."""

    company: str
    project: str
    number: str
    printed_by: str
    printed_at: datetime
    customer: str = ""
    phone: str = ""
    unit: str = ""
    received_at: datetime | None = None
    source: str = ""
    received_by: str = ""
    category: str = ""
    severity: str = ""
    severities: tuple[str, ...] = ()
    content: str = ""
    demand: str = ""
    reception: str = ""
    established: str = ""
    accepted: str = ""
    judged_by: str = ""
    judged_at: datetime | None = None
    judgement_reason: str = ""
    department: str = ""
    handler: str = ""
    department_opinion: str = ""
    investigation: str = ""  # D6 asks for it; until it is recorded here the form leaves room for the pen
    solution: str = ""
    reply_text: str = ""
    reply_channel: str = ""
    replied_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closure_note: str = ""
    approvals: tuple[Approval, ...] = ()
    callbacks: tuple[CallbackEntry, ...] = ()
    stages: tuple[Stage, ...] = ()
    signers: tuple[str, ...] = ("经办人", "客服主管", "审核（项目经理）", "审批（分管领导）", "客户（上门回访）")


def complaint_form_html(form: ComplaintForm) -> str:
    """The form as HTML for `saas.pdf.render.render`; it needs no assets."""
    return fill("pdf/complaint_form.html", form=form)
