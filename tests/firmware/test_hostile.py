# SPDX-License-Identifier: MIT
"""A server that sends without pause, or wants long computations, does not hold the firmware.

The board counts instructions as its time, so a busy host changes nothing. The log has the longest
turn of the loop with each connection; the trouble lies before the last one.
"""

from firmware.rig import INSTANCE, SMALL, TLS12, FirmwareTest, network_of
from harness.qemu import COUNTED, INSTRUCTIONS_PER_MS, Machine
from sim.faults import FLOODS

# A full handshake of the board takes 1.7 million at once: see led_gaps.py. The log and the
# random bytes, which come from the host, may add to it. The watchdog would bark after 62 million.
BOUND = 3_000_000
WITHOUT_END = ("alerts", "alerts_after_hello")  # TLS 1.2 itself ends the others
HUGE_EXPONENT = "under_huge_exponent+huge_exponent_middle"
TROUBLE_MS = 1500  # so long after its first message, the trouble goes on


class Hostile(FirmwareTest):
    def counted_board(self, image: str) -> Machine:
        arguments = {**network_of(self.simulator, self.time_server), "instance": INSTANCE,
                     "poll_ms": 300, "timeout_ms": 10**9, "stall_ms": 10**9}
        board = self.enterContext(Machine(image, arguments, clock=COUNTED))
        self.addCleanup(self.check_log, board)
        return board

    def assert_unheld(self, board: Machine, start: int, words: str) -> int:
        """Waits until the trouble is told and has lasted. Ends it, and checks the LED."""
        trouble, _ = board.wait_for_line(f"trouble: tls: .*{words}", 60, start)
        board.wait_for_ms(board.lines[trouble].at_ms + TROUBLE_MS)
        self.simulator.use_certificate("server", "1.2")
        self.simulator.set_scenario(keep_alive=False)
        connected, match = board.wait_for_line(r"connected: .*longest turn (\d+) ms", 60, trouble)
        self.assertLessEqual((int(match[1]) + 1) * INSTRUCTIONS_PER_MS, BOUND, words)
        back, _ = board.wait_for_line("back", 60, connected)
        self.assertIsNone(board.find("watchdog"), board.last_lines())
        self.assertEqual(board.text().count("started"), 1)
        return back

    def test_a_flood_in_place_of_a_handshake(self) -> None:
        self.simulator.set_scenario(keep_alive=False)
        board = self.counted_board(SMALL)
        at, _ = board.wait_for_line("poll 1", 60)
        for flood in FLOODS:
            self.simulator.set_scenario(handshake=flood)
            words = "without end" if flood in WITHOUT_END else "handshake failed"
            at = self.assert_unheld(board, at, words)

    def test_a_chain_with_huge_exponents(self) -> None:
        for image in (SMALL, TLS12):
            with self.subTest(image):
                self.simulator.use_certificate(HUGE_EXPONENT, "1.2")
                board = self.counted_board(image)
                self.assert_unheld(board, 0, "too large")
                board.stop()
