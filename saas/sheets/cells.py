"""What a cell says: people paste tabs, full-width digits and dates in every shape."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from saas.clock import CN

# Full-width letters, digits and the few signs of phones and mails; Chinese punctuation stays as it is.
_NARROW = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_NARROW |= {ord("＠"): ord("@"), ord("＋"): ord("+"), ord("－"): ord("-"), ord("．"): ord("."), ord("＿"): ord("_")}
# Control characters, zero-width and direction marks: invisible, and a name must not differ by them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_GUARD = re.compile(r"'(?=\s*[=+@-])")  # our own exports put it before what a spreadsheet would compute
_BREAK = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
_INDENT = re.compile("(?<=\\S)[ \t\xa0]*\u3000{2,}")  # two ideographic spaces begin a paragraph
_BLANKS = re.compile(r"[^\S\n]+")
_MOMENT = re.compile(
    r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s*(?:周|星期)[一二三四五六日天])?"
    r"(?:[T,，]?\s*(上午|下午|早上|中午|晚上|凌晨|[AaPp][Mm])?\s*(\d{1,2})\s*[:：时点]\s*(?:(\d{1,2})\s*分?)?"
    r"(?:\s*[:：]?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?\s*([AaPp][Mm])?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2}):?(\d{2})?)?")
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: a date that lost its format
_AFTERNOON = ("下午", "晚上", "中午", "pm")


def line(value: object) -> str:
    """One line of text, clean: white space of all kinds becomes single blanks, full-width digits become plain."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
    text = _plain(str(value)).translate(_NARROW)
    return " ".join(text.split())


def paragraphs(value: object) -> str:
    """Text with its paragraphs: one line each, without indents and blank lines around or between them."""
    if not isinstance(value, str):
        return line(value)
    text = _INDENT.sub("\n", _BREAK.sub("\n", _plain(value)))
    lines = (_BLANKS.sub(" ", piece).strip() for piece in text.split("\n"))
    return "\n".join(piece for piece in lines if piece)


def _plain(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    guard = _GUARD.match(text)
    return text[guard.end() :] if guard else text


def moment(value: object) -> datetime:
    """A date and time as a moment in China (aware). ValueError, in Chinese, when it is none."""
    try:
        return _moment(value)
    except (ValueError, OverflowError):
        raise ValueError(f"应为时间，如 2024-05-31 14:08，现在是 “{line(value)[:30]}”") from None


def day(value: object) -> date:
    """A calendar date in China. ValueError, in Chinese, when it is none."""
    try:
        return _moment(value).date()
    except (ValueError, OverflowError):
        raise ValueError(f"应为日期，如 2024-05-31，现在是 “{line(value)[:30]}”") from None


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=CN)).astimezone(CN)
    if isinstance(value, date):
        return datetime.combine(value, time(), CN)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _SERIALS:
        return datetime(1899, 12, 30, tzinfo=CN) + timedelta(seconds=round(value * 86_400))
    text = line(value)
    if match := _COMPACT.fullmatch(text):
        y, m, d, h, minutes, s = (int(part or 0) for part in match.groups())
        return datetime(y, m, d, h, minutes, s, tzinfo=CN)
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, _, month, day_, before, hour, minute, second, after, zone = match.groups()
    hours = int(hour or 0)
    half = (before or after or "").lower()
    if half in _AFTERNOON and hours < 12:
        hours += 12 if half != "中午" or hours < 3 else 0
    elif half in ("上午", "凌晨", "am") and hours == 12:
        hours = 0
    return datetime(
        int(year), int(month), int(day_), hours, int(minute or 0), int(second or 0), tzinfo=_zone(zone)
    ).astimezone(CN)


def _zone(text: str | None) -> tzinfo:
    if text is None:
        return CN
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)
