"""Fill the printed 维修单 from the records of one repair (E1–E3, E6)."""

from uuid import UUID

from saas import clock, files, masks
from saas.db import db, schema_of
from saas.documents.models import Document
from saas.masks import within as said
from saas.pdf.sheet import Sheet
from saas.pictures.models import Photo
from saas.policy.here import pack_on
from saas.policy.pack import Pack
from saas.tenancy.staff import Profile, Staff
from tenants.customers.models import Customer
from tenants.repairs import course, form_sheet, progress
from tenants.repairs.actions.ordering import SOURCES
from tenants.repairs.endings import Completion
from tenants.repairs.history import HOW, ended
from tenants.repairs.models import Repair
from tenants.repairs.rules import SIGNED, rules_of

MOST = len(form_sheet.COPIES)


def html(document: Document) -> Sheet:
    """The form of the document's repair, personal data masked. Raises NoResultFound when it is gone."""
    repair = db.session.get_one(Repair, document.subject_id)
    known, pictures = course.facts(repair), dict[str, bytes]()
    consent = known.consents[-1] if known.consents else None
    form = fill(repair, known, printed_by=document.requested_by_name)
    if consent and consent.picture_id and form.consent.asset:
        pictures[form.consent.asset] = _bytes(consent.picture_id)
    if known.completion and form.completion.asset:
        pictures[form.completion.asset] = _bytes(known.completion.picture_id)
    return form_sheet.sheet_of(form, pictures)


def _bytes(photo_id: UUID) -> bytes:
    photo = db.session.get_one(Photo, photo_id)
    return files.read(schema_of(db.session()) or "", photo.sha256)


def fill(repair: Repair, known: course.Facts, *, printed_by: str) -> form_sheet.RepairForm:
    """Everything that is on record about this repair, as the form takes it."""
    profile, rules = db.session.get_one(Profile, True), pack_on(repair.ordered_at)
    customer = db.session.get(Customer, repair.customer_id) if repair.customer_id else None
    technician = db.session.get(Staff, repair.technician_id) if repair.technician_id else None
    quote, done, settings = known.quote, known.completion, rules_of(rules)
    return form_sheet.RepairForm(
        company=profile.company,
        project=profile.project,
        number=repair.number,
        printed_by=printed_by,
        printed_at=clock.now(),
        ordered_at=repair.ordered_at,
        ordered_by=repair.ordered_by_name,
        source=SOURCES.get(repair.source, repair.source),
        customer=masks.name(repair.reporter),
        phone=masks.phone(repair.phone or (customer.phone if customer else "")),
        unit=said(repair.room),
        fault=said(repair.fault),
        detail=said(repair.detail),
        skill=settings.skills.get(repair.skill, repair.skill),
        urgency=settings.urgencies.get(repair.urgency, repair.urgency),
        appointed=progress.span(repair.appointed_from, repair.appointed_to),
        technician=repair.outside or (technician.name if technician else ""),
        arrived=_arrived(known),
        finding=said(quote.finding) if quote else "",
        fees=tuple(
            form_sheet.FeeLine(f.item, f.unit, f.price_fen, f"{f.quantity.normalize():f}", f.amount_fen)
            for f in known.told
        ),
        total_fen=quote.total_fen if quote else None,
        free_reason=said(quote.free_reason) if quote else "",
        consent=_consent(known),
        started_at=known.start.started_at if known.start else None,
        result=said(done.result) if done else "",
        finished_at=done.finished_at if done else None,
        tested=bool(done and done.tested),
        tidied=bool(done and done.tidied),
        site=tuple(_site(known)),
        completion=_ended(done) if done else form_sheet.Signed(),
        receipt=f"{known.receipt.receipt}（{known.receipt.taken_by_name} 收款）" if known.receipt else "",
        handed=f"{known.handover.received_by_name} {clock.local(known.handover.handed_at):%Y-%m-%d %H:%M}"
        if known.handover else "",
        copies=form_sheet.COPIES[: _copies(rules)],
    )  # fmt: skip


def _copies(rules: Pack) -> int:
    """How many copies the clause asks for."""
    numbers = (c.numbers.get("copies") for c in rules.clauses.values() if c.evidence == "repairs.signed")
    return min(next((count for count in numbers if count), MOST), MOST)


def _arrived(known: course.Facts) -> str:
    if known.arrival is None:
        return ""
    return f"{clock.local(known.arrival.arrived_at):%m-%d %H:%M}（{'准时' if known.arrival.on_time else '没有准时'}）"


def _consent(known: course.Facts) -> form_sheet.Signed:
    last = known.consents[-1] if known.consents else None
    if last is None or known.quote is None or last.nth != known.quote.nth:
        return form_sheet.Signed()
    if last.given != SIGNED:
        return form_sheet.Signed(masks.name(last.signer), last.consented_at, HOW[last.given])
    return _signed(last.signer, last.consented_at, last.drawn, "consent")


def _ended(done: Completion) -> form_sheet.Signed:
    if done.given != SIGNED:
        how = ended(done.given, drawn=False, colleague="本项目同事")
        return form_sheet.Signed(masks.name(done.signer), done.finished_at, how)
    return _signed(done.signer, done.finished_at, done.drawn, "completion")


def _signed(who: str, at: object, drawn: bool, asset: str) -> form_sheet.Signed:
    return form_sheet.Signed(masks.name(who), at, "屏幕签名" if drawn else "签于纸面", asset)  # type: ignore[arg-type]


def _site(known: course.Facts) -> list[str]:
    moved = [f"移动{said(m.what)}，{masks.name(m.agreed_by)}同意" for m in known.moves]
    owed = {each.nth for each in known.to_make_good}
    damaged = [
        f"损坏{said(d.what)}，价值 {d.price_fen / 100:,.2f} 元，已致歉，{'待赔偿' if d.nth in owed else '已赔偿'}"
        for d in known.damages
    ]
    replaced = [f"更换{d.device}，旧编号 {d.old_number}，新编号 {d.new_number}" for d in known.devices]
    return moved + replaced + damaged
