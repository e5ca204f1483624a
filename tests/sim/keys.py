# SPDX-License-Identifier: MIT
"""The services that give temporary keys: the metadata service of a CVM, and STS.

Sources: "Getting metadata" and "Managing roles" of the CVM documentation, and the API page of
AssumeRole (STS, 2018-08-13).
"""

import http.server
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sim.checks import Key
from sim.errors import ApiError
from sim.server import tls_context
from sim.signature import SignedRequest, parse_authorization, verify

METADATA_PATH = "/latest/meta-data/cam/security-credentials/"
METADATA_HOST = "metadata.tencentyun.com"
STS_VERSION = "2018-08-13"

Reply = tuple[int, bytes]


class _Server:
    """An HTTP server in threads of this process, on a port of loopback."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802 (http.server asks for this name)
                service.answer(self, b"")

            def do_POST(self) -> None:  # noqa: N802
                service.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass  # a client that hangs up is part of the tests

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if certificate is not None:
            context = tls_context(*certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]

    def answer(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def _send(handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _send_without_end(handler: http.server.BaseHTTPRequestHandler, piece: bytes,
                      pause_s: float) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause_s)
    except OSError:
        handler.close_connection = True


def role_keys(key: Key, life_s: float, **changes: object) -> dict[str, Any]:
    """What the metadata service says of a role."""
    end = time.time() + life_s
    return {
        "TmpSecretId": key.secret_id, "TmpSecretKey": key.secret_key,
        "ExpiredTime": int(end), "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                             time.gmtime(end)),
        "Token": key.token, "Code": "Success", **changes,
    }


class Metadata(_Server):
    """The metadata service. Tests set what it says, or how it misbehaves."""

    def __init__(self, key: Key, role: str = "pgtask-reader", life_s: float = 7200) -> None:
        super().__init__()
        self.key = key
        self.role = role
        self.life_s = life_s
        self.trouble = ""  # see _TROUBLES, or "status 500"
        self.changes: dict[str, object] = {}  # of the members of the keys
        self.requests: list[str] = []  # paths

    def answer(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        self.requests.append(handler.path)
        if self.trouble.startswith("status"):
            _send(handler, int(self.trouble.split()[1]), b"trouble")
        elif self.trouble:
            _TROUBLES[self.trouble](handler)
        elif handler.headers["Host"] != METADATA_HOST or not self.role:
            _send(handler, 404, b"<html>404 - Not Found</html>")
        elif handler.path == METADATA_PATH:
            _send(handler, 200, self.role.encode())
        elif handler.path == METADATA_PATH + self.role:
            text = json.dumps(role_keys(self.key, self.life_s, **self.changes))
            _send(handler, 200, text.encode())
        else:
            _send(handler, 404, b"")


_TROUBLES: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {
    "endless": lambda handler: _send_without_end(handler, b"x" * 4096, 0),
    "endless blanks": lambda handler: _send_without_end(handler, b" " * 4096, 0),
    "slow": lambda handler: _send_without_end(handler, b"p", 0.3),
    "silent": lambda handler: time.sleep(4),
    "huge": lambda handler: _send(handler, 200, b"r" * 100_000),
    "nested": lambda handler: _send(handler, 200, b"[" * 10_000),
    "path": lambda handler: _send(handler, 200, b"../../../user-data"),
    "lines": lambda handler: _send(handler, 200, b"role HTTP/1.1\r\nHost: x"),
    "empty": lambda handler: _send(handler, 200, b""),
}


@dataclass
class Refusal:
    """How STS refuses."""

    code: str
    message: str = "The request was refused."


@dataclass
class Assumed:
    """One request to assume a role, as it was understood."""

    caller: str  # the SecretId
    members: dict[str, Any] = field(default_factory=dict)


class Sts(_Server):
    """STS with AssumeRole. It checks the signature as the service does."""

    def __init__(self, certificate: tuple[Path, Path], callers: list[Key], key: Key,
                 life_s: float = 7200) -> None:
        super().__init__(certificate)
        self.callers = {caller.secret_id: caller for caller in callers}
        self.key = key
        self.life_s = life_s
        self.refusal: Refusal | None = None
        self.raw: bytes | None = None  # sent in place of an answer
        self.assumed: list[Assumed] = []

    def answer(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> None:
        try:
            response = self._assume(handler, body)
        except ApiError as error:
            response = {"Error": {"Code": error.code, "Message": error.message}}
        response["RequestId"] = "4daec797-9cd2-4f09-9e7a-7d4c43b2a74c"
        text = json.dumps({"Response": response}).encode()
        _send(handler, 200, self.raw if self.raw is not None else text)

    def _assume(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> dict[str, Any]:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        authorization = parse_authorization(headers.get("authorization", ""))
        caller = self.callers.get(authorization.secret_id)
        if caller is None:
            raise ApiError("AuthFailure.SecretIdNotFound")
        if authorization.service != "sts":
            raise ApiError("AuthFailure.SignatureFailure", "The scope names another service.")
        stamp = int(headers["x-tc-timestamp"])
        verify(SignedRequest(handler.command, "", headers, body), authorization,
               caller.secret_key, stamp)
        if headers.get("x-tc-token") != (caller.token or None):
            raise ApiError("AuthFailure.TokenFailure")
        if (headers["x-tc-action"], headers["x-tc-version"]) != ("AssumeRole", STS_VERSION):
            raise ApiError("InvalidAction")
        self.assumed.append(Assumed(caller.secret_id, json.loads(body)))
        if self.refusal is not None:
            raise ApiError(self.refusal.code, self.refusal.message)
        end = time.time() + self.life_s
        return {
            "Credentials": {"Token": self.key.token, "TmpSecretId": self.key.secret_id,
                            "TmpSecretKey": self.key.secret_key},
            "ExpiredTime": int(end), "Expiration": formatdate(end, usegmt=True),
        }
