"""Puts a report together for `saas.pdf.render.render`."""

from collections.abc import Callable, Mapping

from saas import qr
from saas.pdf.book import Book
from saas.pdf.report.data import attachments
from saas.pdf.report.gallery import photos_of, prepared
from saas.pdf.report.numbering import numbered
from saas.pdf.sheet import Sheet, fill


def report_sheet(book: Book, photos: Mapping[str, Callable[[], bytes]]) -> Sheet:
    """The finished sheet, an archive with its figures inside. `photos` reads the bytes of a picture by its name; it is
    called where the sheet is laid out. KeyError for a photo that is not given.
    """
    parts = numbered(book)
    code = qr.svg(book.verification_url, "二维码：打开本报告的核验页") if book.verification_url else None
    drawings = {name: fill(f"pdf/report/{name}", book=book).encode() for name in ("cover.svg", "draft.svg")}
    return Sheet(
        fill("pdf/report/report.html", book=book, parts=parts, code=code),
        assets=drawings,
        pictures={each.asset: prepared(each, photos[each.photo.name]) for each in photos_of(parts)},
        attachments=tuple(sorted(attachments(parts, book.as_of), key=lambda each: each.name)),
        archive=True,
    )
