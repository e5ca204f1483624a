# SPDX-License-Identifier: MIT
"""A scenario: how the service misbehaves; and the sending of an answer under it."""

import dataclasses
import json
import select
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from sim.answers import SHAPES, WRONG, Answer
from sim.clock import http_date
from sim.records import RECORDS, WHERE

# What comes in place of a handshake: garbage; HTTP; and a ServerHello of TLS 1.3 with another
# session id than the client's, an illegal parameter.
GARBAGE = b"\x16\x03\x03\x00\x10" + b"\xaa" * 16
PLAIN = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
BAD_HELLO = (b"\x16\x03\x03\x00\x32\x02\x00\x00\x2e\x03\x03" + b"\xaa" * 32 + b"\x00\x13\x02\x00"
             + b"\x00\x06\x00\x2b\x00\x02\x03\x04")

# What is repeated without end in place of a handshake, after how it begins. None of it needs a key.
_WARNING = b"\x15\x03\x03\x00\x02\x01\x5a"
_HELLO = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + b"\xaa" * 32 + b"\x00\xc0\x2c\x00"
FLOODS: dict[str, tuple[bytes, bytes]] = {
    "alerts": (b"", _WARNING),
    "alerts_after_hello": (_HELLO, _WARNING),
    "change_cipher_specs": (b"", b"\x14\x03\x03\x00\x01\x01"),
    "empty_handshakes": (b"", b"\x16\x03\x03\x00\x00"),
    "empty_data": (b"", b"\x17\x03\x03\x00\x00"),
    "hello_requests": (b"", b"\x16\x03\x03\x00\x04\x00\x00\x00\x00"),
    "hello_requests_after_hello": (_HELLO, b"\x16\x03\x03\x00\x04\x00\x00\x00\x00"),
    "http_heads": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}
HANDSHAKES = ("", *FLOODS, "bad_hello", "close", "garbage", "plain", "stall", "reset")
FRAMINGS = ("length", "chunked", "close")

_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


_TASK = json.dumps({"TaskId": 7, "Status": "Success", "Progress": 100}).encode()

# Answers without an end: how each begins, and what is repeated then until the peer gives up.
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "refusal": (_CHUNKED.replace(b"200 OK", b"500 Error"), _chunk(b"<p>x</p> " * 100)),
    "blanks": (_CHUNKED + _chunk(b'{"Response":'), _chunk(b" " * 1000)),
    "string": (_CHUNKED + _chunk(b'{"Response":{"RequestId":"'), _chunk(b"a" * 1000)),
    "tasks": (_CHUNKED + _chunk(b'{"Response":{"TotalCount":1,"TaskSet":[' + _TASK),
              _chunk(b"," + _TASK)),
    "tiny_chunks": (_CHUNKED + _chunk(b'{"Response":'), _chunk(b" ")),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 1000),
    "interim": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "chunk_extension": (_CHUNKED + b"5;a=", b"b" * 1000),
    "trailers": (_CHUNKED + b"0\r\n", b"X: y\r\n"),
}


@dataclass
class Scenario:
    """Every switch is off by default. Byte counts are of HTTP, from the head's first byte."""

    after: int = 0  # requests that are answered well before the trouble begins
    times: int = 0  # requests (or handshakes) until all is well again; 0: for ever

    # The connection.
    handshake: str = ""  # what happens in place of a TLS handshake
    idle_s: float = 60.0  # a connection without a request is closed after this
    keep_alive: bool = True
    close_notify: bool = True  # whether closing is announced, as TLS asks
    date: str = "now"  # Date header: "now", "none", or a text of its own
    server: bool = True  # the Server header, absent since December 2024 (spec, section 6.4)
    trace_id: bool = False  # X-TC-TraceId, equal to the one sent if there is one
    extra_headers: list[str] = field(default_factory=list)  # whole lines; may be folded
    clock_offset_s: float = 0.0

    # How an answer goes out.
    framing: str = "length"
    chunk_bytes: int = 0  # 0: one chunk
    chunk_extension: str = ""
    chunk_blanks: str = ""  # behind the size of each chunk
    trailers: list[str] = field(default_factory=list)
    interim: int = 0  # answers 103 before the real one
    slice_bytes: int = 0  # 0: as few writes as possible
    slice_delay_s: float = 0.0
    delay_s: float = 0.0  # before the first byte
    stall_at: int | None = None  # sends this many bytes, then nothing more
    reset_at: int | None = None  # then a TCP reset
    truncate_at: int | None = None  # then an orderly end
    truncate_step: int = 0  # added to truncate_at after each request

    # What it says.
    answer: str = ""  # a name from answers.WRONG
    shape: list[str] = field(default_factory=list)  # of answers.SHAPES: how the JSON is written
    status: int = 200  # of HTTP, also of a refusal in JSON
    body: str | None = None  # in place of the answer's body
    records: str = ""  # a name from RECORDS: what comes without end after the request
    records_in: str = "answer"  # where, from WHERE: in place of the answer, or in an endless one
    endless: str = ""  # a name from ENDLESS: an answer without an end in place of the answer
    error_code: str = ""
    error_detail: str = ""  # at the end of its message
    rate_per_s: int = 20  # the API's limit; 0: none
    output_bytes: int = 0  # length of every task's Output
    new_tasks: int = 0  # tasks that appear before each answer
    new_tasks_age_s: float = 0.0  # how long ago they started

    def __post_init__(self) -> None:
        if not set(self.shape) <= set(SHAPES):
            raise ValueError(f"shape is of {', '.join(sorted(SHAPES))}")
        if self.answer and self.answer not in WRONG:
            raise ValueError(f"answer is none of {', '.join(sorted(WRONG))}")
        if self.endless and self.endless not in ENDLESS:
            raise ValueError(f"endless is none of {', '.join(ENDLESS)}")
        if self.records and self.records not in RECORDS:
            raise ValueError(f"records is none of {', '.join(RECORDS)}")
        if self.records_in not in WHERE:
            raise ValueError(f"records_in is none of {', '.join(WHERE)}")
        if self.handshake not in HANDSHAKES:
            raise ValueError(f"handshake is none of {', '.join(HANDSHAKES)}")
        if self.framing not in FRAMINGS:
            raise ValueError(f"framing is none of {', '.join(FRAMINGS)}")


def scenario_from(members: dict[str, Any]) -> Scenario:
    """A scenario from JSON; ValueError for an unknown member or value."""
    kinds = {item.name: type(item.default) for item in dataclasses.fields(Scenario)}
    for name, value in members.items():
        if name not in kinds:
            raise ValueError(f"a scenario has no {name}")
        if kinds[name] in (bool, str) and not isinstance(value, kinds[name]):
            raise ValueError(f"{name} is not a {kinds[name].__name__}")
        if kinds[name] in (int, float) and (
            isinstance(value, bool) or not isinstance(value, (int, float))
        ):
            raise ValueError(f"{name} is not a number")
    return Scenario(**members)


class Stage:
    """The scenario under way. Safe to use from several threads."""

    def __init__(self, scenario: Scenario) -> None:
        self._lock = threading.Lock()
        self._scenario = scenario

    def set(self, scenario: Scenario) -> None:
        with self._lock:
            self._scenario = scenario

    def peek(self) -> Scenario:
        with self._lock:
            return self._scenario

    def take(self) -> Scenario:
        """The scenario for one request, which counts against `times`."""
        with self._lock:
            taken = self._scenario
            well = Scenario(rate_per_s=taken.rate_per_s, clock_offset_s=taken.clock_offset_s)
            if taken.after > 0:
                self._scenario = dataclasses.replace(taken, after=taken.after - 1)
                return well
            if taken.times == 1:
                self._scenario = well
            elif taken.times > 1:
                self._scenario = dataclasses.replace(taken, times=taken.times - 1)
            if taken.truncate_at is not None and taken.truncate_step and taken.times != 1:
                cut = taken.truncate_at + taken.truncate_step
                self._scenario = dataclasses.replace(self._scenario, truncate_at=cut)
            return taken


def frame(answer: Answer, scenario: Scenario, now: float, keep_alive: bool) -> bytes:
    """The answer's bytes, head and body, with headers as captured (spec, section 6.4)."""
    if answer.raw is not None:
        return answer.raw
    body = answer.body if scenario.body is None else scenario.body.encode("utf-8", "surrogatepass")
    headers = [("Server", "nginx")] if scenario.server else []
    if scenario.date != "none":
        headers.append(("Date", http_date(now) if scenario.date == "now" else scenario.date))
    headers.append(("Content-Type", answer.content_type))
    if answer.status == 204:
        body = b""
    elif scenario.framing == "length":
        headers.append(("Content-Length", answer.content_length or str(len(body))))
    elif scenario.framing == "chunked":
        headers.append(("Transfer-Encoding", "chunked"))
        body = _chunked(body, scenario)
    headers.append(("Connection", "keep-alive" if keep_alive else "close"))
    headers += answer.headers
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n" * scenario.interim
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += scenario.extra_headers
    head = "".join(f"{line}\r\n" for line in lines) + "\r\n"
    return interim + head.encode("latin-1") + body + answer.after


def _chunked(body: bytes, scenario: Scenario) -> bytes:
    size = scenario.chunk_bytes or max(len(body), 1)
    extension = scenario.chunk_blanks + scenario.chunk_extension
    parts = []
    for start in range(0, len(body), size):
        chunk = body[start : start + size]
        parts.append(f"{len(chunk):x}{extension}\r\n".encode() + chunk + b"\r\n")
    parts.append(f"0{extension}\r\n".encode())
    parts += [f"{line}\r\n".encode() for line in scenario.trailers]
    return b"".join(parts) + b"\r\n"


def send(
    connection: socket.socket, stream: bytes, scenario: Scenario, stop: threading.Event
) -> bool:
    """Sends an answer as the scenario says.

    Returns whether the connection can go on; if not, it has been ended already or the caller
    closes it in the orderly way.
    """
    cuts = [cut for cut in (scenario.stall_at, scenario.reset_at, scenario.truncate_at)
            if cut is not None]
    end = min([len(stream), *cuts])
    stop.wait(scenario.delay_s)
    step = scenario.slice_bytes or 65536
    for start in range(0, end, step):
        if start and scenario.slice_delay_s:
            stop.wait(scenario.slice_delay_s)
        connection.sendall(stream[start : min(start + step, end)])
    if scenario.stall_at is not None and scenario.stall_at <= len(stream):
        wait_for_peer(connection, stop)
        return False
    if scenario.reset_at is not None and scenario.reset_at <= len(stream):
        reset(connection)
        return False
    return end == len(stream) and scenario.framing != "close"


def send_without_end(connection: socket.socket, name: str, stop: threading.Event) -> None:
    """Sends an answer of ENDLESS until the peer closes, or for 1 GiB."""
    start, unit = ENDLESS[name]
    block = unit * (1000 // len(unit) + 1)  # a record of TLS each, which a turn can hold
    connection.sendall(start)
    for _ in range(2**30 // len(block)):
        if stop.is_set():
            break
        connection.sendall(block)


def wait_for_peer(connection: socket.socket, stop: threading.Event, limit_s: float = 120.0) -> None:
    """Sends nothing until the peer gives up; what it says is dropped."""
    until = time.monotonic() + limit_s
    while not stop.is_set() and time.monotonic() < until:
        readable, _, _ = select.select([connection], [], [], 0.1)
        if readable and not socket.socket.recv(connection, 65536):
            return


def reset(connection: socket.socket) -> None:
    """Ends a connection with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def close(connection: socket.socket, close_notify: bool) -> None:
    """Ends a connection in the orderly way: close_notify, FIN, then the peer's FIN."""
    if connection.fileno() < 0:
        return
    try:
        if close_notify and isinstance(connection, ssl.SSLSocket):
            connection.setblocking(False)
            try:
                connection.unwrap()
            except (ssl.SSLError, OSError, ValueError):
                pass  # sent; the peer's answer is not waited for
        connection.settimeout(1.0)
        socket.socket.shutdown(connection, socket.SHUT_WR)
        while socket.socket.recv(connection, 65536):
            pass
    except OSError:
        pass
    connection.close()
