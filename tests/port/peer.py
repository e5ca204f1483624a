#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The peer of the port's conformance test: one behaviour on each of nine neighbouring TCP ports.

    tests/port/peer.py [--host 127.0.0.1] [--port FIRST] [--with-parent]

Prints `listening on HOST:FIRST` once it listens; without --port it finds nine free ports. What each
port does is told in tests/port/conformance.h. --with-parent: ends when stdin closes.
"""

import argparse
import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable

PATTERN_BYTES = 200004
PAUSE_S = 0.5
END = 0xFFFFFFFF
BLACK_HOLE, REFUSED, SLOW = 8, 7, 2
TRIES = 50

_open_silent: set[socket.socket] = set()


def numbers(first: int, count: int) -> bytes:
    return struct.pack(f">{count}I", *range(first, first + count))


def echo(stream: socket.socket) -> None:
    while data := stream.recv(4096):
        stream.sendall(data)


def pattern(stream: socket.socket) -> None:
    stream.sendall(numbers(0, PATTERN_BYTES // 4))


def slow(stream: socket.socket) -> None:
    """Judges 32-bit numbers from 0 on until END."""
    time.sleep(PAUSE_S)
    expected, rest = 0, b""
    while data := stream.recv(65536):
        rest += data
        words = len(rest) // 4
        ended = words > 0 and rest[4 * words - 4 : 4 * words] == END.to_bytes(4, "big")
        if rest[: 4 * (words - ended)] != numbers(expected, words - ended):
            stream.sendall(b"N")
            return
        expected += words
        rest = rest[4 * words :]
        if ended:
            stream.sendall(b"Y" if not rest else b"N")
            stream.recv(1)
            return


def reset(stream: socket.socket) -> None:
    stream.recv(1)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(stream: socket.socket) -> None:
    _open_silent.add(stream)
    try:
        stream.recv(1)
    finally:
        _open_silent.discard(stream)


def delay(stream: socket.socket) -> None:
    time.sleep(PAUSE_S)
    stream.sendall(b"x")
    stream.recv(1)


def status(stream: socket.socket) -> None:
    address = int.from_bytes(socket.inet_aton(stream.getsockname()[0]), "big")
    stream.sendall(struct.pack(">QQQ", min(len(_open_silent), 255), int(time.time()), address))


BEHAVIOURS = (echo, pattern, slow, reset, silent, delay, status)


def serve(behaviour: Callable[[socket.socket], None], stream: socket.socket) -> None:
    with stream:
        try:
            behaviour(stream)
        except OSError:
            pass  # the client went away, as it may


def accept(listener: socket.socket, behaviour: Callable[[socket.socket], None]) -> None:
    while True:
        stream, _ = listener.accept()
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(behaviour, stream), daemon=True).start()


def fill(host: str, port: int) -> list[socket.socket]:
    """Takes all places of a queue that nobody empties: further attempts get no answer."""
    waiting = []
    for _ in range(3):
        stream = socket.socket()
        stream.setblocking(False)
        stream.connect_ex((host, port))
        waiting.append(stream)
    return waiting


def bind(host: str, first: int) -> list[socket.socket]:
    """Nine bound sockets, or none (an exception)."""
    sockets: list[socket.socket] = []
    try:
        for number in range(BLACK_HOLE + 1):
            one = socket.socket()
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if number == SLOW:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.bind((host, first + number))
            if number != REFUSED:
                one.listen(0 if number == BLACK_HOLE else 16)
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def find(host: str) -> tuple[int, list[socket.socket]]:
    for _ in range(TRIES):
        first = random.randrange(20000, 30000)
        try:
            return first, bind(host, first)
        except OSError:
            continue
    raise SystemExit("peer: no nine free ports found")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int)
    parser.add_argument("--with-parent", action="store_true")
    options = parser.parse_args()
    if options.port:
        first, sockets = options.port, bind(options.host, options.port)
    else:
        first, sockets = find(options.host)
    for listener, behaviour in zip(sockets, BEHAVIOURS):
        threading.Thread(target=accept, args=(listener, behaviour), daemon=True).start()
    waiting = fill(options.host, first + BLACK_HOLE)
    print(f"listening on {options.host}:{first}", flush=True)
    if options.with_parent:
        sys.stdin.read()
    else:
        threading.Event().wait()
    del waiting


if __name__ == "__main__":
    main()
