# SPDX-License-Identifier: MIT
"""The rig of tests on a real kernel: a box with an LED, and a simulator beside it."""

import unittest
from collections.abc import Callable
from itertools import groupby

from harness.light import LANGUAGE, SLOT_MS
from harness.linux_box import HOST, LED, LINUX, PROGRAMS, LinuxBox, shape
from harness.runner import secrets_of
from harness.service import LONG_TERM, RunningSimulator, certificates
from sim.tasks import Task

INSTANCE = "postgres-led00001"  # no past task
MENDED_MS = 5000
STATE_MS = 90000  # a handshake takes seconds of the box's time, and a busy host some more
# The kernel's timers are late by up to a tick, and by an eighth of a long wait's last digit.
LATE_MS = 90


def beats(pattern: str) -> list[tuple[bool, int]]:
    """Returns the lights and darks of a pattern of 2 s, as it goes round, with their lengths."""
    turned = pattern
    while turned[0] == turned[-1] and turned.strip(turned[0]):
        turned = turned[1:] + turned[0]
    return [(lit == "#", len(list(group)) * SLOT_MS) for lit, group in groupby(turned)]


class KernelTest(unittest.TestCase):
    """Tests of a class share one box. Each has a simulator of its own."""

    maxDiff = None
    box: LinuxBox

    @classmethod
    def setUpClass(cls) -> None:
        for path in (*PROGRAMS, LINUX / "vmlinuz"):
            if not path.exists():
                raise AssertionError(f"{path} is missing: run make test-kernel")
        cls.box = cls.enterClassContext(LinuxBox({"ca.pem": certificates() / "ca.pem"}))

    def setUp(self) -> None:
        self.simulator = self.enterContext(RunningSimulator(20, rate_limit=False))
        self.addCleanup(self.box.try_run, "kill -9 $pid; wait $pid; rm -f /run/pgtask* /tmp/log "
                                          f"/tmp/metrics; echo heartbeat >{LED}/trigger")

    def start_task(self, duration_s: float, outcome: str = "Success", age_s: int = 0) -> Task:
        service = self.simulator.service
        start = int(service.clock.now()) - age_s
        return service.store.add(start, duration_s, outcome, "RestoreDatabase", INSTANCE)

    def start(self, led: str = "sysfs:green:status", options: str = "--interval 1") -> None:
        """Starts the daemon. `$pid` is its process."""
        self.box.run("rm -f /tmp/metrics")  # of a daemon before
        self.box.run(
            f"TENCENTCLOUD_SECRET_ID={LONG_TERM.secret_id} "
            f"TENCENTCLOUD_SECRET_KEY={LONG_TERM.secret_key} pgtask led "
            f"--instance {INSTANCE} --region ap-guangzhou --connect {HOST}:{self.simulator.port} "
            f"--ca-file /ca.pem --led {led} --idle 60 --timeout 10 "
            f"--metrics-file /tmp/metrics {options} "
            "</dev/null >/dev/null 2>/tmp/log & pid=$!")

    def log(self) -> str:
        return self.box.run("cat /tmp/log")

    def stop(self) -> None:
        """Ends the daemon in order. Checks that it was good and told no secret."""
        status, _ = self.box.try_run("kill $pid; wait $pid")
        self.assertEqual(status, 0, self.log())
        for secret in secrets_of(LONG_TERM):
            self.assertNotIn(secret, self.log())

    def now_ms(self) -> int:
        return round(float(self.box.run("cat /proc/uptime").split()[0]) * 1000)

    def wait_for(self, what: str, condition: Callable[[], bool], limit_ms: int = STATE_MS) -> None:
        """Waits until the condition holds, for a time of the box."""
        until = self.now_ms() + limit_ms
        while not condition():
            self.assertLess(self.now_ms(), until, f"{what}: {self.log()}")
            self.box.run("usleep 200000")

    def metric(self, name: str) -> float:
        """Returns a value of the metrics file, -1 if it is not there yet."""
        line = self.box.try_run(f"grep -sF '{name} ' /tmp/metrics")[1].split()
        return float(line[-1]) if line else -1

    def wait_for_state(self, state: str) -> None:
        """Waits until the daemon shows a state."""
        self.wait_for(state, lambda: self.metric(f'pgtask_led_state{{state="{state}"}}') == 1)

    def assert_shows(self, state: str) -> None:
        """Checks what the LED does against the README's table."""
        self.assert_shape(beats(LANGUAGE[state]))

    def assert_shape(self, expected: list[tuple[bool, int]], late_ms: int = LATE_MS) -> None:
        seen = shape(self.box.sample(5))
        self.assertGreaterEqual(len(seen), len(expected), seen)
        turns = [(expected * 20)[turn: turn + len(seen)] for turn in range(len(expected))]
        is_good = any(
            all(light == is_lit and abs(ms - length_ms) <= late_ms
                for (light, ms), (is_lit, length_ms) in zip(seen, turn, strict=True))
            for turn in turns)
        self.assertTrue(is_good, f"{seen} instead of {expected}")
