# SPDX-License-Identifier: MIT
"""Servers of time and names for a test's network: SNTP (RFC 4330) and DNS (RFC 1035)."""

import socket
import socketserver
import struct
import threading
import time
from types import TracebackType

_NTP_1970 = 2_208_988_800  # seconds from 1900 to 1970
_NTP_BYTES = 48


class _Server(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.requests = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> "_Server":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.shutdown()
        self.server_close()


class _TimeHandler(socketserver.BaseRequestHandler):
    server: "TimeServer"

    def handle(self) -> None:
        request, answer_socket = self.request
        self.server.requests += 1
        if len(request) < _NTP_BYTES:
            return
        now = time.time() + self.server.offset_s + _NTP_1970
        stamp = struct.pack(">II", int(now) & 0xFFFFFFFF, int(now % 1 * 2**32))
        head = bytes([0b00_100_100, 1, 6, 0xEC]) + bytes(12)  # version 4, server, stratum 1
        answer = head + stamp + request[40:48] + stamp + stamp
        answer_socket.sendto(answer, self.client_address)


class TimeServer(_Server):
    """Answers with the time, which is wrong by `offset_s`."""

    def __init__(self, offset_s: float = 0) -> None:
        super().__init__(_TimeHandler)
        self.offset_s = offset_s


class _NameHandler(socketserver.BaseRequestHandler):
    server: "NameServer"

    def handle(self) -> None:
        request, answer_socket = self.request
        name = b""
        at = 12
        while request[at]:
            name += request[at + 1 : at + 1 + request[at]] + b"."
            at += 1 + request[at]
        question = request[12 : at + 5]
        kind = struct.unpack(">H", request[at + 1 : at + 3])[0]
        self.server.requests += 1
        self.server.names.append(name.decode("ascii", "replace").rstrip("."))
        address = self.server.addresses.get(self.server.names[-1])
        known = address is not None and kind == 1
        flags = 0x8180 if address is not None else 0x8183  # no such name
        head = request[:2] + struct.pack(">HHHHH", flags, 1, 1 if known else 0, 0, 0)
        answer = head + question
        if known:
            answer += struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(str(address))
        answer_socket.sendto(answer, self.client_address)


class NameServer(_Server):
    """Answers for the names that it knows, and says that no other name exists."""

    def __init__(self, addresses: dict[str, str]) -> None:
        super().__init__(_NameHandler)
        self.addresses = addresses
        self.names: list[str] = []
