"""What people write into the fields of a customer, and what is meant. Every reader raises ValueError in Chinese."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from saas.sheets.cells import day, line

CHANNELS = {"phone": "电话", "sms": "短信", "online": "线上", "email": "邮件", "in_person": "当面", "letter": "信函"}

_ALSO = {
    "owner": "户主 产权人 房主 共有人",
    "tenant": "租客 承租人 承租户 租赁户",
    "family": "家人 家庭成员 亲属 配偶 子女 父母 同住人",
    "merchant": "商家 商铺 店铺 底商 经营户",
    "vacant": "空房 未入住 空关 未住 闲置",
    "renovating": "装修中 在装修 正在装修",
    "occupied": "已入住 居住 常住 自住 出租 入住中 在住",
    "phone": "手机 致电 打电话 座机",
    "sms": "信息 手机短信",
    "online": "微信 QQ APP 网络 企业微信",
    "email": "邮箱 电子邮件 电子邮箱",
    "in_person": "上门 面谈 当面沟通",
    "letter": "书信 信件 纸质",
}
_CODES = {name.lower(): code for code, names in _ALSO.items() for name in names.split()}
_NOTHING = frozenset(("", "-", "--", "—", "/", "无", "暂无", "未知"))
_NOT_YET = frozenset(("未交付", "未收房", "未交房", "未交楼", "待交付"))
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(0\d{2,3}|400|800)-?(\d{7,8}|\d{3}-?\d{4})(?:(?:-|转|ext)(\d{1,6}))?")
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_LARGEST = 100_000  # m²


def phones(value: object) -> tuple[str, ...]:
    """Mobiles as `13800005521`, landlines as `0571-88001234` or `0571-88001234-12`; several may stand in one field."""
    found: dict[str, None] = {}
    for part in re.split(r"[,，、;；/|]", line(value)):
        if part.strip() not in _NOTHING:
            found.update(dict.fromkeys(_phones(part)))
    return tuple(found)


def _phones(part: str) -> list[str]:
    number = _phone(part)
    if number:
        return [number]
    several = [_phone(piece) for piece in part.split()]
    if len(several) > 1 and all(several):
        return several
    raise ValueError(f"应为 11 位手机号或区号-座机，现在是 “{part.strip()[:30]}”")


def _phone(text: str) -> str:
    bare = re.sub(r"[\s.()（）]", "", text)
    if match := _MOBILE.fullmatch(bare.replace("-", "")):
        return match[1]
    if match := _LANDLINE.fullmatch(bare):
        return "-".join(part for part in (match[1], match[2].replace("-", ""), match[3]) if part)
    return ""


def choice(options: Mapping[str, str]) -> Callable[[object], str | None]:
    """The code of a label or of one of its other names; None for a blank."""

    def reader(value: object) -> str | None:
        text = line(value)
        if text in _NOTHING:
            return None
        code = next((code for code, label in options.items() if text == label), _CODES.get(text.lower(), ""))
        if code not in options:
            raise ValueError(f"应为{'、'.join(options.values())}之一，现在是 “{text[:20]}”")
        return code

    return reader


def handed_over(value: object) -> date | None:
    """The day on which the unit was handed over; None when it was not."""
    return None if line(value) in _NOTHING | _NOT_YET else day(value)


def email(value: object) -> str:
    """An address for mail in lower case, or empty."""
    text = line(value).lower()
    if text in _NOTHING:
        return ""
    if len(text) > 254 or not _MAIL.fullmatch(text):
        raise ValueError(f"应为邮箱，如 wang@example.com，现在是 “{text[:40]}”")
    return text


def area(value: object) -> float | None:
    """Square metres; None for a blank."""
    text = re.sub(r"(平方米|平米|㎡|m2|m²)$", "", line(value).lower()).strip()
    if text in _NOTHING:
        return None
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        number = 0
    if not 0 < number <= _LARGEST:
        raise ValueError(f"应为平方米数，如 128.5，现在是 “{text[:20]}”")
    return round(number, 2)
