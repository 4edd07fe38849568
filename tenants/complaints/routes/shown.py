"""What the templates of this slice ask for besides their data."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import current_app, url_for

from saas import clock
from saas.approvals.models import Approval, ApprovalStep
from saas.identity import current_pack
from saas.masks import within
from saas.pictures.models import Photo
from saas.policy import clocks
from saas.policy.pack import Pack, Severity
from saas.web.filters import moment
from saas.web.pictures import ACCEPT
from tenants.complaints import counts, queries, states
from tenants.complaints.alarms.queries import Raised
from tenants.complaints.compensations.money import told as yuan
from tenants.complaints.exemptions.models import KINDS as EXEMPTIONS
from tenants.complaints.models import Complaint
from tenants.complaints.repeats.models import SHORT
from tenants.complaints.repeats.queries import Linked
from tenants.complaints.responsibilities.models import KINDS as RESPONSIBILITIES
from tenants.complaints.routes import blueprint
from tenants.complaints.routes.acts import HINTS, acts
from tenants.complaints.transfers.models import ANSWERED, OUTCOMES, Transfer
from tenants.complaints.transfers.told import felt
from tenants.customers.history import Touch
from tenants.releases.models import Release

TONES = {"important": "amber", "major": "red"}
VERDICTS = {
    "pending": ("待审批", "violet", "clock"),
    "approved": ("已同意", "green", "check"),
    "returned": ("已退回", "red", "undo-2"),
    "voided": ("已作废", "", "x"),
    "withdrawn": ("已撤回", "", "undo-2"),
}


def chips(current: str, at: Callable[..., str]) -> list[tuple[str, str, bool]]:
    """The ranges above the list."""
    return [(label, at(view=view), view == current) for view, label in queries.VIEWS.items()]


def counted(wanted: queries.Wanted, rules: Pack) -> list[tuple[str, dict[str, str]]]:
    """In words what a figure of the statistics has narrowed the list to, each with the change that takes it away."""
    departments = {code: each.label for code, each in rules.departments.items()}
    labels: dict[str, tuple[str, Mapping[str, str]]] = {
        "source": ("来源", rules.sources), "department": ("处理部门", departments), "building": ("楼栋", {}),
        "figure": ("", counts.LABELS),
    }  # fmt: skip
    nothing = {"source": "未填", "department": "未定", "building": "未登记"}
    return [
        (
            f"{labels[name][0]} {nothing[name] if value == counts.NONE else labels[name][1].get(value, value)}".strip(),
            {name: ""},
        )
        for name, value in wanted.counted.items()
        if value
    ]


def severities(rules: Pack) -> list[tuple[str, str]]:
    """The severities for a select."""
    return [(code, level.label) for code, level in rules.severities.items()]


def state_tags() -> dict[str, Any]:
    """The tag of each state: a list draws each of them once, not in every row."""
    ui: Any = current_app.jinja_env.globals["ui"]
    return {state: ui.tag(label, states.TONES[state]) for state, label in states.LABELS.items()}


def severity_tags(rules: Pack) -> dict[str, Any]:
    """The tag of each severity."""
    ui: Any = current_app.jinja_env.globals["ui"]
    icons = {rules.alarm.severity: "siren"}
    return {
        code: ui.tag(each.label, TONES.get(code, ""), icons.get(code, "")) for code, each in rules.severities.items()
    }


def due(row: Any) -> Any:
    """The next limit of a row: 还剩, or 逾期 as a red tag."""
    if row.next_due_at is None or row.state == states.CLOSED:
        return "–"
    if row.paused:
        return "计时暂停"
    now = clock.now()
    words = clocks.remaining(row.next_due_at, now)
    late = row.next_due_at < now
    ui: Any = current_app.jinja_env.globals["ui"]
    return ui.tag(words, "red", "triangle-alert") if late else words


def head_tags(complaint: Complaint, late: str, pause: Any, rules: Pack) -> list[Any]:
    """Tags and facts under the title."""
    ui: Any = current_app.jinja_env.globals["ui"]
    tags = [ui.tag(states.LABELS[complaint.state], states.TONES[complaint.state], "clock")]
    if late:
        tags.append(ui.tag(late, "red", "triangle-alert"))
    if pause:
        tags.append(ui.tag("计时暂停", "", "pause"))
    tags.append(severity_tags(rules)[complaint.severity])
    source = rules.sources.get(complaint.source, complaint.source)
    return [*tags, f"{source} · {complaint.registered_by_name} 登记", moment(complaint.received_at)]


def result(transfer: Transfer, state: str, rules: Pack) -> str:
    """What became of a complaint that a department handed over."""
    if (end := transfer.outcome) is None:
        return "--" if transfer.taking is None else states.LABELS[state] if state == states.CLOSED else "办理中"
    if end.kind == ANSWERED:
        return f"公司已答复，{felt(end.satisfaction, rules)}"
    return f"转由{end.project}办理 {end.number}"


def callback_words(level: Severity, nth: int, rules: Pack) -> str:
    """上门回访，客户签名；或电话回访."""
    ways = [rules.callback_channels[code] for code in level.callback_by(nth)]
    return "；或".join(way.label + ("，客户签名" if way.signature else "") for way in ways)


def letter_url(letter: Release) -> str:
    """The page of a reply."""
    return url_for("releases.show", id=letter.id)


def dossier_of(complaint: Complaint) -> str:
    """The dossier of the household, if the complaint names one."""
    return url_for("customers.show", unit_id=complaint.unit_id) if complaint.unit_id else ""


def contact_url(complaint: Complaint) -> str:
    """A new contact record for the same household and person."""
    who = ":".join(str(each) for each in (complaint.unit_id, complaint.customer_id) if each)
    return url_for("contacts.new", who=who) if complaint.unit_id else url_for("contacts.new")


def phone_of(complaint: Complaint) -> str:
    """The number on the card, or in the dossier."""
    return complaint.phone or (complaint.customer.phone if complaint.customer else "")


def pics(
    complaint: Complaint, photos: Mapping[str, Photo], only: Collection[str] | None = None
) -> list[tuple[str, str, str, str]]:
    """Photos for `ui.pics`, all or only these: words, the whole photo, an icon, the small one."""
    return [
        (
            each.caption or f"{each.added_by_name} {clock.local(each.added_at):%m-%d %H:%M}",
            url_for("complaints.picture_of", id=complaint.id, photo_id=each.id), "image",
            url_for("complaints.small_picture", id=complaint.id, photo_id=each.id),
        )
        for key, each in photos.items()
        if only is None or key in only
    ]  # fmt: skip


def doing(step: ApprovalStep) -> str:
    """审核, 审批, 批准: what the decider of a step does."""
    return {"review": "审核", "general_manager": "批准"}.get(step.name, "审批")


def masked(parts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headed texts with their numbers masked (B10)."""
    return [(title, within(text)) for title, text in parts]


def link_words(each: Linked) -> str:
    """并入, 被并入 … as seen from the complaint at hand."""
    return (
        SHORT[each.kind]
        if each.to
        else {"duplicate": "并入本件", "repeat": "之后再次投诉"}.get(each.kind, SHORT[each.kind])
    )


def warning_words(alarm: Raised) -> Any:
    """When the warning went out, or that it has not."""
    ui: Any = current_app.jinja_env.globals["ui"]
    return moment(alarm.warned.warned_at) if alarm.warned else ui.tag("还没有", "red", "triangle-alert")


def overdue(complaint: Complaint, alarm: Raised) -> bool:
    """Whether a clock of the complaint has run out."""
    return complaint.next_due_at is not None and complaint.next_due_at < clock.now()


def waits(approval: Approval | None) -> bool:
    """True while an approval has no result."""
    return approval is not None and approval.state == "pending"


def touches(unit_id: UUID, customer_ids: Sequence[UUID], limit: int) -> list[Touch]:
    """The complaints in the history of a household (B1)."""
    rules = current_pack()
    return [
        Touch(
            each.received_at, each.registered_by_name, "投诉", each.subject,
            (each.number, states.LABELS[each.state], rules.categories.get(each.category, each.category)),
            tone="amber", icon="message-square-warning", href=url_for("complaints.show", id=each.id),
        )
        for each in queries.of_household(unit_id, customer_ids, limit)
    ]  # fmt: skip


blueprint.record_once(lambda state: state.app.extensions.setdefault("touches", []).append(touches))


@blueprint.context_processor
def words() -> dict[str, Any]:
    """For every template of the slice."""
    return {
        "acts": acts, "chips": chips, "counted": counted, "due": due, "head_tags": head_tags,
        "callback_words": callback_words,
        "letter_url": letter_url, "dossier_of": dossier_of, "phone_of": phone_of, "contact_url": contact_url,
        "tones": TONES, "verdicts": VERDICTS, "hints": HINTS, "severities": severities, "waits": waits,
        "pics": pics, "accept": ACCEPT, "states": states, "state_tags": state_tags, "severity_tags": severity_tags,
        "masked": masked, "yuan": yuan, "link_words": link_words, "warning_words": warning_words, "overdue": overdue,
        "doing": doing, "result": result, "outcomes": OUTCOMES, "felt": felt, "exemption_words": EXEMPTIONS,
        "responsibility_words": RESPONSIBILITIES,
    }  # fmt: skip
