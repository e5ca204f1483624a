# SPDX-License-Identifier: MIT
"""A small ARM computer with Linux, an LED and GPIO lines: Debian's kernel in QEMU, and the client.

    with LinuxBox({"ca.pem": path}) as box:
        box.run("pgtask --version")
        box.write("trigger", "timer")           # a file of the LED
        box.sample(4)                           # what the LED did

The board is QEMU's `virt`. Its device tree gets an LED, `green:status`, on the first line of its GPIO
chip, and names for other lines. There is no disk: the kernel starts the shell of busybox, which this
program talks to through the serial port. It is the only place that starts qemu-system-aarch64.
"""

import os
import re
import selectors
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from harness.places import BUILD, ROOT

LINUX = ROOT / "deps" / "linux"
PROGRAMS = [BUILD / "aarch64-linux-gnu-musl" / name for name in ("pgtask", "watch_events")]
HOST = "10.0.2.2"  # this machine's loopback, as the box sees it
LED = "/sys/class/leds/green:status"
CHIP_LABEL = "9030000.pl061"
LINE_NAMES = ("", "lamp-1", "lamp-2", "", "", "restore-lamp", "", "")

BOOT_LIMIT_S = 240
COMMAND_LIMIT_S = 120
# An instruction takes 2**4 ns of the box's time, so a busy host changes none of its times.
_CLOCK = ("-icount", "shift=4")
_MODULES = ("virtio_mmio", "failover", "net_failover", "virtio_net", "leds-gpio", "ledtrig-timer",
            "ledtrig-pattern")

_INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t debugfs debug /sys/kernel/debug
for module in {modules}; do insmod /modules/$module.ko; done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
stty -echo -onlcr
export HOME=/root pid=
echo ready
while IFS= read -r line; do printf '%s\\n' "$line"; done | sh 2>&1
"""

# Prints the time in ms and the light, at each change of a file.
_SAMPLE = """last=; begin=
while read up rest </proc/uptime && read light <{file}; do
    at=${{up%.*}}${{up#*.}}
    begin=${{begin:-$at}}
    [ "$light" = "$last" ] || echo $at $light
    last=$light
    [ $((at - begin)) -lt {hundredths} ] || break
done
echo $at end"""


@dataclass(frozen=True)
class Light:
    """The LED had this brightness from a time on, in ms of the box."""

    at_ms: int
    brightness: int


def add_led(source: str) -> str:
    """Adds the LED and the names of lines to the source of the board's device tree."""
    chip = re.search(r"pl061@9030000 \{\s*phandle = <(0x[0-9a-f]+)>;", source)
    if chip is None:
        raise AssertionError("the board has no GPIO chip")
    names = ", ".join(f'"{name}"' for name in LINE_NAMES)
    leds = f"""\tleds {{
        compatible = "gpio-leds";
        status {{
            label = "green:status";
            gpios = <{chip[1]} 0 0>;
            linux,default-trigger = "heartbeat";
        }};
    }};

"""
    source = source.replace(chip[0], f"{chip[0]} gpio-line-names = {names};")
    return source.replace("\tgpio-keys {", f"{leds}\tgpio-keys {{", 1)


def make_device_tree(path: Path) -> None:
    dumped = path.with_suffix(".dumped")
    subprocess.run(["qemu-system-aarch64", "-M", f"virt,dumpdtb={dumped}", "-cpu", "cortex-a53",
                    "-m", "256", "-nic", "none", "-display", "none"], check=True,
                   capture_output=True)
    source = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", str(dumped)], check=True,
                            capture_output=True, text=True).stdout
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", str(path), "-"], check=True,
                   input=add_led(source), text=True)


def archive(entries: Mapping[str, bytes | None]) -> bytes:
    """Returns an archive as the kernel unpacks it (cpio, newc). None stands for a folder."""
    def entry(number: int, name: str, mode: int, content: bytes) -> bytes:
        word = name.encode() + b"\0"
        numbers = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(word), 0)
        head = b"070701" + b"".join(b"%08X" % one for one in numbers) + word
        return b"".join(part + bytes(-len(part) % 4) for part in (head, content))

    parts = [entry(number, name, stat.S_IFDIR | 0o755, b"") if content is None
             else entry(number, name, stat.S_IFREG | 0o755, content)
             for number, (name, content) in enumerate(entries.items(), 1)]
    return b"".join([*parts, entry(0, "TRAILER!!!", 0, b"")])


def make_root(path: Path, files: Mapping[str, Path]) -> None:
    folders = ("bin", "dev", "modules", "proc", "root", "run", "sys", "tmp")
    entries: dict[str, bytes | None] = dict.fromkeys(folders)
    entries["init"] = _INIT.format(modules=" ".join(_MODULES)).encode()
    entries["bin/busybox"] = (LINUX / "busybox").read_bytes()
    for program in PROGRAMS:
        entries[f"bin/{program.name}"] = program.read_bytes()
    for module in _MODULES:
        entries[f"modules/{module}.ko"] = (LINUX / f"{module}.ko").read_bytes()
    for name, file in files.items():
        entries[name] = file.read_bytes()
    path.write_bytes(archive(entries))


class LinuxBox:
    """A box that runs from `with` to the end of its block. `files` go to the root of its disk."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._text = b""
        self._number = 0

    def __enter__(self) -> "LinuxBox":
        with tempfile.TemporaryDirectory(prefix="pgtask-box-") as name:
            folder = Path(name)
            make_device_tree(folder / "board.dtb")
            make_root(folder / "root", self._files)
            self._process = subprocess.Popen(
                ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-m", "256", *_CLOCK,
                 "-display", "none", "-monitor", "none", "-serial", "stdio", "-nic", "none",
                 "-netdev", "user,id=net", "-device", "virtio-net-device,netdev=net",
                 "-dtb", str(folder / "board.dtb"), "-kernel", str(LINUX / "vmlinuz"),
                 "-initrd", str(folder / "root"), "-append", "console=ttyAMA0 quiet panic=-1",
                 "-no-reboot"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            assert self._process.stdout is not None
            os.set_blocking(self._process.stdout.fileno(), False)
            try:
                self._wait(rb"ready\r?\n", BOOT_LIMIT_S)  # what is typed earlier gets lost
                self.run("true")
            except BaseException:
                self._end()
                raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _wait(self, pattern: bytes, limit_s: float) -> "re.Match[bytes]":
        output = self._process.stdout
        assert output is not None
        until = time.monotonic() + limit_s
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not (match := re.search(pattern, self._text)):
                if time.monotonic() > until or self._process.poll() is not None:
                    raise AssertionError(f"no {pattern!r}: {self._text[-4000:].decode('utf-8', 'replace')}")
                selector.select(0.2)
                self._text += output.read(65536) or b""
        return match

    def try_run(self, command: str, limit_s: float = COMMAND_LIMIT_S) -> tuple[int, str]:
        """Runs a command of the shell. Returns its status and what it printed."""
        assert self._process.stdin is not None
        self._number += 1
        # The shell may echo the line before it has begun: the echo has no digits in this place.
        line = f"{command}\necho \"<$?:{self._number}\"'>'\n"
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()
        match = self._wait(rb"<(\d+):%d>\r?\n" % self._number, limit_s)
        printed = self._text[: match.start()].decode("utf-8", "replace")
        self._text = self._text[match.end():]
        return int(match[1]), printed

    def run(self, command: str, limit_s: float = COMMAND_LIMIT_S) -> str:
        """Runs a command that must be good. Returns what it printed."""
        status, printed = self.try_run(command, limit_s)
        if status != 0:
            raise AssertionError(f"{command}: status {status}: {printed}")
        return printed

    # The LED

    def read(self, name: str) -> str:
        """Returns the text of a file of the LED."""
        return self.run(f"cat {LED}/{name}").strip()

    def write(self, name: str, text: str) -> None:
        self.run(f"echo '{text}' >{LED}/{name}")

    def trigger(self) -> str:
        """Returns the chosen trigger; "" while there is no LED."""
        match = re.search(r"\[(.*?)\]", self.try_run(f"cat {LED}/trigger")[1])
        return match[1] if match else ""

    def bind(self, is_bound: bool) -> None:
        """Binds the LED's driver, or takes it away."""
        self.run(f"echo leds >/sys/bus/platform/drivers/leds-gpio/{'bind' if is_bound else 'unbind'}")

    def sample(self, seconds: float, name: str = "brightness") -> list[Light]:
        """Returns what the LED did, with the time at which it was last looked at."""
        script = _SAMPLE.format(file=f"{LED}/{name}", hundredths=round(seconds * 100))
        rows = [line.split() for line in self.run(script).split("\n") if line.strip()]
        last = int(rows[-2][1])
        return [Light(int(at) * 10, last if light == "end" else int(light)) for at, light in rows]


def shape(lights: list[Light]) -> list[tuple[bool, int]]:
    """Returns the lights and darks that were seen whole, each with its length in ms."""
    return [(now.brightness > 0, after.at_ms - now.at_ms)
            for now, after in list(pairwise(lights))[1:-1]]
