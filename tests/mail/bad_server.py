"""SMTP servers that behave badly, each for one connection, over real sockets."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("localhost.pem")  # self-signed for localhost, good for a hundred years


class Talk:
    """The server's end of one SMTP conversation."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.heard: list[bytes] = []
        self.rest = b""

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(line + "\r\n" for line in lines).encode())

    def hear(self, until: bytes = b"\r\n") -> bytes:
        while until not in self.rest:
            more = self.connection.recv(65536)
            if not more:
                raise EOFError
            self.rest += more
        heard, self.rest = self.rest.split(until, 1)
        self.heard.append(heard)
        return heard

    def up_to_data(self) -> None:
        """Greet, and say yes until the client may send the text."""
        self.say("220 test")
        for _ in ("EHLO", "MAIL", "RCPT"):
            self.hear()
            self.say("250 OK")
        self.hear()
        self.say("354 go on")

    def drop(self) -> None:
        """Reset the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.connection.close()

    def hang(self) -> None:
        """Say nothing until the client has gone."""
        while self.connection.recv(65536):
            pass

    def secure(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.connection = context.wrap_socket(self.connection, server_side=True)


@contextmanager
def serving(behave: Callable[[Talk], None]) -> Iterator[tuple[int, list[bytes]]]:
    """A server for one connection: its port, and what it has heard."""
    heard: list[bytes] = []
    door = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        connection, _ = door.accept()
        connection.settimeout(10)
        talk = Talk(connection)
        talk.heard = heard
        try:
            behave(talk)
        except (OSError, EOFError):
            pass
        finally:
            talk.connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield door.getsockname()[1], heard
    finally:
        with suppress(OSError):  # when nobody came, the accept above still waits: closing alone does not wake it
            socket.create_connection(door.getsockname(), 1).close()
        door.close()
        thread.join(15)
        assert not thread.is_alive()
