"""The only fonts a document may use: four pinned files, offered to the layout engine by a private fontconfig file."""

import os
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

ASSETS = Path(os.environ.get("LINSHENG_ASSETS", Path(__file__).parents[2] / ".local" / "assets"))

# Static files whose names and weights fontconfig reads right. Sliced web fonts print wrong characters.
FILES = (
    "NotoSansSC_400Regular.ttf",
    "NotoSansSC_700Bold.ttf",
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf",
)

FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
  <selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>{accepted}</acceptfont></selectfont>
  <alias binding="same"><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


class FontsMissing(RuntimeError):
    """A pinned font file is not there. System fonts are never taken instead: they would change the paper silently."""


def prepare(home: Path, assets: Path = ASSETS) -> Path:
    """Write the private fontconfig file under `home`, point this process at it, and return its path.

    Must run before WeasyPrint is imported. Raises FontsMissing, naming the files.
    """
    folder = (assets / "fonts").resolve()
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FontsMissing(f"缺少 PDF 字体：{'、'.join(missing)}（应在 {folder}）。请重新运行 bin/run，它会取回字体。")
    cached = (home / "pdf" / "fontconfig").resolve()
    cached.mkdir(parents=True, exist_ok=True)
    accepted = "".join(f"<glob>*/{name}</glob>" for name in FILES)
    text = FONTCONFIG.format(folder=escape(str(folder)), cache=escape(str(cached)), accepted=accepted)
    path = cached.parent / "fonts.conf"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


@cache
def coverage(assets: Path = ASSETS) -> frozenset[int]:
    """Every code point that at least one of the pinned fonts can draw."""
    points: set[int] = set()
    for name in FILES:
        with TTFont(assets / "fonts" / name, lazy=True) as font:
            for first, last in _ranges(font.reader["cmap"]):
                points.update(range(first, last + 1))
    return frozenset(points)


def _ranges(cmap: bytes) -> Iterator[tuple[int, int]]:
    """First and last code point of each group of the table's full subtables (format 12).

    The library would name every glyph first, and leave 15 MB behind in the worker.
    """
    for at in range(int.from_bytes(cmap[2:4], "big")):
        offset = int.from_bytes(cmap[8 + 8 * at : 12 + 8 * at], "big")
        if cmap[offset : offset + 2] != b"\x00\x0c":
            continue
        length = int.from_bytes(cmap[offset + 4 : offset + 8], "big")
        for first, last, _ in struct.iter_unpack(">III", cmap[offset + 16 : offset + length]):
            yield first, last


def printable(text: str, covered: frozenset[int]) -> str:
    """Replace what no font can draw by something a reader understands, so that no empty box ever stands on paper.

    Emoji become 〔表情〕, other characters their code point (〔U+20BB7〕); controls and direction marks are dropped.
    """
    return text.translate({ord(c): _substitute(c) for c in set(text) if not _drawn(c, covered)})


def _drawn(char: str, covered: frozenset[int]) -> bool:
    return char in "\t\n\r" or (ord(char) in covered and unicodedata.category(char) not in ("Cc", "Cf"))


def _substitute(char: str) -> str:
    match unicodedata.category(char):
        case "Cc" | "Cf" | "Cs" | "Mn" | "Me" | "Sk":
            return ""
        case "Zs" | "Zl" | "Zp":
            return " "
        case "So":
            return "〔表情〕"
        case _:
            return f"〔U+{ord(char):04X}〕"
