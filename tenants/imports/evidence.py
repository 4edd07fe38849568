"""What the imports of a period show: read and checked first, written when somebody confirmed (B13)."""

from sqlalchemy import case, select

from saas.policy.evidence import MET, MISSED, OPEN, Question, Rows, Source
from tenants.imports.models import BUSY, Import


def rosters(asked: Question) -> Rows:
    """Rosters uploaded; one that failed or was discarded wrote nothing and binds nobody."""
    rows = select(
        Import.id, Import.filename.label("label"), Import.uploaded_at.label("at"),
        case(
            (Import.state.in_((*BUSY, "staged")), OPEN),
            ((Import.state == "published") & Import.published_by.is_(None), MISSED),
            (Import.state == "published", MET),
        ).label("verdict"),
    ).where(Import.kind == "roster", Import.uploaded_at >= asked.begin, Import.uploaded_at < asked.end)  # fmt: skip
    return Rows(rows, "imports.show", "import_id")


EVIDENCE = {"imports.rosters": Source(rosters, ("imports",))}
