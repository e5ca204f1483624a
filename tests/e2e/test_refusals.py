# SPDX-License-Identifier: MIT
"""Each refusal of the service is told with its Code, Message and RequestId, and what to do."""

import re
from typing import Any

from e2e.runner import GOOD, NETWORK, REFUSED, EndToEnd
from sim.checks import Key
from sim.errors import CODES
from support.harness import LONG_TERM, TEMPORARY

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

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
# "maybe" in that column, or retried after something else has been mended.
EITHER = ("AuthFailure.SignatureExpire", "AuthFailure.TokenFailure", "ResourceInUse",
          "ResourceUnavailable")


class Refusals(EndToEnd):
    def refused(self, code: str, *arguments: str, key: Key = LONG_TERM,
                region: str = "ap-guangzhou") -> str:
        run = self.run_pgtask("list", *arguments, "--output", "json", key=key, region=region)
        self.assert_failed(run, REFUSED, code, CODES[code])
        self.assertEqual(run.stdout, "")
        self.assertRegex(run.stderr, UUID)
        self.assertIn("service", run.stderr)
        return run.stderr

    def test_a_wrong_secret_key(self) -> None:
        wrong = Key(LONG_TERM.secret_id, LONG_TERM.secret_key[:-1] + "x")
        text = self.refused("AuthFailure.SignatureFailure", key=wrong)
        self.assertIn("key", text.lower())
        self.assertEqual(self.request_count(), 1)

    def test_an_unknown_secret_id(self) -> None:
        self.refused("AuthFailure.SecretIdNotFound", key=Key("AKIDnobody", "SecretKeyOfNobody"))

    def test_a_wrong_token(self) -> None:
        wrong = Key(TEMPORARY.secret_id, TEMPORARY.secret_key, "Wrong" + TEMPORARY.token)
        self.refused("AuthFailure.TokenFailure", key=wrong)
        self.refused("AuthFailure.TokenFailure",
                     key=Key(TEMPORARY.secret_id, TEMPORARY.secret_key))

    def test_a_wrong_region(self) -> None:
        text = self.refused("UnsupportedRegion", region="ap-nowhere")
        self.assertIn("region", text.lower())

    def test_every_code_that_no_repetition_helps_is_told_at_once(self) -> None:
        for code in CODES:
            if code in RETRIED or code in EITHER:
                continue
            self.simulator.play(error_code=code, rate_per_s=0)
            before = self.request_count()
            with self.subTest(code):
                self.refused(code)
                self.assertEqual(self.request_count(), before + 1)

    def test_every_passing_trouble_is_waited_for(self) -> None:
        for code in RETRIED:
            self.simulator.play(error_code=code, times=1, rate_per_s=0)
            before = self.request_count()
            run = self.run_pgtask("list", "--output", "jsonl")
            with self.subTest(code):
                self.assert_good(run)
                self.assertEqual(len(run.lines()), 20)
                self.assertEqual(self.request_count(), before + 2)

    def test_lasting_trouble_ends_at_the_deadline_and_is_named(self) -> None:
        for code in ("RequestLimitExceeded", "InternalError"):
            self.simulator.play(error_code=code, rate_per_s=0)
            run = self.run_pgtask("list", "--timeout", "3")
            with self.subTest(code):
                self.assert_failed(run, REFUSED, code)
                self.assertEqual(run.stdout, "")

    def test_a_code_that_nobody_knows_is_told_as_it_came(self) -> None:
        self.simulator.play(error_code="FlowError.NewThing")
        run = self.run_pgtask("list")
        self.assert_failed(run, REFUSED, "FlowError.NewThing")
        self.assertEqual(self.request_count(), 1)

    def test_a_refusal_on_a_later_page_leaves_the_pages_before(self) -> None:
        self.simulator.play(rate_per_s=0)
        run = self.run_pgtask("list", "--all", "--limit", "15", "--output", "jsonl")
        self.assertEqual(len(run.lines()), 20)
        self.simulator.play(rate_per_s=1)
        run = self.run_pgtask("list", "--all", "--limit", "15", "--output", "jsonl")
        self.assertEqual(len(run.lines()), 20)


class Clocks(EndToEnd):
    def test_a_clock_that_is_wrong_is_corrected_from_the_date_of_the_refusal(self) -> None:
        for offset_s in (-86_000, 86_000, 900):
            self.simulator.play(clock_offset_s=offset_s)
            before = self.request_count()
            run = self.run_pgtask("list", "--output", "jsonl", "--min-start", "2024-01-01 00:00:00")
            with self.subTest(offset_s):
                self.assertEqual(run.status, GOOD, run.stderr)
                self.assertEqual(self.request_count(), before + 2)

    def test_the_correction_is_kept_for_the_next_listing(self) -> None:
        self.simulator.play(clock_offset_s=4000)
        run = self.run_pgtask("list", "--count", "3", "--interval", "0", "--output", "jsonl")
        self.assertEqual(run.status, GOOD, run.stderr)
        self.assertEqual(self.request_count(), 4)

    def test_without_a_date_the_refusal_is_told(self) -> None:
        for date in ("none", "yesterday"):
            self.simulator.play(clock_offset_s=4000, date=date)
            run = self.run_pgtask("list")
            with self.subTest(date):
                self.assert_failed(run, REFUSED, "AuthFailure.SignatureExpire", "clock")

    def test_a_correction_that_does_not_help_is_tried_once(self) -> None:
        self.simulator.play(error_code="AuthFailure.SignatureExpire")
        run = self.run_pgtask("list")
        self.assert_failed(run, REFUSED, "AuthFailure.SignatureExpire")
        self.assertLessEqual(self.request_count(), 2)


class Network(EndToEnd):
    def test_nobody_listens(self) -> None:
        run = self.run_pgtask("list", "--timeout", "5", connect="127.0.0.1:1")
        self.assert_failed(run, NETWORK, "network")

    def test_an_unknown_host(self) -> None:
        run = self.run_pgtask("list", "--timeout", "5", connect="nowhere.invalid:443")
        self.assert_failed(run, NETWORK, "network")

    def test_a_stalled_server_is_given_up_at_the_deadline(self) -> None:
        stalls: list[dict[str, Any]] = [
            {"stall_at": 0}, {"stall_at": 30}, {"stall_at": 400}, {"handshake": "stall"},
            {"delay_s": 5}]
        for switches in stalls:
            self.simulator.play(**switches)
            run = self.run_pgtask("list", "--timeout", "1", "--output", "jsonl", limit_s=5)
            with self.subTest(switches):
                self.assert_failed(run, NETWORK, "network", "deadline")
                self.assertEqual(run.stdout, "")

    def test_a_slow_server_is_waited_for(self) -> None:
        self.simulator.play(slice_bytes=200, slice_delay_s=0.01)
        run = self.run_pgtask("list", "--limit", "5", "--output", "jsonl")
        self.assert_good(run)
        self.assertEqual(len(run.lines()), 5)

    def test_a_connection_that_breaks_once_is_opened_again(self) -> None:
        breaks: list[dict[str, Any]] = [
            {"reset_at": 0}, {"truncate_at": 0}, {"truncate_at": 0, "close_notify": False}]
        for switches in breaks:
            self.simulator.play(times=1, **switches)
            run = self.run_pgtask("list", "--count", "2", "--interval", "0", "--output", "jsonl",
                                  "--limit", "3")
            with self.subTest(switches):
                self.assert_good(run)
                self.assertEqual(len(run.lines()), 6)
