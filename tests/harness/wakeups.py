# SPDX-License-Identifier: MIT
"""Counts how often `pgtask led` is woken up in a minute.

What counts are the process's voluntary context switches (/proc/PID/status): each is a wait that it
began. A busy machine changes none of them. A minute at rest is a part of it, without a poll, times
what is missing to 60 s, and then one poll, which SIGHUP asks for. While a task runs, polls come every
few seconds and are part of the time.
"""

import re
import signal
import time
from pathlib import Path

from harness.fake_led import FakeLed
from harness.led_daemon import Daemon, LedDaemon

# Whether the LED is dimmable, and the triggers that its kernel has.
KINDS = {
    "pattern": (1, "[none] timer pattern"),
    "timer": (1, "[none] timer"),
    "none": (1, "[none]"),
    "none, dimmable": (255, "[none]"),
}
WATCHDOG_US = 10_000_000  # as the unit for systemd has it
MINUTE_S = 60


def switches_of(daemon: Daemon) -> int:
    text = Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(re.findall(r"^voluntary_ctxt_switches:\s*(\d+)", text, re.MULTILINE)[0])


def metric(path: Path, name: str) -> int:
    return int(re.findall(rf"^{name} (\d+)$", path.read_text(), re.MULTILINE)[0])


class MeasuredDaemon:
    """A daemon as the unit for systemd runs it: with a watchdog, metrics and an LED of a kind."""

    def __init__(self, test: LedDaemon, kind: str, is_running: bool) -> None:
        most, triggers = KINDS[kind]
        folder = test.home / f"leds{time.monotonic_ns()}"
        led = FakeLed(folder / "leds", triggers, most)
        self.test = test
        self.metrics = folder / "pgtask.prom"
        self.is_running = is_running
        self.daemon = test.daemon(
            "--instance", "postgres-led00001", "--interval", "5", "--idle", "60",
            "--metrics-file", str(self.metrics), led=led.option,
            environment={**led.environment, "NOTIFY_SOCKET": f"@pgtask-{time.monotonic_ns()}",
                         "WATCHDOG_USEC": str(WATCHDOG_US)})
        state = 'pgtask_led_state{state="%s"} 1' % ("running" if is_running else "idle")
        self.daemon.wait(state, lambda: self.metrics.exists() and state in self.metrics.read_text())

    def switches(self) -> int:
        return switches_of(self.daemon)

    def own_count(self) -> int:
        """Returns how often it woke up, as its metrics say."""
        return metric(self.metrics, "pgtask_wakeups_total")

    def poll(self) -> None:
        """Asks for a poll, and waits until it has ended: the metrics are written after it."""
        polls = self.test.request_count()
        self.daemon.tell(signal.SIGHUP)
        self.daemon.wait("a poll", lambda: self.test.request_count() > polls)
        time.sleep(1)


def measure(daemon: MeasuredDaemon, seconds: float) -> float:
    """Returns the switches of a minute, from this many seconds of it: fewer than `--idle`."""
    begin_s, begin = time.monotonic(), daemon.switches()
    time.sleep(seconds)
    minute = (daemon.switches() - begin) * MINUTE_S / (time.monotonic() - begin_s)
    if daemon.is_running:
        return minute
    begin = daemon.switches()
    daemon.poll()
    return minute + daemon.switches() - begin
