# SPDX-License-Identifier: MIT
"""Runs bringup.c on a board in QEMU, to its end."""

import os
import re
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

IMAGES = Path(os.environ.get("FIRMWARE", "build/firmware"))
LIMIT_S = 30
# The board's time passes with its instructions, 32 ns each: a busy machine does not shorten it.
COUNTED = ["-icount", "shift=5"]

# A board, its Ethernet controller as QEMU calls it, and an event of QEMU's trace for its LED.
BOARDS = {
    "mps2-an385": ("lan9118", "led_change_intensity"),
    "mps2-an386": ("lan9118", "led_change_intensity"),
    "mps2-an500": ("lan9118", "led_change_intensity"),
    "lm3s6965evb": ("stellaris", "pl061_set_output"),
}


@dataclass(frozen=True)
class Run:
    """What a run left: its exit status (None: it was ended from outside), log and trace."""

    status: int | None
    log: str
    trace: str

    def numbers(self, name: str) -> list[int]:
        return [int(number) for number in re.findall(rf"^{name} (\d+)$", self.log, re.MULTILINE)]


def command(board: str, attempt: str | None, random: str | None = "/dev/urandom",
            network: str = "none", images: Path = IMAGES) -> list[str]:
    """`attempt` None: no debugger. `random` None: nothing is connected to the random source."""
    source = (["-chardev", f"serial,id=random,path={random}", "-serial", "chardev:random"]
              if random else ["-serial", "null"])
    debugger = (["-semihosting-config", f"enable=on,target=native,arg=bringup,arg=try={attempt}"]
                if attempt else [])
    return ["qemu-system-arm", "-M", board, "-display", "none", "-monitor", "none",
            "-serial", "stdio", *source, "-nic", network, *debugger,
            "-kernel", str(images / f"bringup-{board}.elf")]


def run(board: str, attempt: str | None, random: str | None = "/dev/urandom",
        until: str | None = None, images: Path = IMAGES) -> Run:
    """Runs it to its end, or `until` a line is seen."""
    with tempfile.NamedTemporaryFile("r", prefix="pgtask-trace-") as trace:
        options = ["-trace", BOARDS[board][1], "-D", trace.name, *COUNTED]
        process = subprocess.Popen(
            command(board, attempt, random, images=images) + options, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        limit = threading.Timer(LIMIT_S, process.kill)
        limit.start()
        lines = []
        for raw in process.stdout:
            lines.append(raw.decode("ascii", "replace").replace("\r\n", "\n"))
            if lines[-1].rstrip("\n") == until:
                process.kill()
                break
        status = process.wait()
        process.stdout.close()
        limit.cancel()
        return Run(None if until else status, "".join(lines), trace.read())
