# SPDX-License-Identifier: MIT
"""The LED of a board, traced by QEMU, says what the README's table says it does."""

import time

from firmware import light
from firmware.machine import Machine
from firmware.rig import TLS12, FirmwareTest
from sim.progress import state_at
from sim.tasks import Task, instance_name

POLL_MS = 300
# A test machine with much to do is late by as much, seconds and share of two seconds.
LATE_S = 0.12
LATE_SHARE = LATE_S / light.PERIOD_S

# Outcome of a task of 100 s, how long ago it began, what the LED says of it.
STANDING = [
    ("Success", 150, "success"),
    ("Success", 41, "running 40%"),
    ("Fail", 80, "failure"),
    ("WaitSwitch", 80, "wait_switch"),
    ("Pause", 60, "operator"),
    (None, 0, "idle"),
]


class Language(FirmwareTest):
    past = 0
    with_examples = False

    def test_each_state_of_a_task_has_its_pattern(self) -> None:
        boards = []
        service = self.simulator.service
        for number, (outcome, age_s, word) in enumerate(STANDING):
            instance = instance_name(number)
            if outcome is not None:
                start = int(service.clock.now()) - age_s
                service.store.add(start, 100, outcome, "RestoreDatabase", instance)
            boards.append((self.board(TLS12, instance=instance, poll_ms=5000), word))
        for board, _ in boards:
            board.wait_for("poll 1", 40)
        begin = time.time() + 0.2
        self.wait_until(begin + 4.2)
        for board, word in boards:
            with self.subTest(word):
                self.assertEqual(light.read(board.light(), begin, begin + 4), word)
                alike = light.likeness(board.light(), begin, begin + 4, light.LANGUAGE[word])
                self.assertGreater(alike, 0.9)


class Restore(FirmwareTest):
    past = 0
    with_examples = False

    def follow(self, outcome: str, duration_s: float) -> None:
        """Follows a restore to its end, and compares the LED with the service's own figures."""
        board = self.board(TLS12, poll_ms=POLL_MS)
        board.wait_for("poll 1")
        task = self.start_task(duration_s, outcome)
        appeared, _ = board.wait_for_line("appeared: .* Running")
        ended, _ = board.wait_for_line(f"ended: .* {outcome}", duration_s + 20)
        begin, end = board.lines[appeared].seen, board.lines[ended].seen
        self.wait_until(end + 4.2)
        self.assert_progress_shown(board, task, begin, end)
        word = "success" if outcome == "Success" else "failure"
        self.assertEqual(light.read(board.light(), end + 0.2, end + 4), word)

    def assert_progress_shown(self, board: Machine, task: Task, begin: float, end: float) -> None:
        """Each flash ends with its two seconds, and has taken the share of them that is done."""
        flashes = light.flashes(board.light(), begin + light.PERIOD_S, end - LATE_S)
        self.assertGreater(len(flashes), (end - begin) / light.PERIOD_S - 3)
        for on, off in flashes:
            lit_share = (off - on) / light.PERIOD_S
            now = state_at(task, on).work
            before = state_at(task, on - 2 * POLL_MS / 1000).work
            self.assertLess(lit_share, max(now, 0.05) + LATE_SHARE)
            self.assertGreater(lit_share, min(before, 0.95) - LATE_SHARE)
            rest = (off - flashes[0][1]) % light.PERIOD_S
            self.assertLess(min(rest, light.PERIOD_S - rest), LATE_S)

    def test_a_restore_to_its_success(self) -> None:
        self.follow("Success", 14)

    def test_a_restore_to_its_failure(self) -> None:
        self.follow("Fail", 16)
