"""Amounts in yuan, as people write and read them."""

import re
from collections.abc import Iterable
from decimal import Decimal

LARGEST = Decimal("99999999.99")
_TYPED = re.compile(r"\d{1,8}(\.\d{1,2})?", re.ASCII)
_NAMED = re.compile(r"[¥￥]\s*(\d[\d,，]*(?:\.\d+)?)|(\d[\d,，]*(?:\.\d+)?)\s*(万元|元|块|圆)", re.ASCII)
_SENTENCES = re.compile(r"[。！？；!?;\n]")


def amount(text: str) -> Decimal | None:
    """What 1200 or 1,200.50 says; None for anything else, zero and more than two decimals."""
    plain = (
        text.strip().replace(",", "").replace("，", "").removeprefix("¥").removeprefix("￥").removesuffix("元").strip()
    )
    found = Decimal(plain) if _TYPED.fullmatch(plain) else None
    return found if found else None


def told(value: Decimal) -> str:
    """1,200.00 元; whole yuan without decimals."""
    return f"{value:,.2f}".removesuffix(".00") + " 元"


def promised(text: str, words: Iterable[str]) -> list[Decimal]:
    """The amounts of money in those sentences that use one of the words."""
    found = []
    for sentence in _SENTENCES.split(text):
        if any(word in sentence for word in words):
            for marked, plain, unit in _NAMED.findall(sentence):
                number = Decimal((marked or plain).replace(",", "").replace("，", ""))
                found.append(number * 10_000 if unit == "万元" else number)
    return found
