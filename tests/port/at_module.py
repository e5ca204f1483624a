#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A simulated Wi-Fi module with ESP-AT commands, for tests of port/at.

    tests/port/at_module.py --uart FD [--name NAME=ADDRESS]... [--route PORT=PORT]... [--old]

It speaks on the socket FD as the module does on its UART, in single connection and passive mode, and
makes real TCP connections. --name adds a name that its resolver knows; every other name is unknown.
--route lets connections to one port number go to another one. --old is ESP-AT 2.x, which has other
words for two things. It ends when the UART is closed. Beginning a line with `!` tests what else a
module does: `!restart` lets it restart.

It shares no line with the port. Its answers follow "TCP/IP AT Commands" of Espressif's manual.
"""

import argparse
import re
import selectors
import socket
import sys
import time

WINDOW_BYTES = 5760  # of received bytes that the module keeps
CONNECT_LIMIT_S = 4.0
MOST_SEND_BYTES = 2048
LOCAL = "127.0.0.1"


class Module:
    """One module, from its start to the end of its UART."""

    def __init__(self, uart: socket.socket, names: "dict[str, str]", routes: "dict[int, int]",
                 is_old: bool = False, connect_to: str | None = None) -> None:
        self.uart = uart
        self.names = names
        self.routes = routes
        self.is_old = is_old
        self.connect_to = connect_to  # every address leads there
        self.stream: socket.socket | None = None
        self.connecting_until_s = 0.0
        self.echo = True
        self.is_passive = False
        self.is_announced = False  # +IPD was said, and nobody has read since
        self.kept = b""
        self.has_ended = False
        self.unsent = b""
        self.wanted = 0  # bytes of AT+CIPSEND still to come
        self.typed = b""
        self.written = b""  # for the UART
        self.is_closed = False

    # The UART

    def say(self, *lines: str) -> None:
        self.written += "".join(f"{line}\r\n" for line in lines).encode("ascii")

    def flush(self) -> None:
        while self.written:
            try:
                self.written = self.written[self.uart.send(self.written):]
            except BlockingIOError:
                return
            except OSError:
                self.is_closed = True
                return

    def hear(self) -> None:
        try:
            data = self.uart.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.is_closed = True
        for number in data:
            self.take(bytes([number]))

    def take(self, byte: bytes) -> None:
        if self.wanted > 0:
            self.unsent += byte
            self.wanted -= 1
            if self.wanted == 0:
                self.say("", f"Recv {len(self.unsent)} bytes")
            return
        if self.echo:
            self.written += byte
        self.typed += byte
        if self.typed.endswith(b"\r\n"):
            line, self.typed = self.typed[:-2].decode("latin-1"), b""
            self.command(line)

    # Commands

    def command(self, line: str) -> None:
        if self.connecting_until_s or self.unsent:
            self.say("busy p...")
            return
        for pattern, run in self.COMMANDS:
            if match := re.fullmatch(pattern, line):
                run(self, *match.groups())
                return
        self.say("", "ERROR")

    def ok(self) -> None:
        self.say("", "OK")

    def error(self) -> None:
        self.say("", "ERROR")

    def set_echo(self, value: str) -> None:
        self.echo = value == "1"
        self.ok()

    def tell_single(self) -> None:
        self.say("+CIPMUX:0")
        self.ok()

    def set_single(self) -> None:
        if self.stream is not None:
            self.say("link is builded")
            self.error()
        else:
            self.ok()

    def set_passive(self, command: str) -> None:
        if command == ("MODE" if self.is_old else "TYPE"):
            self.is_passive = True
            self.ok()
        else:
            self.error()

    def look_up(self, name: str) -> None:
        if name in self.names:
            address = self.names[name]
            self.say(f"+CIPDOMAIN:{address}" if self.is_old else f'+CIPDOMAIN:"{address}"')
            self.ok()
        else:
            self.say("DNS Fail")
            self.error()

    def connect(self, address: str, port: str) -> None:
        if self.stream is not None:
            self.say("ALREADY CONNECTED")
            self.error()
            return
        self.stream = socket.socket()
        self.stream.setblocking(False)
        number = self.routes.get(int(port), int(port))
        self.stream.connect_ex((self.connect_to or address, number))
        self.connecting_until_s = time.monotonic() + CONNECT_LIMIT_S
        self.kept, self.has_ended, self.is_announced = b"", False, False

    def send(self, length: str) -> None:
        if self.stream is None or not 1 <= int(length) <= MOST_SEND_BYTES:
            self.say("link is not valid")
            self.error()
            return
        self.wanted = int(length)
        self.ok()
        self.written += b"\r\n>"

    def read(self, length: str) -> None:
        part, self.kept = self.kept[:int(length)], self.kept[int(length):]
        if not part:
            self.error()
            return
        self.is_announced = False
        self.written += f"+CIPRECVDATA:{len(part)},".encode("ascii") + part + b"\r\n\r\nOK\r\n"

    def close(self) -> None:
        if self.stream is None:
            self.error()
            return
        self.drop()
        self.say("CLOSED")
        self.ok()

    def restart(self) -> None:
        """The supply has dropped: everything is forgotten, and nothing is said about it."""
        self.drop()
        self.echo, self.is_passive, self.wanted = True, False, 0
        self.written = b"\r\nets Jun  8 2016 00:22:57\r\n\xff\xfe\x80\r\nready\r\nWIFI CONNECTED\r\n"
        self.say("WIFI GOT IP")

    COMMANDS = (
        (r"ATE([01])", set_echo), (r"AT\+CIPMUX\?", tell_single), (r"AT\+CIPMUX=0", set_single),
        (r"AT\+CIPRECV(TYPE|MODE)=1", set_passive), (r'AT\+CIPDOMAIN="([^"]+)"', look_up),
        (r'AT\+CIPSTART="TCP","([0-9.]+)",(\d+)', connect), (r"AT\+CIPSEND=(\d+)", send),
        (r"AT\+CIPRECVDATA=(\d+)", read), (r"AT\+CIPCLOSE", close), (r"!restart", restart),
    )

    # The network

    def drop(self) -> None:
        if self.stream is not None:
            self.stream.close()
        self.stream = None
        self.connecting_until_s = 0.0
        self.kept, self.unsent = b"", b""

    def end(self) -> None:
        """The peer has closed or broken the connection. The module keeps what it has received."""
        assert self.stream is not None
        kept = self.kept
        self.drop()
        self.kept = kept
        self.say("CLOSED")

    def finish_connect(self) -> None:
        assert self.stream is not None
        self.connecting_until_s = 0.0
        if self.stream.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0:
            self.fail_connect()
            return
        self.say("CONNECT")
        self.ok()

    def fail_connect(self) -> None:
        self.drop()
        self.error()
        self.say("CLOSED")

    def receive(self) -> None:
        assert self.stream is not None
        try:
            data = self.stream.recv(WINDOW_BYTES - len(self.kept))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.end()
            return
        self.kept += data
        if not self.is_passive:
            self.written += f"+IPD,{len(self.kept)}:".encode("ascii") + self.kept
            self.kept = b""
        elif not self.is_announced:
            self.is_announced = True
            self.say(f"+IPD,{len(self.kept)}")

    def transmit(self) -> None:
        assert self.stream is not None
        try:
            self.unsent = self.unsent[self.stream.send(self.unsent):]
        except BlockingIOError:
            return
        except OSError:
            self.unsent = b""
            self.say("", "SEND FAIL")
            self.end()
            return
        if not self.unsent:
            self.say("", "SEND OK")

    # The loop

    def interests(self) -> int:
        events = 0
        if self.connecting_until_s or (self.unsent and self.wanted == 0):
            events |= selectors.EVENT_WRITE
        if not self.connecting_until_s and len(self.kept) < WINDOW_BYTES:
            events |= selectors.EVENT_READ
        return events

    def move(self, events: int) -> None:
        if self.connecting_until_s:
            self.finish_connect()
            return
        if events & selectors.EVENT_WRITE and self.unsent:
            self.transmit()
        if events & selectors.EVENT_READ and self.stream is not None:
            self.receive()

    def turn(self, limit_s: float = 0.2) -> None:
        with selectors.DefaultSelector() as selector:
            uart_events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.written else 0)
            selector.register(self.uart, uart_events)
            if self.stream is not None and (interests := self.interests()):
                selector.register(self.stream, interests)
            for key, events in selector.select(limit_s):
                if key.fileobj is self.stream:
                    self.move(events)
                elif events & selectors.EVENT_READ:
                    self.hear()
        if self.connecting_until_s and time.monotonic() > self.connecting_until_s:
            self.fail_connect()
        self.flush()

    def run(self) -> None:
        self.uart.setblocking(False)
        while not self.is_closed:
            self.turn()
        self.drop()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--uart", type=int, required=True, metavar="FD")
    parser.add_argument("--name", action="append", default=[], metavar="NAME=ADDRESS")
    parser.add_argument("--route", action="append", default=[], metavar="PORT=PORT")
    parser.add_argument("--old", action="store_true")
    options = parser.parse_args()
    names = dict(name.split("=", 1) for name in options.name)
    routes = {int(one): int(other) for one, other in (route.split("=") for route in options.route)}
    Module(socket.socket(fileno=options.uart), names, routes, options.old).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
