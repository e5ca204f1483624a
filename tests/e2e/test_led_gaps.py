# SPDX-License-Identifier: MIT
"""The LED never stutters, whatever the server does: no time between two updates is long.

The kernel tells how long the program waited for a processor while others ran. That time does not
count, so a busy machine changes nothing, and each go must be good.
"""

import unittest

from harness.led_daemon import Daemon, LedDaemon, longest_gap_us, read_trace

LIMIT_US = 50_000
INSTANCE = "postgres-led00001"
GOES = 2  # of each trouble

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


class Gaps(LedDaemon):
    attempts = 2

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

    def assert_no_gap(self, troubles: tuple[dict[str, object], ...], **where: str) -> None:
        self.start_task(600)
        daemon = self.daemon("--instance", INSTANCE, "--timeout", "0.6", **where)
        daemon.wait_for("running")
        for trouble in troubles:
            for go in range(GOES):
                self.assertLess(self.go(daemon, trouble), LIMIT_US, f"{trouble}, go {go}")
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
