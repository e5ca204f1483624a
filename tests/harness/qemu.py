# SPDX-License-Identifier: MIT
"""The driver of QEMU: it runs one image on one board, and shows what the board does.

    with Machine("mps2-an385-tls12", {"connect_port": 20443}) as machine:
        machine.wait_for("poll 1")              # a line of the log
        machine.plug_cable(False)
        machine.light.follow().flashes(0, 5000)   # what the status LED did

It is the only place of the project that starts qemu-system-arm.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from harness.light import TRACE_OPTIONS, Light

IMAGES = Path(os.environ.get("FIRMWARE", "build/firmware"))
SETTINGS = IMAGES / "settings" / "settings.bin"  # the page of the tests' own settings
SETTINGS_ADDRESS = 0x3C000  # of every board
HOST = "10.0.2.2"  # this machine's loopback, as a board in QEMU's user network sees it
RANDOM = "/dev/urandom"

# How the board's time passes. Counted, an instruction takes 2**5 ns of it on any host. While the
# board sleeps, its time passes as the host's does, or it jumps to the next interrupt (SKIP_SLEEP).
ICOUNT_SHIFT = 5
INSTRUCTIONS_PER_MS = 1_000_000 >> ICOUNT_SHIFT
REAL_TIME: tuple[str, ...] = ()
COUNTED = ("-icount", f"shift={ICOUNT_SHIFT}")
COUNTED_SKIP_SLEEP = ("-icount", f"shift={ICOUNT_SHIFT},sleep=off")

LINES_SHOWN = 40  # of a log, when a test fails
MONITOR_LIMIT_S = 10
_LINE = re.compile(r"\[ *(\d+)\.(\d{3})\] (.*)")

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Board:
    """QEMU's names for a board and its parts."""

    machine: str
    nic: str
    led: str  # the status LED in QEMU's trace, "" if QEMU traces the pin instead
    led_register: int  # a store to it switches the status LED
    watchdog_register: int  # a store to it feeds the watchdog
    other_led: str = ""  # an LED that stays dark


BOARDS = {
    "mps2-an385": Board("mps2-an385", "lan9118", "USERLED0", 0x4002_8000, 0x4000_800C, "USERLED1"),
    "mps2-an386": Board("mps2-an386", "lan9118", "USERLED0", 0x4002_8000, 0x4000_800C, "USERLED1"),
    "mps2-an500": Board("mps2-an500", "lan9118", "USERLED0", 0x4002_8000, 0x4000_800C, "USERLED1"),
    "lm3s6965evb": Board("lm3s6965evb", "stellaris", "", 0x4002_5004, 0x4000_000C),
}


def firmware_images() -> list[str]:
    """Returns the names of the firmware's images, except the programs that only test a board."""
    names = (path.stem for path in IMAGES.glob("*.elf"))
    return sorted(name for name in names
                  if not name.startswith("bringup-") and not name.endswith("-port-check"))


def reaching_images() -> list[str]:
    """Returns the names of the images that reach the public service."""
    return [name for name in firmware_images() if "-private-" not in name]


def board_of(image: str) -> Board:
    """Returns the board that an image is for: its name begins with the board's."""
    name = Path(image).name.removeprefix("bringup-")
    return next(board for board_name, board in BOARDS.items() if name.startswith(board_name))


@dataclass(frozen=True)
class Line:
    """A line of the log."""

    at_ms: int  # the board's time since reset; -1 if the line does not say it
    seen: float  # the host's time
    text: str


class Machine:
    """A board that runs from `with` to the end of its block, or until its program ends the run.

    `arguments` are those of semihosting; None stands for a board without a debugger. `random` is a
    file of random bytes; None leaves the source unconnected. `network` is an option -nic of QEMU.
    `settings` is a page of settings, or None for flash without one. `uart` is a listening socket
    that the third UART is connected to. With `counts_gaps`, longest_gap() tells how long the LED
    and the watchdog had to wait.
    """

    def __init__(self, image: str, arguments: Mapping[str, object] | None, *,
                 random: str | None = RANDOM, network: str | None = None,
                 clock: tuple[str, ...] = REAL_TIME, is_plugged: bool = True,
                 counts_gaps: bool = False, settings: Path | None = SETTINGS,
                 images: Path = IMAGES, uart: Path | None = None) -> None:
        self.image = images / f"{image}.elf"
        self.board = board_of(image)
        self.lines: list[Line] = []
        self.status: int | None = None  # the exit status, once the run has ended
        self._arguments = arguments
        self._random = random
        self._network = network or f"user,id=cable,model={self.board.nic}"
        self._clock = clock
        self._is_plugged = is_plugged
        self._counts_gaps = counts_gaps
        self._settings = settings
        self._uart = uart
        self._changed = threading.Condition()  # guards lines, status and _has_ended
        self._has_ended = False
        self._folder = Path(tempfile.mkdtemp(prefix="pgtask-board-"))
        self._monitor: socket.socket | None = None
        self._trace = self._folder / "trace"
        self._gaps = self._folder / "gaps"
        self._stderr = self._folder / "stderr"  # what QEMU itself complains about
        self.light = Light(self._trace, self.board.led, self.board.other_led)

    def _command(self) -> list[str]:
        random = (["-chardev", f"serial,id=random,path={self._random}", "-serial", "chardev:random"]
                  if self._random else ["-serial", "null"])
        if self._uart is not None:
            random += ["-serial", f"unix:{self._uart}"]
        debugger: list[str] = []
        if self._arguments is not None:
            words = "".join(f",arg={name}={value}" for name, value in self._arguments.items())
            debugger = ["-semihosting-config", f"enable=on,target=native,arg=firmware{words}"]
        plugin = [] if not self._counts_gaps else [
            "-plugin", f"{IMAGES}/store_gaps.so,out={self._gaps},led={self.board.led_register},"
            f"watchdog={self.board.watchdog_register}"]
        settings = [] if self._settings is None or not self._settings.exists() else [
            "-device", f"loader,file={self._settings},addr={SETTINGS_ADDRESS:#x},force-raw=on"]
        return [
            "qemu-system-arm", "-M", self.board.machine, "-display", "none", "-monitor", "none",
            "-serial", "stdio", *random, "-nic", self._network, *debugger,
            "-qmp", f"unix:{self._folder}/qmp,server=on,wait=off",
            *TRACE_OPTIONS, "-D", str(self._trace), *self._clock, *plugin, *settings,
            *([] if self._is_plugged else ["-S"]),  # it waits, so that the cable can be pulled
            "-kernel", str(self.image),
        ]  # fmt: skip

    def __enter__(self) -> "Machine":
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._is_plugged:
            self.plug_cable(False)
            self._execute("cont")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
        self.light.follow()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """Switches the board off. What it did stays readable."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None

    # The log

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
            self._has_ended = True
            self._changed.notify_all()

    def text(self) -> str:
        """Returns the whole log, without the times that begin its lines."""
        with self._changed:
            return "".join(f"{line.text}\n" for line in self.lines)

    def last_lines(self) -> str:
        """Returns the end of the log, and what QEMU complained about, for a test that fails."""
        with self._changed:
            last = self.lines[-LINES_SHOWN:]
        lines = [f"{line.at_ms:>8} {line.text}" for line in last]
        return "\n".join([*lines, self._stderr.read_text("utf-8", "replace")])

    def find(self, pattern: str, start: int = 0) -> tuple[int, "re.Match[str]"] | None:
        """Returns the number of the first line from `start` on that holds the pattern."""
        for number in range(start, len(self.lines)):
            match = re.search(pattern, self.lines[number].text)
            if match:
                return number, match
        return None

    def _wait(self, found: Callable[[], _Found | None], limit_s: float, missing: str) -> _Found:
        """Waits until `found` returns something. Fails if the time is over or the run has ended."""
        until = time.monotonic() + limit_s
        with self._changed:
            while True:
                result = found()
                if result is not None:
                    return result
                left_s = until - time.monotonic()
                if left_s <= 0 or self._has_ended:
                    raise AssertionError(f"{missing} within {limit_s} s:\n{self.last_lines()}")
                self._changed.wait(left_s)

    def wait_for(self, pattern: str, limit_s: float = 20, start: int = 0) -> "re.Match[str]":
        """Waits for a line of the log that holds the pattern."""
        return self.wait_for_line(pattern, limit_s, start)[1]

    def wait_for_line(self, pattern: str, limit_s: float = 20,
                      start: int = 0) -> tuple[int, "re.Match[str]"]:
        """Does the same, and returns the line's number too."""
        return self._wait(lambda: self.find(pattern, start), limit_s, f"no line {pattern!r}")

    def wait_for_end(self, limit_s: float = 20) -> int:
        """Waits until the program ends the run. Returns its exit status."""
        return self._wait(lambda: self.status, limit_s, "no end")

    def wait_for_ms(self, at_ms: int, limit_s: float = 30) -> None:
        """Waits for a time of the board's clock."""
        until = time.monotonic() + limit_s
        while self.light.now_ms < at_ms:
            if time.monotonic() > until:
                raise AssertionError(f"the board's clock stands at {self.light.now_ms} ms")
            time.sleep(0.05)
            self.light.follow()

    # The LED and the cable

    def longest_gap(self, name: str) -> int:
        """Returns the most instructions so far between two stores to the register of `name`.

        That is "led" or "watchdog". A gap counts when a store ends it.
        """
        found = re.findall(rf"^{name} (\d+) \d+$", self._gaps.read_text("ascii"), re.MULTILINE)
        return int(found[-1])

    def trace(self) -> str:
        """Returns the events that QEMU has written so far."""
        return self._trace.read_text("utf-8", "replace") if self._trace.exists() else ""

    def plug_cable(self, is_plugged: bool) -> None:
        """Puts the Ethernet cable in, or pulls it."""
        self._execute("set_link", name="cable", up=is_plugged)

    def reset(self) -> None:
        """Resets the board, as its reset button does. Its clock begins anew."""
        self._execute("system_reset")

    def _connect_monitor(self) -> socket.socket:
        until = time.monotonic() + MONITOR_LIMIT_S
        while True:
            monitor = socket.socket(socket.AF_UNIX)
            monitor.settimeout(MONITOR_LIMIT_S)
            try:
                monitor.connect(f"{self._folder}/qmp")
                return monitor
            except OSError:
                monitor.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _execute(self, command: str, **arguments: Any) -> None:
        """Gives QEMU's monitor a command (QMP)."""
        if self._monitor is None:
            self._monitor = self._connect_monitor()
            self._answers = self._monitor.makefile("r", encoding="utf-8")
            self._answers.readline()  # the greeting
            self._execute("qmp_capabilities")
        request = {"execute": command, "arguments": arguments}
        self._monitor.sendall(json.dumps(request).encode() + b"\n")
        for line in self._answers:
            answer = json.loads(line)
            if "error" in answer:
                raise AssertionError(f"{command}: {answer['error']}")
            if "return" in answer:
                return
