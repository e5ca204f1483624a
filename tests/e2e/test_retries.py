# SPDX-License-Identifier: MIT
"""The client outlasts passing trouble within the service's rate limit, and corrects a wrong clock."""

from harness.runner import GOOD, REFUSED, EndToEnd
from sim.errors import CODES

# Spec, sections 6.2 and 6.3, column "Rec": sent again by a client that only reads.
RETRIED = (
    "FailedOperation.DatabaseAccessError",
    "FailedOperation.FailedOperationError",
    "InternalError",
    "RequestLimitExceeded",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
    "RequestLimitExceeded.IPLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "ServiceUnavailable",
)
# "maybe" in that column, or sent again once something else has been mended.
EITHER = ("AuthFailure.SignatureExpire", "AuthFailure.TokenFailure", "ResourceInUse",
          "ResourceUnavailable")


class Repetition(EndToEnd):
    def test_every_passing_trouble_is_waited_for(self) -> None:
        for code in RETRIED:
            self.simulator.set_scenario(error_code=code, times=1)
            before = self.request_count()
            run = self.run_pgtask("list", "--output", "jsonl")
            with self.subTest(code):
                self.assert_good(run)
                self.assertEqual(len(run.lines()), 20)
                self.assertEqual(self.request_count(), before + 2)

    def test_every_code_that_no_repetition_helps_is_reported_at_once(self) -> None:
        for code in CODES:
            if code in RETRIED or code in EITHER:
                continue
            self.simulator.set_scenario(error_code=code)
            before = self.request_count()
            run = self.run_pgtask("list")
            with self.subTest(code):
                self.assert_failed(run, REFUSED, code)
                self.assertEqual(self.request_count(), before + 1)

    def test_lasting_trouble_ends_at_the_deadline_and_is_named(self) -> None:
        for code in ("RequestLimitExceeded", "InternalError"):
            self.simulator.set_scenario(error_code=code)
            before = self.request_count()
            run = self.run_pgtask("list", "--timeout", "3")
            with self.subTest(code):
                self.assert_failed(run, REFUSED, code)
                self.assertGreater(self.request_count(), before + 1)

    def test_passing_trouble_of_the_gateway_is_waited_for(self) -> None:
        for name in ("html_502", "status_429", "status_500", "status_503"):
            self.simulator.set_scenario(answer=name, times=1)
            run = self.run_pgtask("list", "--output", "jsonl")
            with self.subTest(name):
                self.assert_good(run)
                self.assertEqual(len(run.lines()), 20)


class Pace(EndToEnd):
    past = 500

    def test_no_more_than_20_requests_go_out_in_a_second(self) -> None:
        self.simulator.set_scenario(rate_per_s=20)
        run = self.run_pgtask("list", "--all", "--limit", "10", "--output", "jsonl")
        self.assert_good(run)
        self.assertEqual(len(run.lines()), 500)
        self.assertEqual(self.simulator.service.counters.errors, {})


class Clocks(EndToEnd):
    def test_a_clock_that_is_wrong_is_corrected_from_the_date_of_the_refusal(self) -> None:
        for offset_s in (86_000, 900):
            self.simulator.set_scenario(clock_offset_s=offset_s)
            before = self.request_count()
            run = self.run_pgtask("list", "--output", "jsonl", "--min-start", "2024-01-01 00:00:00")
            with self.subTest(offset_s):
                self.assertEqual(run.status, GOOD, run.stderr)
                self.assertEqual(self.request_count(), before + 2)

    def test_the_correction_is_kept_for_the_next_listing(self) -> None:
        self.simulator.set_scenario(clock_offset_s=4000)
        run = self.run_pgtask("list", "--count", "3", "--interval", "0", "--output", "jsonl")
        self.assertEqual(run.status, GOOD, run.stderr)
        self.assertEqual(self.request_count(), 4)

    def test_without_a_date_the_refusal_is_reported(self) -> None:
        for date in ("none", "yesterday"):
            self.simulator.set_scenario(clock_offset_s=4000, date=date)
            run = self.run_pgtask("list")
            with self.subTest(date):
                self.assert_failed(run, REFUSED, "AuthFailure.SignatureExpire", "clock")

    def test_a_correction_that_does_not_help_is_tried_once(self) -> None:
        self.simulator.set_scenario(error_code="AuthFailure.SignatureExpire")
        run = self.run_pgtask("list")
        self.assert_failed(run, REFUSED, "AuthFailure.SignatureExpire")
        self.assertLessEqual(self.request_count(), 2)
