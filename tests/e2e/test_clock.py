# SPDX-License-Identifier: MIT
"""A device whose clock is slow learns the time; one whose clock is fast is not turned back.

The device's clock is this machine's, so the service lives in the future: 70 days from now, with a
certificate that is valid from 60 days on.
"""

import calendar
import re
import subprocess
import time
from email.utils import formatdate

from harness.led_daemon import LedDaemon
from harness.prometheus import Sample, parse
from harness.runner import GOOD, NETWORK, USAGE
from harness.service import certificates

DAY_S = 86400
AHEAD_S = 70 * DAY_S


class SlowClock(LedDaemon):
    def setUp(self) -> None:
        super().setUp()
        self.simulator.use_certificate("soon_valid")
        self.simulator.set_scenario(clock_offset_s=AHEAD_S)

    def signed(self) -> tuple[int, int]:
        counters = self.simulator.service.counters
        return counters.requests - counters.requests_signed, counters.requests_signed

    def test_list_learns_the_time_once(self) -> None:
        self.assert_good(self.run_pgtask("list", "--count", "3", "--interval", "0"))
        self.assertEqual(self.signed(), (1, 3))

    def test_a_connection_that_closes_behind_the_time_costs_no_attempt(self) -> None:
        self.simulator.set_scenario(clock_offset_s=AHEAD_S, idle_s=0.001, times=1)
        self.assert_good(self.run_pgtask("list", "--attempts", "1"))
        self.assertEqual(self.signed(), (1, 1))

    def test_list_of_all_pages_reaches_to_the_services_now(self) -> None:
        task = self.start_task(1000)
        run = self.run_pgtask("list", "--all", "--output", "jsonl")
        self.assert_good(run)
        self.assertIn(int(task), [line["TaskId"] for line in run.lines()])

    def test_show_counts_by_the_services_clock(self) -> None:
        task = self.start_task(1000)
        self.assertRegex(self.run_pgtask("show", task).stdout, r"Duration +\d s so far")

    def test_watch_learns_the_time(self) -> None:
        run = self.run_pgtask("watch", self.start_task(1), "--interval", "0.1", "--quiet")
        self.assertEqual((run.status, run.stderr), (GOOD, ""))
        stamp = re.match(r"\S+", run.stdout.splitlines()[-1])
        assert stamp is not None
        future = time.strftime("%Y-%m-%dT%H:", time.gmtime(time.time() + AHEAD_S))
        self.assertTrue(stamp[0].startswith(future), run.stdout)

    def test_led_learns_the_time_and_its_metrics_have_it(self) -> None:
        path = self.home / "metrics.prom"
        daemon = self.daemon(self.start_task(1000), "--metrics-file", str(path), led="terminal")
        daemon.wait_for_log("appeared")
        daemon.stop()
        told = parse(path.read_text())[Sample.of("pgtask_last_answer_timestamp_seconds")]
        self.assertAlmostEqual(float(told), time.time() + AHEAD_S, delta=60)


class ForeignClock(LedDaemon):
    """The peer's Date is not believed where that would turn a clock back."""

    def play_expired(self) -> None:
        end = subprocess.run(
            ["openssl", "x509", "-noout", "-enddate", "-dateopt", "iso_8601",
             "-in", certificates() / "just_expired.pem"],
            check=True, capture_output=True, text=True).stdout
        match = re.search(r"=(\S+ \S+)Z", end)
        assert match is not None
        ended = time.strptime(match[1] + " UTC", "%Y-%m-%d %H:%M:%S %Z")
        self.simulator.use_certificate("just_expired")
        self.simulator.set_scenario(clock_offset_s=calendar.timegm(ended) - 3600 - time.time())

    def test_the_holder_of_an_expired_key_learns_nothing(self) -> None:
        self.play_expired()
        for command in (("list",), ("show", "7"), ("watch", "7")):
            run = self.run_pgtask(*command)
            self.assertEqual(run.status, NETWORK)
            self.assertIn("a certificate has expired", run.stdout + run.stderr)
        self.assertEqual(self.simulator.service.counters.requests, 0)

    def test_a_device_that_distrusts_its_clock_says_so(self) -> None:
        self.assert_good(self.run_pgtask("list", "--no-clock"))
        self.assertEqual(self.simulator.service.counters.requests, 2)

    def test_a_service_without_a_time_is_told(self) -> None:
        self.simulator.set_scenario(date="none")
        self.assert_failed(self.run_pgtask("list", "--no-clock"), USAGE, "told no time either")

    def test_dates_that_cannot_be_are_refused(self) -> None:
        for date, word in (("Thu, 01 Jan 1970 00:00:00 GMT", "time is not known"),
                           (formatdate(2**32 - 1, usegmt=True), "expired"),
                           ("Fri, 31 Dec 9999 23:59:59 GMT", "expired")):
            self.simulator.set_scenario(date=date)
            run = self.run_pgtask("list", "--no-clock")
            with self.subTest(date):
                self.assertNotEqual(run.status, GOOD)
                self.assertIn(word, run.stderr)
        self.assertEqual(self.simulator.service.counters.requests_signed, 0)
