"""QR codes for public pages and paper: inline SVG without styles, scripts or outside references."""

from urllib.parse import urlsplit

import segno
from markupsafe import Markup, escape


def svg(url: str, title: str = "二维码，扫一扫打开网页") -> Markup:
    """A QR code of `url` as SVG that scales with its box; `title` is what a screen reader says.

    The light field is painted, so that it can be scanned on dark pages too. Raises ValueError for anything but a whole
    http(s) address (or an otpauth one, for authenticator apps), or for one too long for a code.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "otpauth") or not parts.netloc:
        raise ValueError("a QR code leads to a whole http(s) address")
    code = segno.make_qr(url, error="m")
    drawing = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
    opening, modules = drawing.split(">", 1)
    label = escape(title)
    return Markup(f'{opening} role="img" aria-label="{label}"><title>{label}</title>{modules}')  # noqa: S704  # escaped above
