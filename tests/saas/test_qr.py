"""The QR code on pages and paper: clean SVG under a strict policy, readable by people who do not see it."""

from xml.etree import ElementTree

import pytest

from saas.qr import svg

URL = "https://linsheng.example/p/" + "Ab3-_" * 8


def test_the_drawing_is_plain_svg_with_a_title():
    drawing = svg(URL, "扫码查看回复函 <3-2-1502> \"x\" & 'y'")
    root = ElementTree.fromstring(drawing)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find("title").text == "扫码查看回复函 <3-2-1502> \"x\" & 'y'"
    assert root.get("viewBox")
    assert root.get("width") is None
    used = {name for element in root.iter() for name in element.attrib}
    assert used <= {"viewBox", "role", "aria-label", "fill", "stroke", "d", "transform"}
    assert {element.tag for element in root.iter()} == {"svg", "title", "path"}
    assert len(drawing) < 6_000


def test_the_quiet_zone_and_the_light_field_are_drawn():
    size = svg(URL).split('viewBox="0 0 ')[1].split(" ")[0]
    assert f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>' in svg(URL)
    assert 'stroke="#000" d="M4 4.5h7' in svg(URL)


@pytest.mark.parametrize(
    "url", ["", "/p/abc", "javascript:alert(1)", "ftp://x/y", "https://", "https://x/" + "a" * 3_000]
)
def test_only_whole_web_addresses_become_codes(url):
    with pytest.raises(ValueError, match=r"http\(s\)|[Dd]ata"):
        svg(url)
