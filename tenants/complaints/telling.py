"""How an entry of 经过 is put together, for every noun of a case."""


def line(mark: str, tone: str = "", icon: str = "", *, bubble: str = "", meta: str = "") -> dict[str, str]:
    """An entry with a mark and an icon of one tone; without a tone it stays in the background."""
    return {"mark": mark, "mark_tone": tone, "icon": icon, "tone": tone or "gray", "bubble": bubble, "meta": meta}


def said(mark: str, bubble: str, meta: str = "") -> dict[str, str]:
    """What somebody said or wrote: their initial stands for them."""
    return {"mark": mark, "bubble": bubble, "meta": meta}


def decided(what: str, verdict: str, reason: str, *, done: str = "同意") -> dict[str, str]:
    """A decision on something submitted."""
    if verdict == "approved":
        return line(f"{done}{what}", "green", "check", meta=reason)
    return line(f"退回{what}", "red", "undo-2", meta=f"意见：{reason}")
