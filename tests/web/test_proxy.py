"""Behind docs/nginx.conf: stalled bodies do not stall the application, and only the proxy is believed."""

import os
import re
import shutil
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from flask import request, url_for

from saas import config
from saas.app import create_app
from saas.config import Config
from saas.identity.access import public
from saas.problem import Problem
from workers.embedded.server import halt, launch

ROOT = Path(__file__).resolve().parents[2]
CERTIFICATE = ROOT / "tests/mail/localhost.pem"
NGINX = shutil.which("nginx", path=os.defpath + ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
THREADS, STALLED = 2, 8
PATIENCE = 3.0
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    include {folder}/linsheng.conf;
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@pytest.fixture(scope="module")
def application(
    dsns: dict[str, str], home: Path, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The product as it is served, with few threads; answers its port."""
    folder, port = tmp_path_factory.mktemp("web"), free_port()
    words = f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads {THREADS} --no-ws wsgi:app"
    child = launch(
        [Path(sys.executable).with_name("granian"), *words.split()],
        ready=lambda _: answers(HTTPConnection("127.0.0.1", port, timeout=1)),
        log=folder / "web.log",
        pidfile=folder / "pid",
        cwd=ROOT,
        env=os.environ
        | {"LINSHENG_HOME": str(home), "REDIS_URL": redis_url, "PYTHONPATH": str(ROOT), "LINSHENG_PROXIES": "1"},
    )
    yield port
    halt(child, 15, seconds=3)


@pytest.fixture(scope="module")
def proxy(application: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The shipped configuration with other ports and a certificate for tests; answers its port."""
    if NGINX is None:
        pytest.skip("nginx is not installed: the shipped proxy configuration cannot be tried")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    text = (ROOT / "docs/nginx.conf").read_text()
    for old, new in {
        r"server 127\.0\.0\.1:8000": f"server 127.0.0.1:{application}",
        r"listen 80;": f"listen 127.0.0.1:{free_port()};",
        r"listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        r"listen \[::\][^;]*;": "",
        r"/etc/ssl/linsheng/\w+\.pem": str(CERTIFICATE),
        r"/var/log/nginx/linsheng\.log": str(folder / "access.log"),
    }.items():
        text, count = re.subn(old, new, text)
        assert count, f"docs/nginx.conf has no {old}"
    (folder / "linsheng.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    child = launch(
        [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
        ready=lambda _: answers(secure(port)),
        log=folder / "nginx.log",
        pidfile=folder / "pid",
        cwd=folder,
    )
    yield port
    halt(child, 15, seconds=3)


def secure(port: int) -> HTTPSConnection:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)


def answers(connection: HTTPConnection) -> bool:
    """Whether a page comes in time."""
    with closing(connection), suppress(OSError):
        connection.request("GET", "/login")
        return connection.getresponse().status == 200
    return False


@contextmanager
def stalled(connect: object) -> Iterator[None]:
    """Half-sent forms that never go on, one by one until all are held."""
    held = []
    try:
        for _ in range(STALLED):
            connection: HTTPConnection = connect()  # type: ignore[operator]
            connection.putrequest("POST", "/login")
            connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", "1000")
            connection.endheaders(b"account=nobody")
            held.append(connection)
        yield
    finally:
        for connection in held:
            connection.close()


def test_stalled_bodies_hold_the_bare_application(application: int) -> None:
    """Why the proxy is there. If this fails, the server has learned to wait for bodies and the next test is idle."""
    with stalled(lambda: HTTPConnection("127.0.0.1", application, timeout=PATIENCE)):
        # the first of these may overtake the stalled ones
        assert not all(answers(HTTPConnection("127.0.0.1", application, timeout=PATIENCE)) for _ in range(20))


def test_stalled_bodies_do_not_pass_the_proxy(application: int, proxy: int) -> None:
    assert answers(secure(proxy))
    with stalled(lambda: secure(proxy)):
        for _ in range(20):
            assert answers(secure(proxy))
            assert answers(HTTPConnection("127.0.0.1", application, timeout=PATIENCE))


def test_the_proxy_adds_and_keeps_headers(proxy: int) -> None:
    with closing(secure(proxy)) as connection:
        connection.request("GET", "/login", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Server"] == "nginx"
        assert answer.headers["Content-Encoding"] == "gzip"


def test_tokens_and_searches_stay_out_of_the_log(proxy: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    log = next(tmp_path_factory.getbasetemp().glob("nginx*/access.log"))
    for path in ("/p/secret-token", "/reset/secret-token", "/login?q=secret-name", "/healthz"):
        with closing(secure(proxy)) as connection:
            connection.request("GET", path)
            connection.getresponse().read()
    lines = log.read_text()
    assert '"GET /healthz"' in lines
    assert '"GET /p/-"' in lines
    assert "secret" not in lines


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [(0, ("127.0.0.1", "http")), (1, ("192.0.2.7", "https"))],
    ids=["nobody is believed unless configured", "the nearest proxy is believed, and no further"],
)
def test_forwarded_headers(dsns: dict[str, str], home: Path, proxies: int, seen: tuple[str, str]) -> None:
    before = config._current
    made = Config(home, dsns, "", "", "http://localhost", "secret", testing=True, proxies=proxies)
    try:
        app = create_app(made, [])
        app.add_url_rule("/seen", "seen", public(lambda: [request.remote_addr, url_for("seen", _external=True)]))
        claims = {
            "X-Forwarded-For": "203.0.113.9, 192.0.2.7",
            "X-Forwarded-Proto": "gopher, https",
            "X-Forwarded-Host": "evil",
        }
        address, url = app.test_client().get("/seen", headers=claims).get_json()
    finally:
        config._current = before
    assert (address, url) == (seen[0], f"{seen[1]}://localhost/seen")


def test_a_senseless_count_of_proxies_is_refused(
    home: Path, dsns: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINSHENG_HOME", str(home))
    for text in ("all", "-1", "10", ""):
        monkeypatch.setenv("LINSHENG_PROXIES", text)
        with pytest.raises(Problem, match="LINSHENG_PROXIES 应是 0 到 9 的数字"):
            Config.load()
    monkeypatch.setenv("LINSHENG_PROXIES", "2")
    assert Config.load().proxies == 2
