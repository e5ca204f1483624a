# SPDX-License-Identifier: MIT
"""`pgtask led` sleeps until something changes: harness/wakeups.py says what is counted."""

import unittest

from harness.led_daemon import LedDaemon
from harness.wakeups import MeasuredDaemon, measure

SECONDS = 12  # of each minute
WITH_PATTERN = 100
WITHOUT = 500
BEATS = 24  # heartbeats that systemd expects in a minute, of which each is a wake-up


class Wakeups(LedDaemon):
    def assert_sleeps(self, kind: str, most: int) -> None:
        daemon = MeasuredDaemon(self, kind, False)
        switches = measure(daemon, SECONDS)
        self.assertLessEqual(switches, most)
        self.assertGreaterEqual(switches, BEATS * 0.8, "it is not alive")
        daemon.daemon.stop()
        self.assertGreater(daemon.own_count(), 0)
        self.assertLessEqual(daemon.own_count(), most)

    def test_an_idle_minute_that_the_kernel_draws(self) -> None:
        self.assert_sleeps("pattern", WITH_PATTERN)

    def test_an_idle_minute_that_the_program_draws(self) -> None:
        self.assert_sleeps("timer", WITHOUT)
        self.assert_sleeps("none", WITHOUT)
        self.assert_sleeps("none, dimmable", WITHOUT)

    def test_a_running_task_costs_only_its_polls_if_the_kernel_draws(self) -> None:
        self.start_task(2000)
        for kind in ("pattern", "timer"):
            daemon = MeasuredDaemon(self, kind, True)
            before, polls = daemon.switches(), self.request_count()
            measure(daemon, SECONDS)
            polls = self.request_count() - polls
            self.assertLessEqual(daemon.switches() - before, BEATS * SECONDS / 60 + 12 * polls + 10)
            daemon.daemon.stop()


if __name__ == "__main__":
    unittest.main()
