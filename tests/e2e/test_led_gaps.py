# SPDX-License-Identifier: MIT
"""The LED never stutters, whatever the server does: no time between two updates is long."""

import socket
import unittest
from itertools import pairwise

from harness.led_daemon import Daemon, LedDaemon, Update, read_trace

LIMIT_US = 50_000
INSTANCE = "postgres-led00001"

# On a busy machine others have their turns too. So each trouble is made until one go is good: what
# the program does to itself, it does each time. Goes in which another of its kind, with nothing to
# do, had to wait as long are not counted.
BAD_GOES = 6
GOES = 40

# Each makes the connections before and after it do something else than answer.
TROUBLES: tuple[dict[str, object], ...] = (
    {"stall_at": 0},
    {"stall_at": 400},
    {"reset_at": 300},
    {"handshake": "stall"},
    {"handshake": "reset"},
    {"handshake": "garbage"},
    {"slice_bytes": 1, "slice_delay_s": 0.002},
    {"answer": "head_huge"},
    {"keep_alive": False},
)


def longest_gap_us(updates: list[Update]) -> int:
    return max(after.at_us - before.at_us for before, after in pairwise(updates))


class Gaps(LedDaemon):
    attempts = 2

    def setUp(self) -> None:
        super().setUp()
        nobody = self.enterContext(socket.socket())
        nobody.bind(("127.0.0.1", 0))
        self.idler = self.daemon("1", "--interval", "5", "--idle", "5",
                                 connect=f"127.0.0.1:{nobody.getsockname()[1]}")

    def go(self, daemon: Daemon, trouble: dict[str, object]) -> int:
        """Runs through good times, trouble and good times again. Returns the longest gap."""
        begin = len(read_trace(daemon.trace))
        self.simulator.set_scenario(**trouble)
        daemon.wait("updates", lambda: len(read_trace(daemon.trace)) > begin + 35)
        self.simulator.set_scenario()
        polls = self.request_count()
        daemon.wait("answers", lambda: self.request_count() > polls + 1)
        updates = read_trace(daemon.trace)[begin:]
        self.assertNotIn("success", {update.state for update in updates}, "steady")
        return longest_gap_us(updates)

    def is_calm(self, begin: int) -> bool:
        return longest_gap_us(read_trace(self.idler.trace)[begin:]) < LIMIT_US

    def assert_no_gap(self, troubles: tuple[dict[str, object], ...], **where: str) -> None:
        self.start_task(600)
        daemon = self.daemon("--instance", INSTANCE, "--timeout", "0.6", **where)
        daemon.wait_for("running")
        for trouble in troubles:
            bad: list[int] = []
            for _ in range(GOES):
                begin = len(read_trace(self.idler.trace))
                gap_us = self.go(daemon, trouble)
                if gap_us < LIMIT_US:
                    break
                bad += [gap_us] if self.is_calm(begin) else []
                self.assertLess(len(bad), BAD_GOES, f"{trouble}: gaps of {bad} us")
            else:
                self.fail(f"{trouble}: this machine is never calm")
        daemon.stop()

    def test_no_gap_of_50_ms_with_stalls_resets_and_handshakes(self) -> None:
        for certificate, root, tls in (("p384", "p384_root", "1.3"),
                                       ("under_rsa_4096_root", "rsa_4096_root", "1.2")):
            self.simulator.use_certificate(certificate, tls)
            self.assert_no_gap(TROUBLES, ca=root)

    def test_no_gap_of_50_ms_while_names_are_looked_up(self) -> None:
        self.assert_no_gap(TROUBLES[-2:], connect=f"localhost:{self.simulator.port}")


if __name__ == "__main__":
    unittest.main()
