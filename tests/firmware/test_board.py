# SPDX-License-Identifier: MIT
"""What the firmware may rely on from each board: see port/board/board.h."""

import random
import re
import socket
import subprocess
import time
import unittest
from collections.abc import Callable
from typing import Any

from firmware.bringup import BOARDS, LIMIT_S, Run, command, run

FAULT = 99
RAM = 0x2000_0000
# CFSR (ARMv7-M, B3.2.15): what kind of access the MPU stopped.
NO_EXECUTION, NO_DATA, NOT_STACKED, ADDRESS_VALID = 0x01, 0x02, 0x10, 0x80


class BoardTest(unittest.TestCase):
    maxDiff = None

    def each(self, attempt: str | None, judge: Callable[[str, Run], None],
             status: int | None = 0, **options: Any) -> None:
        """Runs it on each board and has the run judged."""
        for board in BOARDS:
            with self.subTest(board):
                done = run(board, attempt, **options)
                self.assertEqual(done.status, status, done.log)
                judge(board, done)


class Time(BoardTest):
    def test_the_clock_ticks_a_second_in_a_second_and_sleep_ends_each_millisecond(self) -> None:
        for board in BOARDS:
            with self.subTest(board), subprocess.Popen(
                    command(board, "clock"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, text=True) as process:
                seen = {}
                for line in process.stdout:
                    name, *number = line.split()
                    seen[name] = (time.monotonic(), number)
                begin, end = (int(seen[name][1][0]) for name in ("begin", "end"))
                self.assertIn(end - begin, range(1000, 1010))
                took_s = seen["end"][0] - seen["begin"][0]
                self.assertTrue(0.8 < took_s < 1.95, f"a second took {took_s} s")
                self.assertIn(int(seen["sleeps"][1][0]), range(500, 1002))


class Entropy(BoardTest):
    def test_random_bytes_come_from_the_source(self) -> None:
        def judge(_: str, done: Run) -> None:
            found = re.findall(r"^random ([0-9a-f]{64})$", done.log, re.MULTILINE)
            self.assertEqual(len(set(found)), 3, done.log)
            self.assertGreater(len(set(bytes.fromhex("".join(found)))), 48)

        self.each("entropy", judge)

    def refused(self, done: Run) -> None:
        self.assertEqual(done.log.count("refused"), 3, done.log)
        self.assertNotIn("random", done.log)

    def test_a_silent_source_is_refused_and_waited_for_only_once(self) -> None:
        def judge(_: str, done: Run) -> None:
            self.refused(done)
            first, *others = done.numbers("took")
            self.assertLess(first, 500)
            self.assertLess(max(others), 10)

        self.each("entropy", judge, random=None)

    def test_a_stuck_source_is_refused_for_ever(self) -> None:
        self.each("entropy", lambda _, done: self.refused(done), random="/dev/zero")


class Light(BoardTest):
    def levels(self, board: str, done: Run) -> list[bool]:
        """What QEMU saw the LED change to."""
        if board == "lm3s6965evb":
            found = re.findall(r"pl061_set_output \S+ setting output 0 to (\d)", done.trace)
        else:
            found = re.findall(r"'USERLED0' .*-> (\d+)%", done.trace)
        return [level != "0" for level in found]

    def test_the_led_goes_on_and_off_as_it_is_told(self) -> None:
        def judge(board: str, done: Run) -> None:
            self.assertEqual(self.levels(board, done)[-6:], [True, False] * 3, done.trace)

        self.each("led", judge)


class Ethernet(BoardTest):
    def frames(self, mac: bytes, lengths: list[int]) -> list[bytes]:
        source = random.Random(7)
        peer = bytes.fromhex("525500000001")
        return [mac + peer + b"\x88\xb5" + source.randbytes(length - 14) for length in lengths]

    def exchange(self, board: str, lengths: list[int]) -> tuple[list[bytes], list[bytes], str]:
        """Sends frames to a board that echoes two of three; what it should and did send."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            wire.bind(("127.0.0.1", 0))
            wire.settimeout(5)
            probe.bind(("127.0.0.1", 0))
            there = probe.getsockname()
            probe.close()
            network = (f"socket,model={BOARDS[board][0]},udp=127.0.0.1:{wire.getsockname()[1]},"
                       f"localaddr=127.0.0.1:{there[1]}")
            process = subprocess.Popen(
                command(board, "ethernet", network=network), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            log = ""
            while not log.endswith("\n") or "ready" not in log:
                log += process.stdout.readline()
            mac = bytes.fromhex(log.split()[-1])
            sent = self.frames(mac, lengths)
            wanted, got = [], []
            for number, frame in enumerate(sent, 1):
                wire.sendto(frame, there)
                if number % 3 != 0:
                    wanted.append(frame[6:12] + mac + frame[12:])
                    got.append(wire.recv(2048))
            log += process.communicate(timeout=LIMIT_S)[0]
            self.assertEqual(process.returncode, 0, log)
        return wanted, got, log

    def test_frames_of_each_length_come_and_go_whole_in_pieces_of_any_size(self) -> None:
        lengths = [*range(60, 130), *range(130, 1514, 41), *range(1505, 1515)]
        for board in BOARDS:
            with self.subTest(board):
                wanted, got, log = self.exchange(board, lengths)
                self.assertEqual(got, wanted)
                self.assertIn(f"frames {len(lengths)}\n", log)
                self.assertNotIn("took a frame that is too long", log)


class Faults(BoardTest):
    """Each is noticed, told and ends the run; none goes on as if nothing were."""

    def faults(self, attempt: str, judge: Callable[[int, int, str], None]) -> None:
        """Has CFSR, MMFAR and the rest of the line judged."""

        def judge_run(_: str, done: Run) -> None:
            match = re.search(r"^fault: CFSR 0x(\w{8}) HFSR 0x\w{8} MMFAR 0x(\w{8}) (.*)$",
                              done.log, re.MULTILINE)
            self.assertIsNotNone(match, done.log)
            judge(int(match[1], 16), int(match[2], 16), match[3])

        self.each(attempt, judge_run, FAULT)

    def test_code_cannot_be_written(self) -> None:
        def judge(cfsr: int, address: int, where: str) -> None:
            self.assertEqual((cfsr, address), (NO_DATA | ADDRESS_VALID, 0x100))
            self.assertRegex(where, r"^PC 0x0000\w{4} LR 0x0000\w{4}$")

        self.faults("code_write", judge)

    def test_nothing_can_be_written_through_a_null_pointer(self) -> None:
        def judge(cfsr: int, address: int, _: str) -> None:
            self.assertEqual((cfsr, address), (NO_DATA | ADDRESS_VALID, 0))

        self.faults("null_write", judge)

    def test_ram_cannot_be_run(self) -> None:
        def judge(cfsr: int, _: int, where: str) -> None:
            self.assertEqual(cfsr, NO_EXECUTION)
            self.assertRegex(where, r"^PC 0x2000\w{4} ")

        self.faults("ram_run", judge)

    def test_a_stack_that_overflows_ends_at_its_guard(self) -> None:
        def judge(cfsr: int, address: int, _: str) -> None:
            self.assertTrue(cfsr & (NO_DATA | NOT_STACKED))
            if cfsr & ADDRESS_VALID:
                self.assertIn(address, range(RAM, RAM + 256))

        self.faults("stack_overflow", judge)

    def test_a_frame_that_leaps_over_the_guard_is_a_fault_as_well(self) -> None:
        def judge(cfsr: int, address: int, where: str) -> None:
            self.assertTrue(cfsr & NOT_STACKED)
            self.assertIn(address, range(RAM - 4096, RAM))
            self.assertEqual(where, "stack overflow")

        self.faults("stack_leap", judge)


class Stack(BoardTest):
    def test_the_stacks_peak_is_what_the_deepest_call_took(self) -> None:
        def judge(_: str, done: Run) -> None:
            (before,), (after,) = done.numbers("before"), done.numbers("after")
            self.assertLess(before, 500)
            self.assertIn(after, range(1000, 1500))

        self.each("stack_peak", judge)


class Watchdog(BoardTest):
    def test_unfed_it_tells_where_the_board_hung_and_resets_it(self) -> None:
        def judge(_: str, done: Run) -> None:
            self.assertRegex(
                done.log,
                r"^start 1\nquiet\nfed\n\nwatchdog: PC 0x0000\w{4} LR 0x\w{8}\nstart 2\nbarked\n$")

        self.each("watchdog", judge)

    def test_it_resets_a_board_that_hangs_with_interrupts_off(self) -> None:
        self.each("watchdog_masked", lambda _, done: self.assertIn("start 2\n", done.log))


class NoDebugger(BoardTest):
    def test_an_image_for_the_test_rig_runs_without_one_and_resets_where_it_would_end(self) -> None:
        def judge(_: str, done: Run) -> None:
            self.assertIn("start 1\nquiet\nnothing to try\nstart 2\nquiet\nstart 3\n", done.log)

        self.each(None, judge, None, until="start 3")


if __name__ == "__main__":
    unittest.main()
