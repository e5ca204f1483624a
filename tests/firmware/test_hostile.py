# SPDX-License-Identifier: MIT
"""A server that sends without pause, or wants long computations, does not hold the firmware.

The board counts instructions as its time, so a busy host changes nothing. The log has the longest
turn of the loop with each connection; the trouble lies before the last one.
"""

from firmware.led_gaps import LED_BOUND
from firmware.rig import INSTANCE, SMALL, TLS12, TLS13, FirmwareTest, network_of
from harness.qemu import COUNTED, INSTRUCTIONS_PER_MS, Machine
from sim.faults import ENDLESS, FLOODS

# A full handshake of the board takes 1.7 million at once: see led_gaps.py. The log and the
# random bytes, which come from the host, may add to it. The watchdog would bark after 62 million.
BOUND = 3_000_000
WITHOUT_END = ("alerts", "alerts_after_hello")  # TLS 1.2 itself ends the others
HUGE_EXPONENT = "under_huge_exponent+huge_exponent_middle"
TROUBLE_MS = 1500  # so long after its first message, the trouble goes on
WATCHDOG = 250_000_000

# A service that owns its key sends an answer or records without an end. These end with their cause,
# and all others at the deadline. A record of 16 KB is decrypted at once, which takes the longest turn;
# with TLS 1.3, the handshake before it takes longer.
CAUSES = {
    "refusal": "status 500",
    **dict.fromkeys(("headers", "header", "interim"), "head is too long"),
    **dict.fromkeys(("chunk_extension", "trailers"), "chunk is malformed"),
}
DEADLINE = "deadline has passed"
OWNERS = {
    SMALL: (3_500_000, 6000, tuple(ENDLESS), ("gathered_hello_requests", "warnings")),
    TLS13: (40_000_000, 8000, ("refusal", "blanks", "tasks"),
            ("tickets", "gathered_tickets", "padded_data")),
}


class Hostile(FirmwareTest):
    def counted_board(self, image: str, timeout_ms: int = 10**9) -> Machine:
        arguments = {**network_of(self.simulator, self.time_server), "instance": INSTANCE,
                     "poll_ms": 300, "timeout_ms": timeout_ms, "stall_ms": 10**9}
        board = self.enterContext(Machine(image, arguments, clock=COUNTED, counts_gaps=True))
        self.addCleanup(self.check_log, board)
        return board

    def assert_unheld(self, board: Machine, start: int, words: str) -> int:
        """Waits until the trouble is told and has lasted. Ends it, and checks the LED."""
        trouble, _ = board.wait_for_line(f"trouble: tls: .*{words}", 60, start)
        board.wait_for_ms(board.lines[trouble].at_ms + TROUBLE_MS)
        self.simulator.use_certificate("server", "1.2")
        return self.assert_comes_back(board, trouble, BOUND, words)

    def assert_comes_back(self, board: Machine, trouble: int, bound: int, what: str) -> int:
        """Ends the trouble, and checks the loop, the LED and the watchdog."""
        self.simulator.set_scenario(keep_alive=False)
        connected, match = board.wait_for_line(r"connected: .*longest turn (\d+) ms", 60, trouble)
        self.assertLessEqual((int(match[1]) + 1) * INSTRUCTIONS_PER_MS, bound, what)
        back, _ = board.wait_for_line("back", 60, connected)
        self.assertLessEqual(board.longest_gap("led"), LED_BOUND, what)
        self.assertLess(board.longest_gap("watchdog"), WATCHDOG, what)
        self.assertIsNone(board.find("watchdog"), board.last_lines())
        self.assertEqual(board.text().count("started"), 1)
        return back

    def assert_owner_is_heard_out(self, board: Machine, start: int, timeout_ms: int,
                                  words: str) -> int:
        """Checks when the trouble is told. The connection comes some time after the listing begins,
        which is when the deadline begins to count."""
        trouble, _ = board.wait_for_line(f"trouble: .*{words}", 60, start)
        begun = [line for line in board.lines[start:trouble] if "connected" in line.text][-1]
        waited_ms = board.lines[trouble].at_ms - begun.at_ms
        self.assertLessEqual(waited_ms, timeout_ms, words)
        return trouble

    def test_answers_and_records_without_an_end_of_the_keys_owner(self) -> None:
        for image, (bound, timeout_ms, answers, records) in OWNERS.items():
            troubles = [*({"endless": name} for name in answers),
                        *({"records": name, "records_in": "between"} for name in records)]
            self.simulator.set_scenario(keep_alive=False)
            board = self.counted_board(image, timeout_ms)
            at, _ = board.wait_for_line("poll 1", 60)
            for trouble in troubles:
                name = str(next(iter(trouble.values())))
                with self.subTest(image, name=name):
                    self.simulator.set_scenario(keep_alive=False, **trouble)
                    at = self.assert_owner_is_heard_out(board, at, timeout_ms,
                                                        CAUSES.get(name, DEADLINE))
                    at = self.assert_comes_back(board, at, bound, name)
            board.stop()

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
                self.assert_unheld(board, 0, "no trusted root")
                board.stop()
