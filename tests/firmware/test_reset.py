# SPDX-License-Identifier: MIT
"""A board that is reset resumes its TLS session, and believes no clock that runs behind its memory.

QEMU's boards keep both in RAM that a reset leaves alone: see board_state_store().
"""

from firmware.led_gaps import turn_after_reset
from firmware.rig import SMALL, TLS12, TLS13, FirmwareTest
from harness.qemu import Machine

COMPACT = "mps2-an385-compact"
DAY_S = 86400


class Reset(FirmwareTest):
    def reset(self, board: Machine) -> int:
        """Resets a board after its first poll. Returns the number of its next line."""
        board.wait_for("poll 1")
        count = len(board.lines)
        board.reset()
        started, _ = board.wait_for_line("^started$", start=count)
        return started

    def test_the_session_is_resumed_on_each_kind_of_board(self) -> None:
        for image in (TLS12, TLS13, SMALL, COMPACT):
            with self.subTest(image):
                board = self.board(image)
                board.wait_for("connected: .*, full handshake")
                started = self.reset(board)
                connected, _ = board.wait_for_line("connected: .*, resumed", start=started)
                board.wait_for("poll 1", start=connected)

    def test_a_session_that_the_server_has_forgotten_costs_a_full_handshake(self) -> None:
        board = self.board(TLS12)
        board.wait_for("poll 1")
        self.simulator.stop()
        self.simulator.start_again()
        started = self.reset(board)
        board.wait_for("connected: .*, full handshake", start=started)
        board.wait_for("poll 1", start=started)

    def test_a_clock_that_runs_behind_the_last_good_answer_is_not_believed(self) -> None:
        board = self.board(TLS12)
        board.wait_for("poll 1")
        self.time_server.offset_s = -DAY_S
        started = self.reset(board)
        board.wait_for("poll 1", start=started)
        self.assertEqual(self.simulator.service.counters.errors, {"MissingParameter": 1},
                         "one request without credentials, for the time")

    def test_a_board_that_was_off_makes_a_full_handshake(self) -> None:
        for _ in range(2):
            board = self.board(TLS12)
            board.wait_for("connected: .*, full handshake")
            board.wait_for("poll 1")
            board.stop()


class Turn(FirmwareTest):
    def test_the_handshake_after_a_reset_takes_less_than_a_million_at_once(self) -> None:
        # The least of three runs: a busy host may be late with the random bytes of one.
        count = min(turn_after_reset(TLS12, "rsa") for _ in range(3))
        print(f"longest turn of the handshake after a reset: {count:,} instructions")
        self.assertLessEqual(count, 1_000_000)
