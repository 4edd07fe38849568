"""The shipped pack with a few clauses of each kind, quick to read, and files of other versions of it."""

import re
from pathlib import Path

from saas.policy.loader import FOLDER

KEPT = (
    "approval-hierarchy", "authority-matrix", "contact-record", "first-response", "complaint-solution",
    "hotline-result", "complaint-callback", "complaint-callback-quota", "manager-visits", "notice-approval",
    "sms-approval", "report-approval", "report-finance", "quality-callbacks",
)  # fmt: skip
HEAD, *CLAUSES = re.split(r"(?=\[\[clauses]]\n)", (FOLDER / "property.toml").read_text(encoding="utf-8"))
GOOD = HEAD + "".join(each for each in CLAUSES if re.search(r'id = "(.+)"', each)[1] in KEPT)  # type: ignore[index]


def edited(*changes: tuple[str, str]) -> str:
    """The text with pieces of it changed."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def version(folder: Path, number: str, since: str, *changes: tuple[str, str]) -> Path:
    """A file in the folder: this pack as the version of that number, in force since a day."""
    own = ('version = "1.0"', f'version = "{number}"'), ("valid_from = 2026-01-01", f"valid_from = {since}")
    path = folder / f"{number}.toml"
    path.write_text(edited(*own, *changes), encoding="utf-8")
    return path
