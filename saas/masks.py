"""Personal data as shown before somebody asks to see it (B10)."""


def phone(value: str) -> str:
    """138 **** 5521."""
    return f"{value[:3]} **** {value[-4:]}" if len(value) >= 8 else "****"


def name(value: str) -> str:
    """王*梅."""
    return value[:1] + "*" + (value[-1] if len(value) > 2 else "")


def email(value: str) -> str:
    """l***@example.com."""
    head, _, tail = value.partition("@")
    return f"{head[:1]}***@{tail}"
