"""The clauses at work on a complaint."""

from saas.policy.pack import Pack
from tenants.complaints import stages
from tenants.complaints.course.facts import Facts
from tenants.complaints.facts import Pause
from tenants.complaints.models import Complaint


def clause_marks(
    complaint: Complaint, pack: Pack, known: Facts, pause: Pause | None
) -> list[tuple[str, str, str, str]]:
    """规程依据: (state ok|warn|wait|bad, text, clause source, full text) of every clause at work here."""
    marks = []
    now = stages.as_of(pause)
    for clause in pack.clauses.values():
        if clause.noun != "complaints":  # not at work yet, or not about a case
            continue
        if clause.rule in ("D1", "D2"):
            marks.append(("ok", clause.title, clause.source, clause.text))
        elif clause.clock and clause.rule in ("D7", "D10"):
            stage = next((s for s in reversed(complaint.stages) if s.stage == clause.clock), None)
            if stage is None or stage.dropped_at:
                state = "wait"
            elif stage.met_at:
                state = "ok" if stage.met_at <= stage.due_at else "bad"
            else:
                state = "warn" if now > stage.due_at else "wait"
            marks.append((state, clause.title, clause.source, clause.text))
        elif clause.rule == "D8":
            marks.append(("ok" if known.replies else "wait", clause.title, clause.source, clause.text))
    return marks
