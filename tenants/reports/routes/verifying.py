"""/verify/<token>: the archived copy is read again and compared with the register, and so is a visitor's (I3, I7)."""

import hashlib
from collections.abc import Iterator
from typing import IO, Any

from flask import abort, request
from sqlalchemy import select

from saas.db import db
from saas.identity import public
from saas.web import page
from saas.web.incoming import takes
from tenants.reports import archive, links
from tenants.reports.archive import MARK, Compared
from tenants.reports.holding import version_of
from tenants.reports.models import Report, ReportArchive, ReportPublication
from tenants.reports.page import cover
from tenants.reports.queries import known
from tenants.reports.routes import readers
from tenants.reports.routes.doors import come_in, comparisons, names, quiet

MIB = 1024 * 1024
LARGEST = 64 * MIB
PIECE = 1024 * 1024
OVERLAP = 256  # bytes; a mark may lie across two pieces


@readers.get("/verify/<token>")
@public
def verify(token: str) -> Any:
    """What the register says, and whether the archived file still says the same."""
    return _shown(token, _archive(token))


@readers.post("/verify/<token>")
@public
@takes(LARGEST + MIB)
def compare(token: str) -> Any:
    """Compare the visitor's own copy. Nothing of it is kept."""
    kept, file = _archive(token), request.files.get("file")
    seconds = comparisons().hit(f"verify:{token}", request.remote_addr or "")
    if seconds:
        return _shown(token, kept, error=f"核对太频繁，请 {-(-seconds // 60)} 分钟后再试", status=429)
    if file is None or not file.filename:
        return _shown(token, kept, error="请选择您手里的 PDF 文件", status=422)
    with file.stream as stream:
        sha256, size, marks = _read(stream)
    if size > LARGEST:
        return _shown(token, kept, error=f"文件最大 {LARGEST // MIB} MB，这份文件不是我们发出的报告", status=422)
    return _shown(token, kept, compared=archive.compare(kept, sha256, size, marks))


def _read(stream: IO[bytes]) -> tuple[str, int, list[bytes]]:
    """Digest, size, and what the file says of itself; read piece by piece, whatever it is."""
    digest, size = hashlib.sha256(), 0
    marks: dict[bytes, None] = {}
    tail = b""
    for piece in _pieces(stream):
        digest.update(piece)
        size += len(piece)
        marks |= dict.fromkeys(match[0] for match in MARK.finditer(tail + piece))
        tail = piece[-OVERLAP:]
    return digest.hexdigest(), size, list(marks)[:5]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _archive(token: str) -> ReportArchive:
    """The archived copy that counts: the published version's, or the newest."""
    report = db.session.get(Report, come_in(token, links.PUBLIC)) or abort(404)
    publication = db.session.get(ReportPublication, report.id)
    query = select(ReportArchive).where(ReportArchive.report_id == report.id)
    if publication is not None:
        query = query.where(ReportArchive.version == publication.version)
    return db.session.scalars(query.order_by(ReportArchive.version.desc()).limit(1)).first() or abort(404)


def _shown(
    token: str, kept: ReportArchive, *, compared: Compared | None = None, error: str = "", status: int = 200
) -> Any:
    report = db.session.get_one(Report, kept.report_id)
    version = version_of(report, kept.version)
    here = known([report])[report.id]
    decided = here.decisions if report.version == kept.version else None
    return quiet(
        page(
            "reports/verify.html", status=status, token=token, archive=kept, intact=archive.intact(kept),
            publication=here.publication, main=decided.main if decided else None,
            finance=decided.finance if decided else None, compared=compared, error=error, largest=LARGEST // MIB,
            **cover(report, version), **names(),
        )
    )  # fmt: skip
