"""Chinese names in the order of the dictionary and found by their initials; the database has no collation for it."""

# Surnames that read otherwise than the word that they are written like; they carry two more characters at most.
_READINGS = """
单:shan4 曾:zeng1 解:xie4 仇:qiu2 查:zha1 任:ren2 华:hua4 盖:ge3 朴:piao2 翟:zhai2 区:ou1 冼:xian3 缪:miao4 乐:yue4
那:na1 尉:wei4 宁:ning4 牟:mu4 纪:ji3 洗:xian3 秘:bi4 覃:qin2 员:yun4 折:she2 臧:zang1 句:gou1 召:shao4 卜:bu3 过:guo1
哈:ha3 黑:he4 燕:yan1 应:ying1 葛:ge3 隗:wei3 祭:zhai4 重:chong2 种:chong2 晟:cheng2 繁:po2 尉迟:yu4_chi2 单于:chan2_yu2
长孙:zhang3_sun1 万俟:mo4_qi2 澹台:tan2_tai2 令狐:ling2_hu2 皇甫:huang2_fu3
"""
_SURNAMES = dict(pair.split(":") for pair in _READINGS.split())


def sort_key(name: str) -> str:
    """A key that sorts by syllable, tone, character, byte by byte (collation C): 单雄 is `shan4 xiong2 单雄`."""
    return f"{' '.join(_syllables(name))} {name.strip()}".strip()


def initials(name: str) -> str:
    """What is typed to find the name: 单雄 `sx`, ABC公司 `abcgs`."""
    return "".join(s if s.isascii() and not s[-1:].isdigit() else s[:1] for s in _syllables(name))


def _syllables(name: str) -> list[str]:
    name = "".join(name.lower().split())
    surname = next((name[:n] for n in (2, 1) if name[:n] in _SURNAMES and n < len(name) <= n + 2), "")
    read = _SURNAMES[surname].split("_") if surname else []
    rest = name[len(read) :]
    return read + _read(rest) if rest else read


def _read(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # its dictionary of phrases is a seventh of the start of every process

    # What is not Chinese comes letter by letter; the library takes a list from `errors`, its hints do not say so.
    return lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=list)  # type: ignore[arg-type]
