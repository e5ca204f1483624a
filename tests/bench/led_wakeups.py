# SPDX-License-Identifier: MIT
"""Prints how often `pgtask led` is woken up in a minute, for each kind of LED: make bench-led.

tests/harness/wakeups.py says what is counted.
"""

import sys
import unittest

from harness.led_daemon import LedDaemon
from harness.wakeups import KINDS, MeasuredDaemon, measure

SECONDS = 30


class Bench(LedDaemon):
    rows: dict[str, list[str]] = {}

    def test_each_kind(self) -> None:
        for is_running in (False, True):
            if is_running:
                self.start_task(2000)
            for kind in KINDS:
                daemon = MeasuredDaemon(self, kind, is_running)
                self.rows.setdefault(kind, []).append(f"{measure(daemon, SECONDS):.0f}")
                daemon.daemon.stop()


if __name__ == "__main__":
    result = unittest.TextTestRunner(verbosity=0).run(Bench("test_each_kind"))
    print("| the kernel's triggers | idle, one poll | running, a poll every 5 s |")
    print("| --- | ---: | ---: |")
    for kind, (idle, running) in Bench.rows.items():
        print(f"| {kind} | {idle} | {running} |")
    sys.exit(not result.wasSuccessful())
