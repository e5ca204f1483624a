# SPDX-License-Identifier: MIT
"""Memory is the same after a thousand polls as after ten."""

import re

from firmware.rig import SMALL, TLS12, TLS13, FirmwareTest

_MEMORY = re.compile(
    r"memory: arena (\d+)/(\d+) of \d+, lwip heap (\d+)/(\d+), pbufs (\d+)/(\d+), "
    r"segments (\d+)/(\d+), connections (\d+)/(\d+), stack (\d+)"
)


class Soak(FirmwareTest):
    def memory_after(self, image: str, polls: int) -> list[list[int]]:
        """Polls as often as it can. Returns the memory that was in use after each ten polls."""
        board = self.board(image, poll_ms=1, interval_ms=1, report=10)
        last, _ = board.wait_for_line(rf"poll {polls}\b", 150)
        board.wait_for(_MEMORY.pattern, 5, last)
        board.stop()
        found = [_MEMORY.fullmatch(line.text) for line in board.lines]
        used = [[int(number) for number in match.groups()] for match in found if match]
        self.assertGreaterEqual(len(used), polls // 10)
        return used[1:]  # the first poll has a line too

    def assert_flat(self, image: str) -> None:
        used = self.memory_after(image, 1000)
        self.assertEqual(used[99], used[0])
        self.assertEqual(self.simulator.service.counters.connections, 1)

    def test_a_thousand_polls_over_one_connection(self) -> None:
        self.assert_flat(TLS12)

    def test_a_thousand_polls_by_tls_1_3(self) -> None:
        self.assert_flat(TLS13)

    def test_a_thousand_polls_on_64_kib(self) -> None:
        self.assert_flat(SMALL)

    def test_three_hundred_connections(self) -> None:
        """One connection may still be closing while the next one opens, but never two."""
        self.simulator.set_scenario(keep_alive=False)
        used = self.memory_after(TLS12, 300)
        self.assertGreaterEqual(self.simulator.service.counters.connections, 300)
        for arena, arena_peak, heap, _, pbufs, _, segments, _, connections, _, _ in used:
            self.assertEqual((arena, arena_peak, pbufs), (0, used[0][1], 0))
            self.assertLess(heap, 1000)
            self.assertLessEqual((segments, connections), (2, 1))
