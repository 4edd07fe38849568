"""The line of every table, key and array item of a TOML text: what `tomllib` reads but does not tell."""

import re

Place = tuple[str | int, ...]
"""Keys and array positions from the root: ("chains", "notice", "steps", 0)."""

_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")'
    r"|'''.*?'''(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{},=\n]"
    r'|[^\s\[\]{},=\#"\']+',
    re.DOTALL,
)


class Lines:
    """Walks the pieces of TOML that `tomllib` has accepted, noting the line of each table, key and array item."""

    def __init__(self, text: str) -> None:
        self.index: dict[Place, int] = {}
        self._arrays: dict[Place, int] = {}
        self._pieces: list[tuple[str, int]] = []
        line, seen = 1, 0
        for match in _PIECE.finditer(text):
            line += text.count("\n", seen, match.start())
            seen = match.start()
            if not match[0].startswith("#"):
                self._pieces.append((match[0], line))
        self._pieces.reverse()
        base: Place = ()
        while self._pieces:
            piece, line = self._pieces[-1]
            if piece == "\n":
                self._pieces.pop()
            elif piece == "[":
                base = self._header(line)
            else:
                self._pair(base)

    def _header(self, line: int) -> Place:
        self._pieces.pop()
        many = self._pieces[-1][0] == "["
        if many:
            self._pieces.pop()
        *outer, last = self._key("]")
        if many:
            self._pieces.pop()
        place: Place = ()
        for part in outer:
            place = self._newest((*place, part))
        place = (*place, last)
        self.index.setdefault(place, line)
        if many:
            self._arrays[place] = self._arrays.get(place, 0) + 1
            self.index[self._newest(place)] = line
        return self._newest(place)

    def _newest(self, place: Place) -> Place:
        return (*place, self._arrays[place] - 1) if place in self._arrays else place

    def _key(self, end: str) -> list[str]:
        parts: list[str] = []
        while (piece := self._pieces.pop()[0]) != end:
            parts += [piece[1:-1]] if piece[0] in "\"'" else [part for part in piece.split(".") if part]
        return parts

    def _pair(self, base: Place) -> None:
        line = self._pieces[-1][1]
        for part in self._key("="):
            base = (*base, part)
            self.index.setdefault(base, line)
        self._value(base)

    def _value(self, place: Place) -> None:
        piece, _ = self._pieces.pop()
        if piece == "[":
            self._items(place)
        elif piece == "{":
            while (piece := self._pieces[-1][0]) != "}":
                if piece in ",\n":
                    self._pieces.pop()
                else:
                    self._pair(place)
            self._pieces.pop()
        else:  # a date and its time are two pieces
            while self._pieces and self._pieces[-1][0] not in ("\n", ",", "]", "}"):
                self._pieces.pop()

    def _items(self, place: Place) -> None:
        number = 0
        while (piece := self._pieces[-1])[0] != "]":
            if piece[0] == ",":
                number += 1
            if piece[0] in ",\n":
                self._pieces.pop()
            else:
                self.index[(*place, number)] = piece[1]
                self._value((*place, number))
        self._pieces.pop()
