# SPDX-License-Identifier: MIT
"""Each board keeps what port/board/board.h promises: bringup.c tries one thing a run."""

import random
import re
import socket
import unittest
from collections.abc import Iterator
from typing import Any

from firmware.bringup import LIMIT_S, bringup, numbers
from harness.qemu import BOARDS, REAL_TIME, Machine

FAULT = 99
RAM = 0x2000_0000
# Bits of CFSR (ARMv7-M, B3.2.15): the kind of access that the MPU stopped.
NO_EXECUTION, NO_DATA, NOT_STACKED, ADDRESS_VALID = 0x01, 0x02, 0x10, 0x80


class BoardTest(unittest.TestCase):
    maxDiff = None

    def each_board(self, attempt: str, status: int = 0,
                   **options: Any) -> Iterator[tuple[str, Machine]]:
        """Runs an attempt on each board to its end, and gives the machine to the loop's body."""
        for board in BOARDS:
            with bringup(board, attempt, **options) as machine:
                self.assertEqual(machine.wait_for_end(LIMIT_S), status, machine.last_lines())
                yield board, machine


class Time(BoardTest):
    def test_the_clock_ticks_a_second_in_a_second_and_sleep_ends_each_millisecond(self) -> None:
        for board, machine in self.each_board("clock", clock=REAL_TIME):
            begin, end, sleeps = (machine.find(rf"^{name} (\d+)$")
                                  for name in ("begin", "end", "sleeps"))
            took_s = machine.lines[end[0]].seen - machine.lines[begin[0]].seen
            with self.subTest(board):
                self.assertIn(int(end[1][1]) - int(begin[1][1]), range(1000, 1010))
                self.assertTrue(0.8 < took_s < 1.95, f"a second took {took_s} s")
                self.assertIn(int(sleeps[1][1]), range(500, 1002))


    def test_each_tick_interrupts_a_loop_that_computes(self) -> None:
        for board, machine in self.each_board("tick"):
            with self.subTest(board):
                self.assertIn(numbers(machine.text(), "ticks")[0], range(198, 203))
                self.assertEqual(numbers(machine.text(), "behind"), [0])


class State(BoardTest):
    def test_the_bytes_stored_last_outlive_a_reset(self) -> None:
        stored = bytes(7 * at % 256 for at in range(20)).hex()
        for board, machine in self.each_board("state"):
            with self.subTest(board):
                log = machine.text()
                self.assertIn("nothing 0\ntoo small 0\n", log)
                self.assertNotIn("stored wrongly", log)
                self.assertTrue(log.endswith(f"start 2\nwatchdog reset\nstate {stored}\n"), log)


class Entropy(BoardTest):
    def test_random_bytes_come_from_the_source(self) -> None:
        for board, machine in self.each_board("entropy"):
            found = re.findall(r"^random ([0-9a-f]{64})$", machine.text(), re.MULTILINE)
            with self.subTest(board):
                self.assertEqual(len(set(found)), 3, machine.text())
                self.assertGreater(len(set(bytes.fromhex("".join(found)))), 48)

    def assert_refused(self, log: str) -> None:
        self.assertEqual(log.count("refused"), 3, log)
        self.assertNotIn("random", log)

    def test_a_silent_source_is_refused_and_waited_for_only_once(self) -> None:
        for board, machine in self.each_board("entropy", random=None):
            first_ms, *others_ms = numbers(machine.text(), "took")
            with self.subTest(board):
                self.assert_refused(machine.text())
                self.assertLess(first_ms, 500)
                self.assertLess(max(others_ms), 10)

    def test_a_stuck_source_is_refused_for_ever(self) -> None:
        for board, machine in self.each_board("entropy", random="/dev/zero"):
            with self.subTest(board):
                self.assert_refused(machine.text())


class Light(BoardTest):
    def levels(self, board: str, trace: str) -> list[bool]:
        """Returns what QEMU saw the LED change to."""
        if board == "lm3s6965evb":
            found = re.findall(r"pl061_set_output \S+ setting output 0 to (\d)", trace)
        else:
            found = re.findall(r"'USERLED0' .*-> (\d+)%", trace)
        return [level != "0" for level in found]

    def test_the_led_goes_on_and_off_as_it_is_set(self) -> None:
        for board, machine in self.each_board("led"):
            with self.subTest(board):
                self.assertEqual(self.levels(board, machine.trace())[-6:], [True, False] * 3)


class Ethernet(BoardTest):
    def frames(self, mac: bytes, lengths: list[int]) -> list[bytes]:
        source = random.Random(7)
        peer = bytes.fromhex("525500000001")
        return [mac + peer + b"\x88\xb5" + source.randbytes(length - 14) for length in lengths]

    def exchange(self, board: str, lengths: list[int]) -> tuple[list[bytes], list[bytes], str]:
        """Sends frames to a board that echoes two of three.

        Returns the frames that it should send, those that it sent, and its log.
        """
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            wire.bind(("127.0.0.1", 0))
            wire.settimeout(5)
            probe.bind(("127.0.0.1", 0))
            there = probe.getsockname()
            probe.close()
            network = (f"socket,model={BOARDS[board].nic},udp=127.0.0.1:{wire.getsockname()[1]},"
                       f"localaddr=127.0.0.1:{there[1]}")
            with bringup(board, "ethernet", clock=REAL_TIME, network=network) as machine:
                mac = bytes.fromhex(machine.wait_for(r"^ready (\w{12})$")[1])
                wanted, got = [], []
                for number, frame in enumerate(self.frames(mac, lengths), 1):
                    wire.sendto(frame, there)
                    if number % 3 != 0:
                        wanted.append(frame[6:12] + mac + frame[12:])
                        got.append(wire.recv(2048))
                self.assertEqual(machine.wait_for_end(LIMIT_S), 0, machine.last_lines())
                return wanted, got, machine.text()

    def test_frames_of_each_length_come_and_go_whole_in_pieces_of_any_size(self) -> None:
        lengths = [*range(60, 130), *range(130, 1514, 41), *range(1505, 1515)]
        for board in BOARDS:
            with self.subTest(board):
                wanted, got, log = self.exchange(board, lengths)
                self.assertEqual(got, wanted)
                self.assertIn(f"frames {len(lengths)}\n", log)
                self.assertNotIn("took a frame that is too long", log)


class Faults(BoardTest):
    """The board notices each fault, logs it and ends the run. No program goes on after one."""

    def each_fault(self, attempt: str) -> Iterator[tuple[str, int, int, str]]:
        """Gives each board with the CFSR, the MMFAR and the end of the line that it logged."""
        for board, machine in self.each_board(attempt, FAULT):
            match = re.search(
                r"^fault: CFSR 0x(\w{8}) HFSR 0x\w{8} MMFAR 0x(\w{8}) BFAR 0x\w{8} (.*)$",
                machine.text(), re.MULTILINE)
            self.assertIsNotNone(match, machine.text())
            yield board, int(match[1], 16), int(match[2], 16), match[3]

    def test_code_cannot_be_written(self) -> None:
        for board, cfsr, address, end in self.each_fault("code_write"):
            with self.subTest(board):
                self.assertEqual((cfsr, address), (NO_DATA | ADDRESS_VALID, 0x100))
                self.assertRegex(end, r"^PC 0x0000\w{4} LR 0x0000\w{4} xPSR 0x\w{8}$")

    def test_nothing_can_be_written_through_a_null_pointer(self) -> None:
        for board, cfsr, address, _ in self.each_fault("null_write"):
            with self.subTest(board):
                self.assertEqual((cfsr, address), (NO_DATA | ADDRESS_VALID, 0))

    def test_ram_cannot_be_run(self) -> None:
        for board, cfsr, _, end in self.each_fault("ram_run"):
            with self.subTest(board):
                self.assertEqual(cfsr, NO_EXECUTION)
                self.assertRegex(end, r"^PC 0x2000\w{4} ")

    def test_a_stack_that_overflows_ends_at_its_guard(self) -> None:
        for board, cfsr, address, _ in self.each_fault("stack_overflow"):
            with self.subTest(board):
                self.assertTrue(cfsr & (NO_DATA | NOT_STACKED))
                if cfsr & ADDRESS_VALID:
                    self.assertIn(address, range(RAM, RAM + 256))

    def test_a_frame_that_leaps_over_the_guard_is_a_fault_as_well(self) -> None:
        for board, cfsr, address, end in self.each_fault("stack_leap"):
            with self.subTest(board):
                self.assertTrue(cfsr & NOT_STACKED)
                self.assertIn(address, range(RAM - 4096, RAM))
                self.assertEqual(end, "stack overflow")


class Stack(BoardTest):
    def test_the_stacks_peak_is_what_the_deepest_call_took(self) -> None:
        for board, machine in self.each_board("stack_peak"):
            (before,), (after,) = (numbers(machine.text(), name) for name in ("before", "after"))
            with self.subTest(board):
                self.assertLess(before, 500)
                self.assertIn(after, range(1000, 1500))


class Watchdog(BoardTest):
    def test_unfed_it_logs_where_the_program_hung_and_resets_the_board(self) -> None:
        for board, machine in self.each_board("watchdog"):
            with self.subTest(board):
                self.assertRegex(
                    machine.text(),
                    r"^start 1\nother reset\nfed\n\n"
                    r"watchdog: PC 0x0000\w{4} LR 0x\w{8} xPSR 0x\w{8}\n"
                    r"start 2\nwatchdog reset\n$")

    def test_pulses_feed_it_but_not_in_a_turn_that_never_ends(self) -> None:
        for board, machine in self.each_board("watchdog_pulse"):
            with self.subTest(board):
                self.assertRegex(
                    machine.text(),
                    r"^start 1\nother reset\nalive\nall given\n\n"
                    r"watchdog: PC 0x0000\w{4} LR 0x\w{8} xPSR 0x\w{8}\n"
                    r"start 2\nwatchdog reset\n$")

    def test_it_resets_a_board_that_hangs_with_interrupts_off(self) -> None:
        for board, machine in self.each_board("watchdog_masked"):
            with self.subTest(board):
                self.assertIn("start 2\n", machine.text())


class NoDebugger(BoardTest):
    def test_an_image_for_tests_runs_without_one_and_resets_where_it_would_end(self) -> None:
        for board in BOARDS:
            with self.subTest(board), bringup(board, None) as machine:
                machine.wait_for("^start 3$", LIMIT_S)
                self.assertIn("start 1\nother reset\nnothing to try\n"
                              "start 2\nother reset\nstart 3\n", machine.text())


if __name__ == "__main__":
    unittest.main()
