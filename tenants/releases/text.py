"""The text of a letter: paragraphs, signature, what it says as a mail, and what is checked before it goes out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from saas import masks
from saas.tenancy.staff import Profile

TITLE_MAX, BODY_MAX = 120, 20_000
MOBILE = re.compile(r"(?<![\d-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}|(?:400|800)[- ]?\d{3}[- ]?\d{4})(?!\d)")
HIDDEN = re.compile(r"\*{3,}")
BANK_CARD = re.compile(r"(?<!\d)62\d{2}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,3})?(?!\d)")


@dataclass(frozen=True)
class Check:
    """One line of 发布前检查: state ok, warn (a person judges) or bad (cannot be submitted)."""

    state: str
    words: str


def signature(profile: Profile) -> str:
    """In whose name letters go out: the project's service centre, never a person (H3)."""
    return f"{profile.project}管家服务中心"


def tidy(text: str) -> str:
    """One line end, no control characters, no blanks at the ends of lines, no empty lines around."""
    text = text.encode("utf-8", "replace").decode()
    lines = "".join(c for c in re.sub(r"\r\n?", "\n", text) if c >= " " or c == "\n").split("\n")
    return "\n".join(line.strip() for line in lines).strip("\n")


def paragraphs(body: str) -> list[str]:
    """The lines of a letter that say something."""
    return [line for line in body.split("\n") if line.strip()]


def is_salutation(paragraph: str) -> bool:
    """尊敬的…： stands at the margin, the rest is indented."""
    return paragraph.rstrip().endswith(("：", ":")) and len(paragraph) <= 60


def as_mail(title: str, body: str, signed_by: str, date: str, link: str) -> str:
    """The letter as plain text with the address of its page."""
    lines = [title, "", *paragraphs(body), "", signed_by, date]
    return "\n".join([*lines, "", f"网页版（可核对、可打印）：{link}", "这封邮件由系统发出，请不要直接回复。", ""])


def checks(title: str, body: str, signed_by: str, names: Sequence[str], published: str = "") -> list[Check]:
    """What a machine can see before a letter goes out.

    `names` are staff who must not sign it (H3), `published` is the service phone, which every letter may tell (A6).
    """
    text = f"{title}\n{body}"
    found = [_personal(text, published)]
    if HIDDEN.search(text):
        found.append(Check("warn", "文中有隐去的号码（***），请改写或删去"))
    last = paragraphs(body)[-2:]
    signers = [name for name in names if any(_signs(line.rstrip("。. "), name) for line in last)]
    if signers:
        found.append(Check("bad", f"正文末尾是个人署名（{'、'.join(signers)}），统一由{signed_by}落款，请删去"))
    else:
        found.append(Check("ok", f"以{signed_by}名义落款"))
    length = len(re.sub(r"\s", "", body))
    if length < 20:
        found.append(Check("warn", f"正文只有 {length} 字，请确认已写完整"))
    elif length > 3000:
        found.append(Check("warn", f"正文 {length} 字，较长，建议分件或附件说明"))
    else:
        found.append(Check("ok", f"正文 {length} 字"))
    return found


def _personal(text: str, published: str) -> Check:
    """Numbers that may be somebody's own (B10)."""
    if IDENTITY.search(text):
        return Check("bad", "正文有身份证号，请删去后再提交")
    if BANK_CARD.search(text):
        return Check("warn", "正文有银行卡号，请确认可以公开")
    phones = [match[0] for pattern in (MOBILE, LANDLINE) for match in pattern.finditer(text)]
    if strange := [phone for phone in phones if _digits(phone) != _digits(published)]:
        told = "、".join(map(masks.phone, strange[:3]))
        return Check("warn", f"正文有电话号码（{told}），不是公示的服务电话，请确认可以公开")
    return Check("ok", "没有手机号、身份证号等个人信息")


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _signs(line: str, name: str) -> bool:
    """True for a line like 您的管家 林晓燕, not for a sentence that tells whom to call."""
    return (
        line.endswith(name) and len(line) <= len(name) + 10 and not any(w in line for w in ("联系", "拨打", "，", "请"))
    )
