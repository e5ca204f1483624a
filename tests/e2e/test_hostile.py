# SPDX-License-Identifier: MIT
"""A peer that sends without pause holds nobody: not the deadline, not the LED, not SIGTERM.

It has no key of the service, or it is the service itself, and its answer or its records of TLS
have no end.
"""

import itertools
import time
import unittest

from harness.led_daemon import Daemon, LedDaemon, longest_gap_us, read_trace
from harness.runner import MALFORMED, NETWORK, EndToEnd
from sim.faults import ENDLESS, FLOODS
from sim.records import RECORDS

LIMIT_US = 50_000
INSTANCE = "postgres-led00001"
ENDS_WITHIN_S = 3  # SIGTERM: a busy machine needs a while, and a held program would need for ever
UPDATES = 40  # of an LED that blinks: almost a second

# What is said of a flood in place of a handshake: that it has no end, or why it is no handshake.
WITHOUT_END = ("alerts", "alerts_after_hello", "change_cipher_specs")
WORDS = {flood: "without end" if flood in WITHOUT_END else "handshake failed" for flood in FLOODS}

# The status and words for an answer without an end. The others end at the deadline.
ANSWERS = {
    "refusal": (NETWORK, "500"),
    "headers": (MALFORMED, "head is too long"),
    "header": (MALFORMED, "head is too long"),
    "interim": (MALFORMED, "head is too long"),
    "chunk_extension": (MALFORMED, "chunk is malformed"),
    "trailers": (MALFORMED, "chunk is malformed"),
}

# What is said of records without an end that only the owner of the key can send. mbedTLS takes some
# of them for as long as they come, and refuses the others at once.
SENDS_ON = "sends without end"
BROKE = "the connection broke"
TOO_LARGE = "corrupt or too large"
REFUSED_12 = {
    **dict.fromkeys(("tickets", "long_tickets", "gathered_tickets", "key_updates",
                     "key_updates_asked_for", "certificate_requests"), BROKE),
    **dict.fromkeys(("empty_handshakes", "change_cipher_specs"), TOO_LARGE),
}
REFUSED_13 = {
    **dict.fromkeys(("key_updates", "key_updates_asked_for", "certificate_requests",
                     "hello_requests", "gathered_hello_requests"), BROKE),
    "empty_handshakes": TOO_LARGE,
}
REFUSED = {"1.2": REFUSED_12, "1.3": REFUSED_13}
# These end the connection only beside bytes of an answer.
REFUSED_BETWEEN = {"ticket_byte_by_byte": BROKE, "empty_data": SENDS_ON}
LED_RECORDS = {"1.2": ("hello_requests", "gathered_hello_requests", "warnings"),
               "1.3": ("tickets", "gathered_tickets", "long_tickets", "padded_data", "key_updates")}
HUGE_EXPONENT = "under_huge_exponent" + "+huge_exponent_middle" * 3
UNTRUSTED = "no trusted root"  # found before any key is judged


class Listing(EndToEnd):
    attempts = 1

    def test_floods_in_place_of_a_handshake_end_with_their_cause(self) -> None:
        for flood in FLOODS:
            self.simulator.set_scenario(handshake=flood)
            run = self.run_pgtask("list", "--timeout", "20")
            with self.subTest(flood):
                self.assert_failed(run, NETWORK, "tls", WORDS[flood])
                self.assertNotIn("deadline", run.stderr)

    def test_attempts_that_are_all_flooded_end_at_the_deadline(self) -> None:
        self.attempts = 1000
        self.simulator.set_scenario(handshake="alerts")
        self.assert_failed(self.run_pgtask("list", "--timeout", "2"), NETWORK, "without end")

    def test_answers_without_an_end_end_with_their_cause_or_at_the_deadline(self) -> None:
        for answer in ENDLESS:
            self.simulator.set_scenario(endless=answer)
            run = self.run_pgtask("list", "--timeout", "20" if answer in ANSWERS else "1")
            status, words = ANSWERS.get(answer, (NETWORK, "deadline has passed"))
            with self.subTest(answer):
                self.assert_failed(run, status, words)

    def test_records_of_the_keys_owner_end_with_their_cause(self) -> None:
        for version, refused in REFUSED.items():
            self.simulator.use_certificate("server", version)
            for where, records in itertools.product(("answer", "body"), RECORDS):
                self.simulator.set_scenario(records=records, records_in=where)
                run = self.run_pgtask("list", "--timeout", "20")
                with self.subTest(version=version, where=where, records=records):
                    self.assert_failed(run, NETWORK, refused.get(records, SENDS_ON))
                    self.assertNotIn("deadline", run.stderr)

    def test_records_between_the_bytes_of_an_answer_end_at_the_deadline(self) -> None:
        for version, refused in REFUSED.items():
            self.simulator.use_certificate("server", version)
            for records in RECORDS:
                self.simulator.set_scenario(records=records, records_in="between")
                words = {**REFUSED_BETWEEN, **refused}.get(records, "deadline has passed")
                run = self.run_pgtask("list", "--timeout", "0.5" if "deadline" in words else "20")
                with self.subTest(version=version, records=records):
                    self.assert_failed(run, NETWORK, words)

    def test_keys_with_huge_exponents_are_refused_as_what_they_are(self) -> None:
        for version in ("1.2", "1.3"):
            self.simulator.use_certificate(HUGE_EXPONENT, version)
            for ca, words in (("ca", UNTRUSTED), ("other_root", "too large")):
                with self.subTest(version, ca=ca):
                    self.assert_failed(self.run_pgtask("list", ca=ca), NETWORK, "tls", words)


class Led(LedDaemon):
    attempts = 1

    def assert_unheld(self, daemon: Daemon, trouble: str) -> None:
        """Checks that the LED keeps its pace in the trouble under way, and that SIGTERM is heard."""
        begin = len(read_trace(daemon.trace))
        daemon.wait("updates", lambda: len(read_trace(daemon.trace)) > begin + UPDATES)
        signalled = time.monotonic()
        run = daemon.stop()
        self.assertLess(time.monotonic() - signalled, ENDS_WITHIN_S, trouble)
        updates = read_trace(daemon.trace)[begin:]
        self.assertNotIn("success", {update.state for update in updates}, trouble)
        self.assertLess(longest_gap_us(updates), LIMIT_US, trouble)
        self.assertEqual(run.stderr.count("trouble"), 1, run.stderr)

    def test_floods_in_place_of_a_handshake(self) -> None:
        for flood in FLOODS:
            self.simulator.set_scenario(handshake=flood)
            with self.subTest(flood):
                daemon = self.daemon("--instance", INSTANCE, "--stale", "60")
                daemon.wait_for_log(WORDS[flood])
                self.assert_unheld(daemon, flood)

    def test_answers_without_an_end(self) -> None:
        for answer in ENDLESS:
            self.simulator.set_scenario(endless=answer)
            with self.subTest(answer):
                daemon = self.daemon("--instance", INSTANCE, "--stale", "60", "--timeout", "0.5")
                daemon.wait_for_log(ANSWERS.get(answer, (0, "deadline has passed"))[1])
                self.assert_unheld(daemon, answer)

    def test_records_of_the_keys_owner(self) -> None:
        for version, kinds in LED_RECORDS.items():
            self.simulator.use_certificate("server", version)
            for records in kinds:
                self.simulator.set_scenario(records=records, records_in="between")
                with self.subTest(version=version, records=records):
                    daemon = self.daemon("--instance", INSTANCE, "--stale", "60", "--timeout",
                                         "0.5")
                    daemon.wait_for_log(REFUSED[version].get(records, "deadline has passed"))
                    self.assert_unheld(daemon, records)

    def test_keys_with_huge_exponents(self) -> None:
        self.simulator.use_certificate(HUGE_EXPONENT, "1.2")
        daemon = self.daemon("--instance", INSTANCE, "--stale", "60")
        daemon.wait_for_log(UNTRUSTED)
        self.assert_unheld(daemon, "huge exponents")


if __name__ == "__main__":
    unittest.main()
