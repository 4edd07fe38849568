"""The local catcher as a process: what it acknowledged is on disk, whatever happens to it."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saas.mail import Accepted, Refused, send
from saas.mailbox import box, queries


@contextmanager
def catching(home: Path, **environment: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """A catcher process that is ready, and its port."""
    note = home / "catcher.port"
    before = note.stat().st_mtime_ns if note.exists() else 0
    child = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "workers.catcher"],
        env={**os.environ, "LINSHENG_HOME": str(home), **environment},
        stderr=subprocess.PIPE,
    )
    try:
        deadline = time.monotonic() + 20
        while not note.exists() or note.stat().st_mtime_ns == before:
            assert child.poll() is None, child.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)  # waiting for another process, not for a span of time
        yield child, int(note.read_text())
    finally:
        if child.poll() is None:
            child.kill()
        child.wait(10)
        child.stderr.close()


def test_mails_arrive_and_survive_an_ordered_restart_on_the_same_port(tmp_path, mail):
    with catching(tmp_path) as (child, port):
        assert send(mail, f"smtp://127.0.0.1:{port}").code == 250
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
        assert child.stderr.read() == b""
    (line,), total = queries.latest(tmp_path)
    assert (total, line.to, line.subject) == (1, "王秀梅 <resident@example.cn>", "关于您反映的电梯异响")
    assert queries.opened(tmp_path, line.name).paragraphs == [["王女士：", ".电梯已检修。"]]
    with catching(tmp_path) as (_, again):
        assert again == port
        assert isinstance(send(mail, f"smtp://127.0.0.1:{port}"), Accepted)
    assert queries.latest(tmp_path)[1] == 2


def test_kill_minus_nine_loses_no_acknowledged_mail(tmp_path):
    acknowledged = []
    with catching(tmp_path) as (child, port), smtplib.SMTP("127.0.0.1", port) as client:
        for number in range(40):
            text = f"Subject: n{number}\r\n\r\n" + "x\r\n" * 5_000
            client.sendmail("a@b.cn", ["c@d.cn"], text)
            acknowledged.append(f"n{number}")
        client.mail("a@b.cn")
        client.rcpt("c@d.cn")
        client.docmd("DATA")
        client.send(b"Subject: half\r\n\r\nnot finished")
        child.kill()
        child.wait(10)
        client.close()
    (box.folder(tmp_path) / "00000000000000000001-00000000.draft").write_bytes(b"half")
    with catching(tmp_path, CATCHER_PORT="0"):
        lines, _ = queries.latest(tmp_path, limit=100)
    assert sorted(line.subject for line in lines) == sorted(acknowledged)
    assert not list(box.folder(tmp_path).glob("*.draft"))


def test_too_large_a_mail_is_refused_for_good(tmp_path, mail):
    mail.set_content("x" * (box.MAX_MAIL + 1))
    with catching(tmp_path) as (_, port):
        outcome = send(mail, f"smtp://127.0.0.1:{port}")
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (552, True)
    assert box.names(tmp_path) == []


def test_a_disk_that_refuses_is_told_to_the_sender(tmp_path, mail):
    (tmp_path / "mailbox").mkdir()
    with catching(tmp_path) as (_, port):
        (tmp_path / "mailbox").rmdir()
        (tmp_path / "mailbox").write_text("in the way")
        outcome = send(mail, f"smtp://127.0.0.1:{port}")
    assert outcome == Refused(451, "4.3.1 Not kept, try again later", permanent=False)


def test_a_wanted_port_that_is_taken_ends_the_catcher(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = subprocess.run(
            [sys.executable, "-m", "workers.catcher"],
            env={**os.environ, "LINSHENG_HOME": str(tmp_path), "CATCHER_PORT": str(taken.getsockname()[1])},
            capture_output=True,
            timeout=20,
            check=False,
        )
    assert ended.returncode == 1
    assert b"in use" in ended.stderr
    assert not (tmp_path / "catcher.port").exists()
