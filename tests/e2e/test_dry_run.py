# SPDX-License-Identifier: MIT
"""`list --dry-run` and `--as-curl`: what they print is what would be sent, and curl can send it."""

import json
import re
import shutil
import subprocess

from harness.caller import sign
from harness.proxy import Relay
from harness.runner import GOOD, USAGE, EndToEnd
from harness.service import LONG_TERM, TEMPORARY
from sim.checks import Key

DATA = 23  # the kind of a TLS record with data (RFC 8446, 5.1)


class DryRun(EndToEnd):
    def show(self, *arguments: str, key: Key = LONG_TERM, connect: str | None = None) -> str:
        """Runs the client without the check that no output has a signature."""
        done = subprocess.run(self.command("list", *arguments, connect=connect), check=False,
                              capture_output=True, text=True, env=self.environment(key), timeout=30)
        self.assertEqual((done.returncode, done.stderr), (GOOD, ""))
        self.assertNotIn(key.secret_key, done.stdout)
        if key.token:
            self.assertNotIn(key.token, done.stdout)
        return done.stdout

    def curl(self, command: str, key: Key = LONG_TERM) -> "subprocess.CompletedProcess[str]":
        self.assertIsNotNone(shutil.which("curl"), "curl is not installed")
        return subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True,
                              env=self.environment(key), timeout=30)

    def test_the_request_is_signed_as_the_documentation_says(self) -> None:
        shown = self.show("--dry-run", "--limit", "5", "--instance", "postgres-q6fj84vb")
        head, _, rest = shown.partition("\n\n")[2].partition("\n\n")
        body = rest.partition("\n")[0]
        headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
        self.assertEqual(json.loads(body), {"DBInstanceId": "postgres-q6fj84vb", "Limit": 5})
        self.assertEqual(headers["Host"], "postgres.tencentcloudapi.com")
        self.assertEqual(headers["Authorization"],
                         sign(LONG_TERM, int(headers["X-TC-Timestamp"]), body.encode(), headers))
        self.assertIn(f"\nSignature:\n\n{headers['Authorization'][-64:]}\n", shown)
        self.assertEqual(self.simulator.service.counters.connections, 0)

    def test_it_is_the_request_that_list_sends(self) -> None:
        shown = self.show("--dry-run", "--all", "--limit", "7")
        self.assert_good(self.run_pgtask("list", "--all", "--limit", "7", "--output", "json"))
        record = self.simulator.service.recorded[0]
        head = shown.partition("\n\n")[2].partition("\n\n")[0]
        shown_names = [line.partition(":")[0].lower() for line in head.splitlines()[1:]]
        self.assertEqual(sorted(shown_names), sorted([*record["headers"], "authorization"]))

    def test_curl_sends_it(self) -> None:
        for arguments in ((), ("--limit", "5", "--instance", "postgres-q6fj84vb"),
                          ("--language", "zh-CN"), ("--all",)):
            command = self.show("--as-curl", *arguments)
            done = self.curl(command)
            with self.subTest(arguments):
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("TaskSet", json.loads(done.stdout)["Response"])

    def test_curl_sends_a_token_from_the_environment(self) -> None:
        command = self.show("--as-curl", key=TEMPORARY)
        done = self.curl(command, TEMPORARY)
        self.assertIn("TaskSet", json.loads(done.stdout)["Response"], done.stdout)
        self.assertNotEqual(self.curl(command).returncode, 0)  # without the variable

    def requests(self, relay: Relay) -> list[int]:
        """Returns the length of each record that holds a request: those that are no alert."""
        return [length for kind, length in relay.records() if kind == DATA and length > 100]

    def test_a_poll_takes_one_record_and_fewer_bytes_than_with_curl(self) -> None:
        with Relay(self.simulator.port) as relay:
            run = self.run_pgtask("list", "--count", "3", "--interval", "0", "--output", "json",
                                  connect=f"127.0.0.1:{relay.port}")
            self.assertEqual(run.status, GOOD)
            ours = self.requests(relay)
            self.assertEqual(len(ours), 3)
            segments = [len(piece) for piece in relay.sent]
        with Relay(self.simulator.port) as relay:
            command = self.show("--as-curl", connect=f"127.0.0.1:{relay.port}").rstrip("\n")
            url = re.search(r"'https://[^']+'", command)
            assert url is not None
            again = f"{url[0]} -o /dev/null"
            self.assertEqual(self.curl(f"{command} {again} -sS -o /dev/null").returncode, 0)
            theirs = self.requests(relay)
        self.assertGreaterEqual(len(theirs), 2)
        self.assertLess(max(ours), min(theirs))
        self.assertIn(ours[1], segments)

    def test_what_cannot_be_shown_is_refused(self) -> None:
        for arguments, words in ((("--count", "2"), "--count has nothing to count"),
                                 (("--no-clock",), "sign by this device's clock"),
                                 (("--limit", "0"), "1 to 100")):
            run = self.run_pgtask("list", "--dry-run", *arguments)
            with self.subTest(arguments):
                self.assert_failed(run, USAGE, words)
        self.assert_failed(self.run_pgtask("show", "--dry-run"), USAGE, "not an option of this")
