"""`bin/run`: the whole product by one command, on this machine, for one person to look at or a small team to use.

DATABASE_URL (an administrator's address, used for the bootstrap only), REDIS_URL and SMTP_URL replace the embedded
parts.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from time import monotonic

from saas.policy.loader import every_version
from saas.policy.source import PackError
from workers.embedded.places import InUse
from workers.embedded.postgres import Postgres
from workers.embedded.server import DidNotStart, open_log
from workers.embedded.valkey import Valkey
from workers.runfile import AlreadyRunning
from workers.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
PYTHON = (sys.executable, "-P", "-m")


class Refused(RuntimeError):
    """The start cannot go on; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; answer the exit code."""
    wish = _parser().parse_args(arguments)
    begin = monotonic()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    home = (wish.home or ROOT / ".local/home").resolve()
    url = f"http://{HOST}:{wish.port}"
    os.environ.update(LINSHENG_HOME=str(home), BASE_URL=os.environ.get("BASE_URL", url))
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    try:
        _read_packs()
        with Supervisor(home) as supervisor:
            _refuse_taken(wish.port)
            _ground(supervisor, home, stop)
            for child in children(wish.port):
                if not stop.is_set():
                    supervisor.spawn(child)
                if child.door:  # the others would only slow it down
                    supervisor.watch(stop, until=lambda: _answers(wish.port))
            if not stop.is_set():
                supervisor.file.announce(url)
                accounts = (wish.home or ROOT / ".local").resolve() / "demo-accounts.json"
                if wish.demo:
                    supervisor.spawn(Child("demo", [*PYTHON, "workers.demo", accounts], once=True, aloud=True))
                    print(f"演示账号：{accounts}（首次约需一分钟备齐）")
                print(f"邻声已就绪：{url}   用时 {monotonic() - begin:.1f} 秒，按 Ctrl-C 停止", flush=True)
                supervisor.watch(stop)
            print("正在停止 …", flush=True)
    except (AlreadyRunning, DidNotStart, InUse, Refused) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("已停止。")
    return 0


def children(port: int) -> list[Child]:
    """The processes of the product, in the order in which they start."""
    web: list[str | Path] = [Path(sys.executable).with_name("granian"), *_web(port), "wsgi:app"]
    plan = [
        Child("web", web, door=True),
        Child("mail", [*PYTHON, "workers.rqworker", "mail"], patience=20),
        Child("pdf", [*PYTHON, "workers.rqworker", "pdf"], patience=20),
        Child("board", [*PYTHON, "workers.rqworker", "board"], patience=20),
        Child("relay", [*PYTHON, "workers.relay"]),
        Child("scheduler", [*PYTHON, "workers.scheduler"]),
    ]
    if "SMTP_URL" not in os.environ:
        door = _free_port()
        os.environ.update(SMTP_URL=f"smtp://{HOST}:{door}", LINSHENG_CATCHER="1")
        plan.insert(0, Child("catcher", [*PYTHON, "workers.catcher"], {"CATCHER_PORT": str(door)}))
    return plan


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/run", description="启动邻声：数据库、队列、网页与后台进程。")
    parser.add_argument("--port", type=_port, default=8000, help="网页端口（默认 8000）")
    parser.add_argument("--home", type=Path, help="数据与日志所在的文件夹（默认 .local/home）")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="不建立演示公司")
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"端口应是 1 到 65535 的整数，不是 {text}")


def _ground(supervisor: Supervisor, home: Path, stop: Event) -> None:
    """Database, queue, and the schema on them."""
    admin = os.environ.pop("DATABASE_URL", "")  # the processes get an address of their own each, never this one
    embedded = Postgres(home)
    prepared = (home / "dsn" / "app").exists()
    if not admin and (embedded.data.exists() or not prepared):
        admin = supervisor.serve("postgres", embedded)
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = supervisor.serve("valkey", Valkey(home))
    if not admin or stop.is_set():
        return
    path = home / "log" / "bootstrap.log"
    with open_log(path) as log:
        begin = log.tell()
        process = subprocess.Popen(  # noqa: S603
            [*PYTHON, "workers.manage", "bootstrap"],
            env=os.environ | supervisor.file.mark | {"DATABASE_URL": admin},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    if process.wait():
        with path.open("rb") as text:
            text.seek(begin)
            raise Refused(f"数据库没有准备好（{path}）：\n{text.read()[-2000:].decode(errors='replace')}")


def _web(port: int) -> list[str]:
    workers = min(2, os.cpu_count() or 1)
    options = {"interface": "wsgi", "host": HOST, "port": port, "workers": workers, "blocking-threads": 4}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [*words, "--respawn-failed-workers", "--no-ws"]


def _read_packs() -> None:
    """A regulation that cannot be read is told here; the processes would only end again and again."""
    try:
        every_version()
    except PackError as error:
        raise Refused(f"规程包有误，请改正后再启动（bin/manage packs check 可随时检查）：\n{error}") from None


def _refuse_taken(port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except PermissionError:
        raise Refused(f"没有使用端口 {port} 的权限：请用 --port 换一个 1024 以上的端口") from None
    except OSError:
        raise Refused(f"端口 {port} 已被别的程序占用：请用 --port 换一个端口") from None


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as door:
        return int(door.getsockname()[1])


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=2)
    with suppress(OSError, HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    connection.close()
    return False


if __name__ == "__main__":
    sys.exit(main())
