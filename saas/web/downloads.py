"""Files to keep, made while somebody waits."""

from io import BytesIO

from flask import Response, send_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(data: bytes, name: str) -> Response:
    """A workbook under a name that ends in .xlsx."""
    return send_file(BytesIO(data), XLSX, as_attachment=True, download_name=name)
