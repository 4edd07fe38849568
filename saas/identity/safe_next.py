"""Where to go after signing in: a path of this site, or nowhere."""

from urllib.parse import urlsplit

NOT_BACK = ("/login", "/logout")


def safe_next(target: str | None) -> str:
    """The target when it is a plain path of this site, else an empty string.

    Browsers read `//evil` and `/\\\\evil` as another host and drop control characters before reading.
    """
    if not target or len(target) > 2000 or not target.startswith("/") or "\\" in target or not target.isprintable():
        return ""
    parts = urlsplit(target)
    if target.startswith("//") or parts.scheme or parts.netloc or parts.path.startswith(NOT_BACK):
        return ""
    return target
