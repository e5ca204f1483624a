# SPDX-License-Identifier: MIT
"""The LED of a board, as QEMU traces it, shows the patterns of the README's table."""

from firmware.rig import TLS12, FirmwareTest
from harness.light import PERIOD_MS
from harness.qemu import Machine
from sim.progress import show
from sim.tasks import Task, instance_name

LOOK_MS = 3 * PERIOD_MS // 2  # a look of 3 s, begun at any moment, tells the state
POLL_MS = 300
OLD_S = 1.0  # the age of what the board shows: a poll, on a busy host
EDGE_MS = 5

# The outcome of a task of 100 s, how long ago it began, and the state that the LED shows.
STANDING = [
    ("Success", 150, "success"),
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
        for number, (outcome, age_s, word) in enumerate(STANDING):
            instance = instance_name(number)
            if outcome is not None:
                self.start_task(100, outcome, age_s, instance)
            boards.append((self.board(TLS12, instance=instance, poll_ms=5000), word))
        for board, word in boards:
            poll, _ = board.wait_for_line("poll 1", 40)
            begin_ms = board.lines[poll].at_ms + EDGE_MS
            board.wait_for_ms(begin_ms + LOOK_MS + EDGE_MS)
            with self.subTest(word):
                self.assertEqual(board.light.read(begin_ms, begin_ms + LOOK_MS), word)


class Restore(FirmwareTest):
    past = 0
    with_examples = False

    def follow(self, outcome: str, duration_s: float) -> None:
        """Follows a restore to its end, and checks the LED against the service's own figures."""
        board = self.board(TLS12, poll_ms=POLL_MS)
        board.wait_for("poll 1")
        task = self.start_task(duration_s, outcome)
        appeared, _ = board.wait_for_line("appeared: .* Running")
        ended, _ = board.wait_for_line(f"ended: .* {outcome}", duration_s + 20)
        begin_ms, end_ms = board.lines[appeared].at_ms, board.lines[ended].at_ms + EDGE_MS
        board.wait_for_ms(end_ms + LOOK_MS + EDGE_MS)
        self.assert_progress_shown(board, task, begin_ms, end_ms)
        word = "success" if outcome == "Success" else "failure"
        self.assertEqual(board.light.read(end_ms, end_ms + LOOK_MS), word)

    def assert_progress_shown(self, board: Machine, task: Task, begin_ms: int,
                              end_ms: int) -> None:
        """Checks that each flash ends with its period, and that its share of it is the progress."""
        begin_ms += PERIOD_MS - begin_ms % PERIOD_MS
        end_ms -= end_ms % PERIOD_MS
        flashes = board.light.flashes(begin_ms, end_ms + EDGE_MS)
        self.assertEqual(len(flashes), max(0, end_ms - begin_ms) // PERIOD_MS)
        for on, off in flashes:
            self.assertLess((off.at_ms + EDGE_MS) % PERIOD_MS, 2 * EDGE_MS)
            shown = (PERIOD_MS - on.at_ms % PERIOD_MS) * 100 / PERIOD_MS
            self.assertLessEqual(shown, max(show(task, on.seen)["Progress"], 5) + 0.5)
            self.assertGreaterEqual(shown, min(show(task, on.seen - OLD_S)["Progress"], 95) - 0.5)

    def test_a_restore_to_its_success(self) -> None:
        self.follow("Success", 12)

    def test_a_restore_to_its_failure(self) -> None:
        self.follow("Fail", 20)
