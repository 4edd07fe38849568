"""What this process was started with. Everything comes from the environment or from files under the home folder."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from saas.problem import Problem

PROCESSES = ("app", "worker", "relay", "migrator")


@dataclass(frozen=True)
class Config:
    """Settings of one process. `dsns` maps a process role to the address it may log in with."""

    home: Path
    dsns: dict[str, str]
    redis_url: str
    smtp_url: str
    base_url: str
    secret_key: str
    catcher: bool = False
    testing: bool = False
    proxies: int = 0  # reverse proxies in front of us whose X-Forwarded-For and -Proto are believed
    mail_from: str = "邻声 <no-reply@linsheng.invalid>"
    former_keys: tuple[str, ...] = ()  # what `secret_key` was before: still opens what was enciphered with it

    @classmethod
    def load(cls) -> "Config":
        """Read `LINSHENG_HOME` and what `bin/manage bootstrap` wrote there.

        Raises FileNotFoundError, naming the command to run, when the home was not bootstrapped.
        """
        home = Path(os.environ.get("LINSHENG_HOME", ".local/home")).resolve()
        dsns = {p: (home / "dsn" / p).read_text().strip() for p in PROCESSES if (home / "dsn" / p).exists()}
        if "app" not in dsns and "worker" not in dsns and "relay" not in dsns:
            raise FileNotFoundError(f"{home}/dsn is empty: run `bin/manage bootstrap` (or `bin/run`) first")
        return cls(
            home=home,
            dsns=dsns,
            redis_url=os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            smtp_url=os.environ.get("SMTP_URL", ""),
            base_url=os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
            secret_key=secret(home),
            catcher=os.environ.get("LINSHENG_CATCHER") == "1",
            proxies=_count("LINSHENG_PROXIES"),
            mail_from=os.environ.get("MAIL_FROM", cls.mail_from),
            former_keys=former_secrets(home),
        )


def _count(variable: str) -> int:
    """A small number from the environment. Raises Problem, naming the variable."""
    text = os.environ.get(variable, "0")
    if not text.isdecimal() or int(text) > 9:
        raise Problem(f"{variable} 应是 0 到 9 的数字，不是 {text!r}")
    return int(text)


def secret(home: Path) -> str:
    """The key that signs cookies and enciphers second factors, made once per home, readable by its owner only."""
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def former_secrets(home: Path) -> tuple[str, ...]:
    """The keys before a change, one a line in `secret.former`, until `bin/manage bootstrap` has moved everything."""
    path = home / "secret.former"
    return tuple(path.read_text().split()) if path.exists() else ()


_current: Config | None = None


def use(config: Config) -> None:
    """Make `config` the settings of this process; called once by the composition root."""
    global _current
    _current = config


def current() -> Config:
    """The settings of this process. Raises RuntimeError before the composition root has set them."""
    if _current is None:
        raise RuntimeError("no configuration yet: create_app() or a worker's start sets it")
    return _current
