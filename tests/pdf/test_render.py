"""Hostile documents: nothing is fetched, nothing outlives its bounds, and the next document comes out."""

import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from saas.pdf.limits import Limits
from saas.pdf.render import RenderCancelled, RenderFailed, RenderRefused, render

SIMPLE = '<html lang="zh-CN"><title>短文</title><p>一页短文。'
PIXEL = "data:image/png;base64," + (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A real port on this machine: whoever knocked stays in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(autouse=True)
def no_child_left() -> Iterator[None]:
    before = {child.pid for child in psutil.Process().children()}  # the test cluster is a child too
    yield
    assert {child.pid for child in psutil.Process().children()} <= before


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{url}">',
        '<img src="HTTP://{host}/x.png">',
        '<link rel="stylesheet" href="{url}">',
        '<link rel="attachment" href="{url}">',
        "<style>@import url({url});</style>",
        "<style>@font-face {{ font-family: F; src: url({url}) }} p {{ font-family: F }}</style>",
        "<style>body {{ background: url({url}) }}</style>",
        "<style>p::before {{ content: url({url}) }}</style>",
        "<style>li {{ list-style-image: url({url}) }}</style><li>x",
        "<style>@page {{ @top-left {{ content: url({url}) }} }}</style>",
        '<object data="{url}"></object>',
        '<embed src="{url}">',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
        '<base href="http://{host}/"><img src="x.png">',
        '<img src="ftp://{host}/x.png">',
        '<img src="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<img src="/etc/hostname">',
        '<img src="x.png">',
        '<img src="asset:another.png">',
        '<img src="//{host}/x.png">',
        '<img src="data:text/html,hello">',
        '<img src="data:image/png;base64,' + "A" * 70_000 + '">',
    ],
)
def test_an_outside_address_is_refused_and_never_fetched(markup: str, listener: socket.socket) -> None:
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(RenderRefused, match="外部地址"):
        render(SIMPLE + markup.format(url=f"http://{host}/probe", host=host))
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("inner", ['<use href="{url}#a"/>', "<style>@import url({url});</style>"])
def test_a_drawing_elsewhere_is_left_out_and_never_fetched(inner: str, listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/probe"
    render(SIMPLE + f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inner.format(url=url)}</svg>')
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_named_assets_and_small_inline_images_are_served(caplog: pytest.LogCaptureFixture) -> None:
    icon = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    page = (
        SIMPLE
        + f'<img src="asset:icon.svg" alt="图"><img src="{PIXEL}" alt="图"><link rel=stylesheet href="asset:a.css">'
    )
    with caplog.at_level(logging.WARNING):
        plain = render(SIMPLE)
        assert render(page, assets={"icon.svg": icon, "a.css": b"p { color: red }"}) != plain
    assert caplog.messages == []


def test_progress_is_told_page_by_page() -> None:
    told: list[tuple[int, int, str]] = []
    render(SIMPLE + '<p style="break-before: page">二', progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert "排版第 2 页" in [label for _, _, label in told]
    assert told[-1][0] == told[-1][1]


def test_a_cpu_bomb_is_stopped() -> None:
    with pytest.raises(RenderFailed, match="用满 1 秒"):
        render(SIMPLE + "<p>乙" * 40_000, limits=Limits(cpu_seconds=1))
    assert render(SIMPLE).startswith(b"%PDF")


def test_a_memory_bomb_is_stopped() -> None:
    bomb = SIMPLE + "<p>一二三四五六七八九十" * 10_000
    with pytest.raises(RenderFailed, match="内容过大"):
        render(bomb, limits=Limits(memory_bytes=10_000_000))
    assert render(SIMPLE).startswith(b"%PDF")


def test_the_wall_clock_stops_a_document_that_only_waits() -> None:
    with pytest.raises(RenderFailed, match="仍未完成"):
        render(SIMPLE + "<p>甲" * 20_000, limits=Limits(wall_seconds=0))


def test_too_much_text_is_refused_before_any_work() -> None:
    with pytest.raises(RenderRefused, match="内容过长"):
        render("一" * 11, limits=Limits(html_chars=10))


def test_a_file_that_is_too_big_is_refused() -> None:
    with pytest.raises(RenderRefused, match="MB"):
        render(SIMPLE, limits=Limits(pdf_bytes=1_000))


def test_cancelling_kills_the_child_at_once() -> None:
    asked = iter([False, False])
    begun = time.monotonic()
    with pytest.raises(RenderCancelled):
        render(SIMPLE + "<p>甲" * 50_000, cancelled=lambda: next(asked, True))
    assert time.monotonic() - begun < 10


def test_an_error_of_the_caller_leaves_no_child() -> None:
    def broken(*_: object) -> None:
        raise KeyError("caller")

    with pytest.raises(KeyError):
        render(SIMPLE, progress=broken)


def test_the_child_holds_none_of_its_parents_files(tmp_path: Path) -> None:
    """A descriptor that is open here (a database socket, say) is closed before hostile content is read."""
    from saas.pdf import child

    reader, writer = os.pipe()
    secret = os.open(tmp_path, os.O_RDONLY)
    pid = os.fork()
    if pid == 0:
        child._confine(writer, Limits())
        try:
            os.fstat(secret)
        except OSError:
            os._exit(0)
        os._exit(1)
    os.close(secret)
    os.close(reader)
    os.close(writer)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_equal_input_gives_equal_bytes() -> None:
    assert render(SIMPLE, archive=True) == render(SIMPLE, archive=True)
