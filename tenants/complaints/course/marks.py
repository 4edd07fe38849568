"""The clauses at work on a complaint."""

from collections.abc import Callable

from saas import clock
from saas.policy.pack import Clause, Pack
from tenants.complaints import stages, states
from tenants.complaints.course.facts import Facts
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint, Stage

Mark = tuple[str, str, str, str]
Judge = Callable[[Complaint, Facts], str]


def clause_marks(complaint: Complaint, pack: Pack, known: Facts, pause: Pause | None) -> list[Mark]:
    """规程依据: (state ok|warn|wait|bad, text, clause source, full text) of every clause at work here."""
    marks = []
    over = known.transfer is not None and known.transfer.outcome is not None  # nothing is waited for any more
    for clause in pack.clauses.values():
        state = _state(clause, complaint, known, pause)
        if state and not (over and state == "wait"):
            marks.append((state, clause.title, clause.source, clause.text))
    return marks


def _state(clause: Clause, complaint: Complaint, known: Facts, pause: Pause | None) -> str:
    """Empty where the clause does not concern this complaint."""
    if clause.evidence in NOUNS:
        state = NOUNS[clause.evidence](complaint, known)
        return "" if state == "wait" and _history(complaint) else state
    if clause.noun == "alarms" and clause.clock:
        return _clocked(_running(complaint, clause.clock), pause) if known.alarm else ""
    if _history(complaint) and clause.rule not in ("D1", "D2"):
        return ""
    if clause.noun != "complaints":  # not at work yet, or not about a case
        return ""
    if clause.rule in ("D1", "D2"):
        return "ok"
    if clause.clock and clause.rule in ("D7", "D10"):
        if not complaint.stages:  # out of a ledger: no clock runs for it
            return ""
        return _clocked(_running(complaint, clause.clock), pause)
    return ("ok" if known.replies else "wait") if clause.rule == "D8" else ""


def _history(complaint: Complaint) -> bool:
    """Came out of a ledger answered: its course was kept elsewhere, and nothing is asked for any more."""
    return not complaint.stages and complaint.state == states.CLOSED


def _running(complaint: Complaint, clock: str) -> Stage | None:
    """The clock, the one that ends last when it was started again."""
    return next((s for s in reversed(complaint.stages) if s.stage == clock), None)


def _clocked(stage: Stage | None, pause: Pause | None) -> str:
    if stage is None or stage.dropped_at:
        return "wait"
    if stage.met_at:
        return "ok" if stage.met_at <= stage.due_at else "bad"
    return "warn" if stages.as_of(pause) > stage.due_at else "wait"


def _done(complaint: Complaint, there: object) -> str:
    return "ok" if there else "bad" if complaint.state == states.CLOSED else "wait"


def _investigated(complaint: Complaint, known: Facts) -> str:
    written = known.investigations
    return _done(complaint, written[-1].approval.state == "approved") if written else ""


def _compensated(complaint: Complaint, known: Facts) -> str:
    asked = {each.state for each in known.compensations} - {"voided"}
    return ("wait" if "pending" in asked else "ok") if asked else ""


def _answered(complaint: Complaint, known: Facts) -> str:
    return _done(complaint, not known.after.unanswered) if known.after.follow_ups else ""


def _checked(complaint: Complaint, known: Facts) -> str:
    return ("ok" if len(known.after.checks) == len(known.callbacks) else "wait") if known.callbacks else ""


def _answered_for(complaint: Complaint, known: Facts) -> str:
    named = known.after.responsibilities
    return _done(complaint, named) if named or known.after.missed else ""


def _reported(complaint: Complaint, known: Facts) -> str:
    return "wait" if known.after.result_owed else "ok" if known.after.results else ""


def _taken(complaint: Complaint, known: Facts) -> str:
    if known.transfer is None:
        return ""
    taking, first = known.transfer.taking, (stages.FIRST_RESPONSE, 1)
    due = next((s.due_at for s in complaint.stages if (s.stage, s.round) == first), None)
    if taking is None:
        return "warn" if due is not None and due < clock.now() else "wait"
    return "ok" if due is None or taking.taken_at <= due else "bad"


NOUNS: dict[str, Judge] = {
    "judgements.ruled": lambda case, known: "ok" if known.judgements else "wait",
    "recusals.kept": lambda case, known: "ok" if case.complained_about else "",
    "repeats.linked": lambda case, known: "ok" if known.links else "",
    "pauses.approved": lambda case, known: "ok" if any(each.paused_at for each in known.pauses) else "",
    "investigations.approved": _investigated,
    "compensations.approved": _compensated,
    "compensations.within_authority": _compensated,
    "alarms.convened": lambda case, known: _done(case, known.alarm.meetings) if known.alarm else "",
    "negotiations.held": lambda case, known: _done(case, known.negotiations) if known.alarm else "",
    "follow_ups.promised": lambda case, known: "ok" if known.after.follow_ups else "",
    "follow_ups.answered": _answered,
    "callback_checks.signed": _checked,
    "exemptions.filed": lambda case, known: "ok" if known.after.exemptions else "",
    "responsibilities.recorded": _answered_for,
    "hotline_results.reported": _reported,
    "transfers.received": _taken,
}
"""What the records of a case say by the name of the clause's evidence; the evidence of a period asks the same."""
