# SPDX-License-Identifier: MIT
"""A real proxy, tinyproxy, on a port of loopback; and peers on the way that count or hang."""

import contextlib
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from harness.places import ROOT

TINYPROXY = ROOT / "deps" / "tinyproxy" / "usr" / "bin" / "tinyproxy"
_START_LIMIT_S = 20


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Tinyproxy:
    """`with Tinyproxy(...)` runs it. `settings` are more lines of tinyproxy.conf(5)."""

    def __init__(self, credentials: str = "", settings: str = "") -> None:
        """`credentials` is USER:PASSWORD, and "" lets everybody in."""
        self._folder = tempfile.TemporaryDirectory(prefix="pgtask-proxy-")
        self._log = Path(self._folder.name) / "log"
        self.port = free_port()
        user, _, password = credentials.partition(":")
        access = f"BasicAuth {user} {password}\n" if credentials else ""
        self._configuration = Path(self._folder.name) / "tinyproxy.conf"
        self._configuration.write_text(
            f"Port {self.port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nLogLevel Connect\n"
            f'LogFile "{self._log}"\nAllow 127.0.0.1\nDisableViaHeader Yes\n{access}{settings}')

    def requests(self) -> list[str]:
        """Returns the request lines that the proxy has seen."""
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return [line.partition("): ")[2] for line in lines if "Request (file descriptor" in line]

    def __enter__(self) -> "Tinyproxy":
        self._process = subprocess.Popen([TINYPROXY, "-d", "-c", self._configuration],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return self
            time.sleep(0.02)
        self._process.kill()
        raise RuntimeError("tinyproxy does not listen")

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._folder.cleanup()


@contextlib.contextmanager
def scripted_peer(answer: bytes | None) -> Iterator[int]:
    """Serves a peer that reads what comes first and sends this; with None it stays silent.

    Yields its port. It closes a connection after its answer.
    """
    ended = threading.Event()

    def serve(server: socket.socket) -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(10)
                    connection.recv(4096)
                    if answer is None:
                        ended.wait(60)
                    else:
                        connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()


class Relay:
    """Forwards bytes between a client and a server, and keeps what the client sends."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.sent: list[bytes] = []  # by the client, each piece as it arrived
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])

    def records(self) -> list[tuple[int, int]]:
        """Returns kind and whole length of each TLS record of the client (RFC 8446, 5.1)."""
        stream = b"".join(self.sent)
        found = []
        while len(stream) >= 5:
            length = 5 + int.from_bytes(stream[3:5], "big")
            found.append((stream[0], length))
            stream = stream[length:]
        return found

    def _forward(self, source: socket.socket, target: socket.socket, keep: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if keep:
                    self.sent.append(data)
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for one, other, keep in ((client, server, True), (server, client, False)):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._forward, args=(one, other, keep),
                                     daemon=True).start()

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()
