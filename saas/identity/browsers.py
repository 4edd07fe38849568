"""Which browser a session lives in, in two words, so that a person recognises their own."""

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
PROGRAMS = (
    ("wxwork", "企业微信"), ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """`Chrome，Windows` from a User-Agent header; 未知浏览器 when it tells nothing. Never the header itself."""
    program = next((name for mark, name in PROGRAMS if mark in agent), "未知浏览器")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{program}，{system}" if system else program
