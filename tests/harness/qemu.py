# SPDX-License-Identifier: MIT
"""A board in QEMU, seen from outside: its log on the UART, its LED, its Ethernet cable."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from harness.light import TRACE_OPTIONS, Light

IMAGES = Path(os.environ.get("FIRMWARE", "build/firmware"))
HOST = "10.0.2.2"  # the test's own loopback, as QEMU's user network shows it
ICOUNT_SHIFT = 5  # an instruction is 2**5 ns of the board's time, where instructions are counted
LINES_SHOWN = 40  # of a log, where a test fails
INSTRUCTIONS_A_MS = 1_000_000 >> ICOUNT_SHIFT

_LINE = re.compile(r"\[ *(\d+)\.(\d{3})\] (.*)")


def firmware_images() -> list[str]:
    """The images of the firmware, without those that try a board or a port alone."""
    names = (path.stem for path in IMAGES.glob("*.elf"))
    return sorted(name for name in names
                  if not name.startswith("bringup-") and not name.endswith("-port-check"))


@dataclass(frozen=True)
class Board:
    """What QEMU calls a board."""

    machine: str
    nic: str
    led: str  # the status LED's name in QEMU's trace, "" if it has none there
    other_led: str = ""  # one that stays dark


BOARDS = {
    "mps2-an385": Board("mps2-an385", "lan9118", "USERLED0", "USERLED1"),
    "mps2-an386": Board("mps2-an386", "lan9118", "USERLED0", "USERLED1"),
    "mps2-an500": Board("mps2-an500", "lan9118", "USERLED0", "USERLED1"),
    "lm3s6965evb": Board("lm3s6965evb", "stellaris", ""),
}


@dataclass(frozen=True)
class Line:
    """A line of the log."""

    at_ms: int  # since reset, by the board's clock
    seen: float  # by the test's clock
    text: str


class Machine:
    """`with Machine("mps2-an385-tls12", connect_port=...) as board:` runs the image."""

    def __init__(self, image: str, entropy: bool = True, counted: bool = False,
                 plugged: bool = True, **words: object) -> None:
        self.image = IMAGES / f"{image}.elf"
        self.board = next(board for name, board in BOARDS.items() if image.startswith(name))
        self.lines: list[Line] = []
        self.status: int | None = None
        self._entropy = entropy
        self._counted = counted
        self._plugged = plugged
        self._words = words
        self._changed = threading.Condition()
        self._ended = False
        self._folder = Path(tempfile.mkdtemp(prefix="pgtask-board-"))
        self._monitor: socket.socket | None = None
        self._trace = self._folder / "trace"
        self._complaints = self._folder / "stderr"  # of QEMU's own
        self.light = Light(self._trace, self.board.led, self.board.other_led)

    def _command(self) -> list[str]:
        words = "".join(f",arg={name}={value}" for name, value in self._words.items())
        random = (["-chardev", "serial,id=random,path=/dev/urandom", "-serial", "chardev:random"]
                  if self._entropy else ["-serial", "null"])
        return [
            "qemu-system-arm", "-M", self.board.machine, "-display", "none", "-monitor", "none",
            "-serial", "stdio", *random,
            "-nic", f"user,id=cable,model={self.board.nic}",
            "-semihosting-config", f"enable=on,target=native,arg=firmware{words}",
            "-qmp", f"unix:{self._folder}/qmp,server=on,wait=off",
            *TRACE_OPTIONS, "-D", str(self._trace),
            *(["-icount", f"shift={ICOUNT_SHIFT},sleep=off"] if self._counted else []),
            *([] if self._plugged else ["-S"]),  # it waits, so that the cable can be pulled
            "-kernel", str(self.image),
        ]  # fmt: skip

    def __enter__(self) -> "Machine":
        with self._complaints.open("wb") as complaints:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=complaints,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._plugged:
            self.cable(False)
            self._tell("cont")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
        self.light.follow()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """Switches it off. What it did stays readable."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for raw in self._process.stdout:
            text = raw.decode("utf-8", "replace").rstrip("\r\n")
            match = _LINE.fullmatch(text)
            at_ms = int(match[1]) * 1000 + int(match[2]) if match else -1
            with self._changed:
                self.lines.append(Line(at_ms, time.time(), match[3] if match else text))
                self._changed.notify_all()
        with self._changed:
            self.status = self._process.wait()
            self._ended = True
            self._changed.notify_all()

    def log(self) -> str:
        with self._changed:
            last = self.lines[-LINES_SHOWN:]
        lines = [f"{line.at_ms:>8} {line.text}" for line in last]
        return "\n".join([*lines, self._complaints.read_text("utf-8", "replace")])

    def find(self, pattern: str, start: int = 0) -> tuple[int, "re.Match[str]"] | None:
        """The first line from number `start` on in which the pattern occurs."""
        for number in range(start, len(self.lines)):
            match = re.search(pattern, self.lines[number].text)
            if match:
                return number, match
        return None

    def wait_for(self, pattern: str, limit_s: float = 20, start: int = 0) -> "re.Match[str]":
        return self.wait_for_line(pattern, limit_s, start)[1]

    def wait_for_line(self, pattern: str, limit_s: float = 20,
                      start: int = 0) -> tuple[int, "re.Match[str]"]:
        """Waits for a line of the log; its number, and the match."""
        until = time.monotonic() + limit_s
        with self._changed:
            while True:
                found = self.find(pattern, start)
                if found is not None:
                    return found
                left = until - time.monotonic()
                if left <= 0 or self._ended:
                    raise AssertionError(f"no line like {pattern!r} in\n{self.log()}")
                self._changed.wait(left)

    def wait_for_end(self, limit_s: float = 20) -> int:
        """Waits until the firmware ends the run; its exit status."""
        until = time.monotonic() + limit_s
        with self._changed:
            while not self._ended:
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"it goes on after {limit_s} s\n{self.log()}")
                self._changed.wait(left)
        assert self.status is not None
        return self.status

    def wait_for_ms(self, at_ms: int, limit_s: float = 30) -> None:
        """Waits for a time of the board's own clock."""
        until = time.monotonic() + limit_s
        while self.light.now_ms < at_ms:
            if time.monotonic() > until:
                raise AssertionError(f"the board's clock stands at {self.light.now_ms} ms")
            time.sleep(0.05)
            self.light.follow()

    def cable(self, plugged: bool) -> None:
        """Pulls the Ethernet cable, or puts it in."""
        self._tell("set_link", name="cable", up=plugged)

    def _connect_monitor(self) -> socket.socket:
        until = time.monotonic() + 10
        while True:
            monitor = socket.socket(socket.AF_UNIX)
            monitor.settimeout(10)
            try:
                monitor.connect(f"{self._folder}/qmp")
                return monitor
            except OSError:
                monitor.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _tell(self, command: str, **arguments: object) -> None:
        if self._monitor is None:
            self._monitor = self._connect_monitor()
            self._answers = self._monitor.makefile("r", encoding="utf-8")
            self._answers.readline()  # the greeting
            self._tell("qmp_capabilities")
        request = {"execute": command, "arguments": arguments}
        self._monitor.sendall(json.dumps(request).encode() + b"\n")
        for line in self._answers:
            answer = json.loads(line)
            if "error" in answer:
                raise AssertionError(f"{command}: {answer['error']}")
            if "return" in answer:
                return
