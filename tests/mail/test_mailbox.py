"""The local mailbox: bounds, hostile mails, and pages that only the person at this machine sees."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from saas import app as composed
from saas import config
from saas.mail import compose, new_message_id
from saas.mailbox import box, queries
from saas.mailbox.routes import blueprint
from saas.web import filters, shell


def kept(home: Path, subject: str = "主题", text: str = "正文", html: str | None = None) -> str:
    mail = compose("王 <a@b.cn>", subject, text, html, message_id=new_message_id(), sender="邻声 <x@y.cn>")
    return box.keep(home, mail.as_bytes())


def test_a_thousand_mails_are_kept_and_the_oldest_goes(tmp_path):
    for number in range(box.MAX_COUNT):
        (box.folder(tmp_path) / f"{number + 1:020d}-00000000.eml").write_bytes(b"Subject: more\r\n\r\n")
    first, last = box.names(tmp_path)[-1], box.names(tmp_path)[0]
    newest = box.keep(tmp_path, b"Subject: newest\r\n\r\n")
    names = box.names(tmp_path)
    assert len(names) == box.MAX_COUNT
    assert names[:2] == [newest, last]
    assert first not in names
    lines, total = queries.latest(tmp_path, limit=3)
    assert (total, [line.subject for line in lines]) == (1_000, ["newest", "more", "more"])


def test_all_mails_together_stay_below_a_size(tmp_path):
    for number in range(5):
        box.keep(tmp_path, b"x" * 100 + str(number).encode(), max_total=250)
    assert len(box.names(tmp_path)) == 2
    box.keep(tmp_path, b"y" * 1_000, max_total=250)
    assert len(box.names(tmp_path)) == 1


def test_mails_are_for_their_owner_only(tmp_path):
    path = box.folder(tmp_path) / f"{kept(tmp_path)}.eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_mail_is_read_with_text_links_and_attachments(tmp_path):
    mail = compose(
        "王 <a@b.cn>",
        "重置密码",
        "请打开 https://h.cn/p/abc?x=1。\n或 http://h.cn/q，谢谢",
        '<p>请<a href="https://h.cn/z">打开</a><a href="javascript:alert(1)">x</a></p>',
        message_id=new_message_id(),
        sender="x@y.cn",
    )
    mail.make_mixed()
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="投诉处理单.pdf")
    letter = queries.opened(tmp_path, box.keep(tmp_path, mail.as_bytes()))
    assert letter.links == ["https://h.cn/p/abc?x=1", "http://h.cn/q", "https://h.cn/z"]
    assert letter.attachments == [("投诉处理单.pdf", 4)]
    assert letter.paragraphs == [["请打开 https://h.cn/p/abc?x=1。", "或 http://h.cn/q，谢谢"]]
    assert not letter.from_html


def test_html_alone_becomes_text(tmp_path):
    raw = (
        "Subject: =?utf-8?b?5L2g5aW9?=\r\nContent-Type: text/html; charset=gb18030\r\n\r\n"
        "<style>p{}</style><h1>您好</h1><p>一<br>二&lt;b&gt;</p><script>bad()</script>"
    )
    letter = queries.opened(tmp_path, box.keep(tmp_path, raw.encode("gb18030")))
    assert letter.from_html
    assert letter.subject == "你好"
    assert letter.paragraphs == [["您好"], ["一", "二<b>"]]


@pytest.mark.parametrize("name", ["../secret", "..", "", "00000000000000000001-00000000", "x", "/etc/passwd", "%2e%2e"])
def test_only_kept_mails_are_opened(tmp_path, name):
    (tmp_path / "secret.eml").write_text("x")
    assert queries.opened(tmp_path, name) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 50, b"Subject: =?x-none?b?AAAA?=\r\n\r\n", b"Subject: =?utf-8?b?A?=\r\n\r\n", b"no header",
        b"Content-Type: text/plain; charset=none\r\n\r\n\xff", b"Content-Type: multipart/mixed\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Disposition: attachment; filename*=x'y'%\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!", b"To: <<<>>>,,;;:\r\nFrom: \xff\xfe\r\n\r\n",
        b"Content-Type: text/html\r\n\r\n<![x<a href='http://[::1'>y<!-- <script>", b"Content-Type: ;;;\r\n\r\nz",
        b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin",
    ],
)  # fmt: skip
def test_broken_mails_are_still_listed_and_opened(tmp_path, raw):
    name = box.keep(tmp_path, raw)
    assert queries.latest(tmp_path)[1] == 1
    assert queries.opened(tmp_path, name).name == name


def test_random_damage_never_breaks_reading(tmp_path):
    dice = random.Random(7)
    sound = (box.folder(tmp_path) / f"{kept(tmp_path, html='<p>a <a href=http://x>b</a></p>')}.eml").read_bytes()
    target = box.folder(tmp_path) / f"{kept(tmp_path)}.eml"
    for _ in range(400):
        damaged = bytearray(sound)
        for _ in range(dice.randrange(1, 30)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        target.write_bytes(damaged)
        assert queries.opened(tmp_path, target.stem)


@pytest.fixture
def client(tmp_path, monkeypatch) -> Iterator[FlaskClient]:
    """The pages with their real templates; they need no database."""
    settings = config.Config(tmp_path, {}, "", "", "http://127.0.0.1:8000", "key", catcher=True)
    monkeypatch.setattr(config, "_current", settings)
    app = Flask("mailbox", template_folder=composed.ROOT / "templates", static_folder=composed.ROOT / "saas/static")
    app.jinja_env.undefined = composed.StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: ""
    filters.init_app(app)
    shell.init_app(app)
    app.register_blueprint(blueprint)
    return app.test_client()


def test_the_list_and_a_mail_in_the_browser(client, tmp_path):
    assert "还没有邮件" in client.get("/mailbox").text
    name = kept(tmp_path, "<script>alert(1)</script>", "第一段 <b>\n\n见 https://h.cn/p/x")
    for _ in range(25):
        kept(tmp_path, "后来的")
    listed = client.get("/mailbox")
    assert (listed.status_code, listed.text.count("后来的")) == (200, 20)
    assert "<script>alert" not in client.get("/mailbox?page=2").text
    assert "没有符合条件的邮件" in client.get("/mailbox?page=9").text
    shown = client.get(f"/mailbox/{name}").text
    assert '<a href="https://h.cn/p/x" rel="noopener noreferrer">' in shown
    assert "<p>第一段 &lt;b&gt;</p>" in shown
    assert "<script" not in shown
    assert client.get("/mailbox/none").status_code == 404


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=99999999999999999999", "size=0", "size=-5", "size=1e9"])
def test_odd_addresses_of_the_list_are_answered(client, tmp_path, query):
    kept(tmp_path)
    assert client.get(f"/mailbox?{query}").status_code == 200


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", {"Host": "evil.example"}),
        ("127.0.0.1", {"Host": "127.0.0.1.evil.example:8000"}),
    ],
)
@pytest.mark.parametrize("path", ["/mailbox", "/mailbox/{}"])
def test_nobody_else_reads_it(client, tmp_path, address, headers, path):
    path = path.format(kept(tmp_path))
    assert client.get(path, headers={"Host": "localhost:8000"}).status_code == 200
    assert client.get(path, headers={"Host": "[::1]:8000"}, environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    assert client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == 404


def test_without_a_catcher_there_is_no_mailbox(client, tmp_path, monkeypatch):
    settings = config.Config(tmp_path, {}, "", "", "http://127.0.0.1:8000", "key", catcher=False)
    monkeypatch.setattr(config, "_current", settings)
    assert client.get("/mailbox").status_code == 404
