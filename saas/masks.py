"""What is shown of phones, names, numbers and addresses until somebody with the right asks to see them (B10)."""

import re

_MOBILE = re.compile(r"(?:\+?86)?(1\d{2})\d{4}(\d{4})")
_LANDLINE = re.compile(r"(0\d{2,3}|400|800)-?\d{3,4}(\d{4})(?:-\d+)?")
_DOUBLE_SURNAMES = (
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 夏侯 端木 轩辕 "
    "澹台 呼延 南宫 单于 万俟 闻人 独孤 拓跋"
)  # with blanks between them, so that two characters found in it are one of them
_STREET = re.compile(r".*?(?:小区|花园|家园|苑|路|街|大道|巷|镇|乡|村)(?=.)")
_HIDDEN = "****"
_WITHIN = re.compile(
    r"(?<!\d)(?:(?P<id>\d{17}[\dXx])|(?P<phone>(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8}))(?!\d)"
)


def phone(number: str) -> str:
    """138 **** 5521, 0571-****1234; of anything else only the last four characters, if it has eight."""
    bare = re.sub(r"[\s()]", "", number)
    if match := _MOBILE.fullmatch(bare.replace("-", "")):
        return f"{match[1]} {_HIDDEN} {match[2]}"
    if match := _LANDLINE.fullmatch(bare):
        return f"{match[1]}-{_HIDDEN}{match[2]}"
    return _HIDDEN + (bare[-4:] if len(bare) >= 8 else "") if bare else ""


def name(full: str) -> str:
    """王*梅, 张*, 欧阳*; longer ones keep the first and the last character, with three stars at the most between."""
    full = full.strip()
    if len(full) < 2:
        return full and "*"
    kept = 2 if len(full) > 2 and full[:2] in _DOUBLE_SURNAMES else 1
    if len(full) <= kept + 1:
        return full[:kept] + "*"
    return f"{full[:kept]}{'*' * min(len(full) - kept - 1, 3)}{full[-1]}"


def email(address: str) -> str:
    """w***@example.com: the domain stays, of the mailbox one letter."""
    box, at, domain = address.strip().rpartition("@")
    return f"{box[:1]}***@{domain}" if at else address.strip() and _HIDDEN


def id_number(number: str) -> str:
    """330***********1234: province and city, and the last four; short ones disappear."""
    number = number.strip()
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) >= 15 else number and _HIDDEN


def address(full: str) -> str:
    """杭州市西湖区文三路****: as far as the street or estate, never the number."""
    full = full.strip()
    match = _STREET.match(full)
    kept = match[0] if match else re.split(r"\d", full, maxsplit=1)[0][:6]
    return kept + _HIDDEN if full else ""


def within(text: str) -> str:
    """Running text with the phone and ID numbers in it masked; the rest as it is."""
    return _WITHIN.sub(lambda m: id_number(m["id"]) if m["id"] else phone(m["phone"]), text)
