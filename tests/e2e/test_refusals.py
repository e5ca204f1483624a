# SPDX-License-Identifier: MIT
"""Each refusal of the service is reported with its Code, Message and RequestId, and what to do."""

import re
import subprocess
from typing import Any

from harness.led_daemon import write_credentials
from harness.places import PGTASK
from harness.runner import NETWORK, REFUSED, USAGE, EndToEnd
from harness.service import LONG_TERM, TEMPORARY
from sim.checks import Key
from sim.errors import CODES

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Refusals(EndToEnd):
    attempts = 1

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

    def test_advice_names_the_place_that_the_keys_are_from(self) -> None:
        path = write_credentials(self.home, LONG_TERM)
        for code, advice in {
            "AuthFailure.SignatureFailure": f"Copy secret_key in {path} again, without blanks.",
            "AuthFailure.InvalidSecretId": f"Check secret_id in {path} for blanks;",
            "AuthFailure": f"Set secret_id and secret_key in {path} without blanks.",
            "AuthFailure.TokenFailure": "Renew the temporary credentials;",
        }.items():
            self.simulator.set_scenario(error_code=code)
            with self.subTest(code):
                run = self.run_pgtask("list", key=None)
                self.assert_failed(run, REFUSED, code, advice)
                self.assertNotIn("TENCENTCLOUD", run.stderr)
        self.simulator.set_scenario(error_code="AuthFailure.SignatureFailure")
        self.assertIn("Copy TENCENTCLOUD_SECRET_KEY again, without blanks.",
                      self.refused("AuthFailure.SignatureFailure"))

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

    def test_a_wrong_region_is_refused_with_an_example_of_a_good_one(self) -> None:
        for region in ("ap guangzhou", "ap_guangzhou", "ap-guangzhou\n", "a" * 300):
            with self.subTest(region):
                run = self.run_pgtask("list", region=region)
                self.assert_failed(run, USAGE, "--region: this is not a region", "ap-guangzhou")
                environment = {**self.environment(), "TENCENTCLOUD_REGION": region}
                done = subprocess.run([str(PGTASK), "list"], env=environment, text=True,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, USAGE)
                self.assertIn("TENCENTCLOUD_REGION: this is not a region", done.stderr)
        self.assertEqual(self.request_count(), 0)

    def test_every_documented_code_is_reported(self) -> None:
        for code in CODES:
            self.simulator.set_scenario(error_code=code)
            with self.subTest(code):
                self.refused(code, "--timeout", "3")

    def test_a_code_that_nobody_knows_is_reported_as_it_came(self) -> None:
        self.simulator.set_scenario(error_code="Novelty.NewThing")
        run = self.run_pgtask("list")
        self.assert_failed(run, REFUSED, "Novelty.NewThing")
        self.assertEqual(self.request_count(), 1)

    def test_a_refusal_on_a_later_page_leaves_the_pages_before(self) -> None:
        self.simulator.set_scenario(rate_per_s=1)
        run = self.run_pgtask("list", "--all", "--limit", "15", "--output", "jsonl",
                              "--timeout", "0.9")
        self.assert_failed(run, REFUSED, "RequestLimitExceeded")
        self.assertEqual(len(run.lines()), 15)

    def test_a_clock_that_is_wrong(self) -> None:
        for offset_s in (-4000, 400):
            self.simulator.set_scenario(clock_offset_s=offset_s, date="none")
            with self.subTest(offset_s):
                self.assertIn("clock", self.refused("AuthFailure.SignatureExpire"))


class Network(EndToEnd):
    attempts = 1

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
            self.simulator.set_scenario(**switches)
            run = self.run_pgtask("list", "--timeout", "1", "--output", "jsonl", limit_s=5)
            with self.subTest(switches):
                self.assert_failed(run, NETWORK, "network", "the deadline has passed")
                self.assertEqual(run.stdout, "")

    def test_a_slow_server_is_waited_for(self) -> None:
        self.simulator.set_scenario(slice_bytes=200, slice_delay_s=0.01)
        run = self.run_pgtask("list", "--limit", "5", "--output", "jsonl")
        self.assert_good(run)
        self.assertEqual(len(run.lines()), 5)

    def test_a_reused_connection_that_breaks_is_opened_again(self) -> None:
        breaks: list[dict[str, Any]] = [
            {"reset_at": 0}, {"truncate_at": 0}, {"truncate_at": 0, "close_notify": False}]
        for switches in breaks:
            self.simulator.set_scenario(after=1, times=1, **switches)
            before = self.request_count()
            run = self.run_pgtask("list", "--count", "2", "--interval", "0", "--output", "jsonl",
                                  "--limit", "3")
            with self.subTest(switches):
                self.assert_good(run)
                self.assertEqual(len(run.lines()), 6)
                self.assertEqual(self.request_count(), before + 3)
