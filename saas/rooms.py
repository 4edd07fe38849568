"""Room numbers: written `3-2-1502` (building, entrance, room), sorted as the numbers that they are."""

import re

_SUFFIX = re.compile(
    r"(?<=[0-9A-Za-z一二三四五六七八九十])\s*(?:号楼|号幢|号栋|楼幢|幢|栋|座|单元|号?室|号房|房|号)(?![0-9]*楼)"
)
_STROKES = re.compile(r"[-－—–_/#·.\s]+")
_TOKENS = re.compile(r"\d+|[^\d\s-]+")


def room_label(*parts: str) -> str:
    """One label out of 楼栋, 单元 and 房号: ("3幢", "2", "1502室") and ("", "", "3幢2单元1502室") are both `3-2-1502`.

    A room that already starts with its building and entrance is not given them twice. Empty when all parts are.
    """
    clean = [_STROKES.sub("-", _SUFFIX.sub("-", part.strip())).strip("-").upper() for part in parts]
    label = "-".join(part for part in clean if part)
    front = "-".join(part for part in clean[:-1] if part)
    return clean[-1] if front and f"{clean[-1]}-".startswith(f"{front}-") else label


def room_parts(label: str) -> tuple[str, str, str]:
    """Building, entrance and room of a label; those that it does not have are empty: 商铺-12 has no entrance."""
    front, _, room = label.rpartition("-")
    building, _, entrance = front.partition("-")
    return building, entrance, room


def room_key(label: str) -> str:
    """A key that sorts `3-2-902` before `3-2-1502` and both before `10-1-101`, byte by byte (collation C)."""
    return "-".join(token.zfill(8) if token.isdecimal() else token.lower() for token in _TOKENS.findall(label))
