"""XML as a stream with bounded memory: the only parser that touches an uploaded file is expat, under these limits."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Generic, TypeVar
from xml.parsers import expat

from saas.sheets.faults import SheetError

MAX_DEPTH = 64
MAX_TOKEN = 1 << 20  # bytes of one tag, comment or attribute list
MAX_NAMES = 5_000  # different tag and attribute names; expat keeps each of them
_CHUNK = 1 << 16

_HOSTILE = "这个文件的内部结构不正常，为安全起见没有打开。请新建一个工作簿，只粘贴需要的数据，保存后再上传。"
DAMAGED = "这个文件的内部结构已损坏。请用 Excel 或 WPS 打开，重新保存为 .xlsx 后再上传。"

Start = Callable[[dict[str, str]], None]
End = Callable[[], None]
Text = Callable[[str], None]
H = TypeVar("H")


def walk(
    stream: IO[bytes],
    starts: Mapping[str, Start],
    ends: Mapping[str, End] | None = None,
    text: Text | None = None,
) -> Iterator[None]:
    """Feed the handlers of the named tags; yields after every chunk so that the caller can drain what they collected.

    Tags go by their local names (`row` is also `x:row`). SheetError for broken XML, any DTD (so no entity can be
    declared), and for what would make the parser itself grow: endless tags, deep nesting, invented names.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    on_start, on_end = _Local(starts), _Local(ends or {})

    def opening(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise SheetError(_HOSTILE)
        if handler := on_start[name]:
            handler(attributes)

    def closing(name: str) -> None:
        nonlocal depth
        depth -= 1
        if handler := on_end[name]:
            handler()

    def refuse(*_: object) -> None:
        raise SheetError(_HOSTILE)

    parser.StartElementHandler = opening
    parser.EndElementHandler = closing
    parser.StartDoctypeDeclHandler = refuse
    if text is not None:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TOKEN or len(parser.intern) > MAX_NAMES:
                raise SheetError(_HOSTILE)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise SheetError(DAMAGED) from error
    yield


def run(
    stream: IO[bytes],
    starts: Mapping[str, Start],
    ends: Mapping[str, End] | None = None,
    text: Text | None = None,
) -> None:
    """The same, to the end."""
    for _ in walk(stream, starts, ends, text):
        pass


class _Local(dict[str, H | None], Generic[H]):
    """Handlers by qualified name; a name that was met first is looked up by its local part."""

    def __init__(self, handlers: Mapping[str, H]) -> None:
        super().__init__(handlers)
        self.handlers = handlers

    def __missing__(self, name: str) -> H | None:
        self[name] = handler = self.handlers.get(name.rpartition(":")[2])
        return handler
