# SPDX-License-Identifier: MIT
"""The longest honest turn of the loop feeds the watchdog up to its end."""

from firmware.led_gaps import LED_BOUND, PULSE_BOUND
from firmware.rig import INSTANCE, TLS13, FirmwareTest, network_of
from harness.qemu import COUNTED, Machine

# TLS 1.3 verifies all signatures of a chain in one turn. These are three intermediates, as many as
# PGTASK_TLS_INTERMEDIATES allows, with the keys that take mbedTLS the longest.
CHAIN = "p384_below_three+p384_middle_3+p384_middle_2+p384_middle_1"


class LongTurn(FirmwareTest):
    def test_three_intermediates_of_p384_over_tls_13_do_not_reset_the_board(self) -> None:
        self.simulator.use_certificate(CHAIN, "1.3")
        arguments = {**network_of(self.simulator, self.time_server), "instance": INSTANCE,
                     "timeout_ms": 10**9, "stall_ms": 10**9}
        board = self.enterContext(Machine(TLS13, arguments, clock=COUNTED, counts_gaps=True))
        self.addCleanup(self.check_log, board)
        board.wait_for("connected: TLSv1.3, full handshake", 120)
        board.wait_for("poll 1", 60)
        self.assertEqual(board.text().count("started"), 1, board.last_lines())
        self.assertLess(board.longest_gap("watchdog"), PULSE_BOUND)
        self.assertLess(board.longest_gap("led"), LED_BOUND)
