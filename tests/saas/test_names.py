"""Keys to sort and to find by, and what is shown of what is private."""

import pytest

from saas import masks
from saas.pinyin import initials, sort_key
from saas.rooms import room_key, room_label, room_parts


def test_names_sort_by_syllable_then_tone_then_character() -> None:
    names = ["张伟", "单雄", "李娜", "王梅", "连海", "李那", "阿明", "曾国", "丽娜"]
    assert sorted(names, key=sort_key) == ["阿明", "李娜", "李那", "丽娜", "连海", "单雄", "王梅", "曾国", "张伟"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单雄", "shan4 xiong2 单雄"),
        ("曾国藩", "zeng1 guo2 fan1 曾国藩"),
        ("解缙", "xie4 jin4 解缙"),
        ("仇英", "qiu2 ying1 仇英"),
        ("尉迟恭", "yu4 chi2 gong1 尉迟恭"),
        ("解放路超市", "jie3 fang4 lu4 chao1 shi4 解放路超市"),
        ("Li Na", "l i n a Li Na"),
        ("单", "dan1 单"),
        ("", ""),
    ],
)
def test_surnames_read_as_surnames(name: str, key: str) -> None:
    assert sort_key(name) == key


@pytest.mark.parametrize(
    ("name", "typed"), [("单雄", "sx"), ("ABC公司", "abcgs"), ("吕不韦", "lbw"), ("王2", "w2"), ("", "")]
)
def test_names_are_found_by_their_initials(name: str, typed: str) -> None:
    assert initials(name) == typed


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        (("3幢", "2单元", "1502室"), "3-2-1502"),
        (("", "", "3幢2单元1502室"), "3-2-1502"),
        (("3", "2", "3-2-1502"), "3-2-1502"),
        (("3", "2", "302"), "3-2-302"),
        (("10号楼", "", "101"), "10-101"),
        (("", "", "12#1-301"), "12-1-301"),
        (("商铺", "", "12"), "商铺-12"),
        (("a座", "", "1203"), "A-1203"),
        (("", "", "3－2－1502"), "3-2-1502"),
        (("", "", ""), ""),
    ],
)
def test_room_labels_of_every_spelling(parts: tuple[str, str, str], label: str) -> None:
    assert room_label(*parts) == label


def test_rooms_sort_as_numbers() -> None:
    labels = ["10-1-101", "3-2-1502", "3-2-902", "3-10-101", "B1-2", "商铺-12", "商铺-2"]
    assert sorted(labels, key=lambda label: room_key(label).encode()) == [
        "3-2-902",
        "3-2-1502",
        "3-10-101",
        "10-1-101",
        "B1-2",
        "商铺-2",
        "商铺-12",
    ]
    assert room_parts("3-2-1502") == ("3", "2", "1502")
    assert room_parts("商铺-12") == ("商铺", "", "12")
    assert room_parts("12") == ("", "", "12")


@pytest.mark.rule("B10")
@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masks.phone, "13800005521", "138 **** 5521"),
        (masks.phone, "+86 138-0000-5521", "138 **** 5521"),
        (masks.phone, "0571-88001234-12", "0571-****1234"),
        (masks.phone, "12345", "****"),
        (masks.phone, "", ""),
        (masks.name, "王晓梅", "王*梅"),
        (masks.name, "张三", "张*"),
        (masks.name, "欧阳修", "欧阳*"),
        (masks.name, "欧阳", "欧*"),
        (masks.name, "欧阳娜娜", "欧阳*娜"),
        (masks.name, "李", "*"),
        (masks.name, "", ""),
        (masks.email, "wang@example.com", "w***@example.com"),
        (masks.email, "nobody", "****"),
        (masks.email, "", ""),
        (masks.id_number, "330102199001011234", "330***********1234"),
        (masks.id_number, "1234", "****"),
        (masks.address, "杭州市西湖区文三路123号1幢", "杭州市西湖区文三路****"),
        (masks.address, "3-2-1502", "****"),
        (masks.address, "", ""),
    ],
)
def test_masks(mask: object, value: str, shown: str) -> None:
    assert callable(mask)
    assert mask(value) == shown
