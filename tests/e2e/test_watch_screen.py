# SPDX-License-Identifier: MIT
"""pgtask watch on a terminal: checked by what tmux's screen shows."""

import contextlib
import os
import re
import shlex
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.screen import PROMPT, Screen
from harness.service import LONG_TERM
from harness.watching import FAIL, INSTANCE, Watching, wait_for
from sim.checks import Key

RED, GREEN, YELLOW, CYAN = "31", "32", "33", "36"
BAR = re.compile(r"\[(█*)(░*)\]\s+(\d+) %")
ASCII_BAR = re.compile(r"\[#*-*\]\s+\d+ %")


class OnScreen(Watching):
    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return {**super().environment(key), "LANG": "C.UTF-8"}

    def open(self, columns: int = 80, rows: int = 24, **environment: str) -> Screen:
        return self.enterContext(Screen({**self.environment(), **environment}, columns, rows))

    def run_on(self, screen: Screen, *arguments: str, before: str = "") -> None:
        """Types the command, and clears the screen of it."""
        command = shlex.join(self.command("watch", *arguments))
        screen.type(f"clear; {before} {command}; echo \"status $?\"")

    def see(self, screen: Screen, what: Callable[[str], Any]) -> Any:
        """Waits until the screen's text is as `what` says; returns what it returns."""
        answer = wait_for(lambda: what(screen.text()))
        self.assertTrue(answer, screen.text())
        return answer

    def see_words(self, screen: Screen, *words: str) -> str:
        """Waits until all these words are on the screen. Returns its text."""
        self.see(screen, lambda text: all(word in text for word in words))
        return screen.text()

    def check_page(self, screen: Screen, task: int, columns: int) -> None:
        """Checks each fact, the width of each line and the length of the bar."""
        lines = screen.lines()
        self.assertEqual(screen.text().count(str(task)), 1, screen.text())
        self.assertLess(max(len(line) for line in lines), columns)
        match = BAR.search(screen.text())
        assert match is not None, screen.text()
        length = len(match[1]) + len(match[2])
        self.assertAlmostEqual(len(match[1]) / length, int(match[3]) / 100, delta=1.5 / length)


class Views(OnScreen):
    def test_80_columns_show_progress_step_elapsed_and_left_then_the_end(self) -> None:
        task = self.start(duration_s=5)
        screen = self.open()
        self.run_on(screen, str(task), "--interval", "0.3")
        text = self.see_words(screen, "Running", "step ", " elapsed, ", " left", "next poll in ",
                              "█")
        self.assertRegex(text, rf"\A{task}  Running  RestoreDatabase  {INSTANCE}\n")
        self.assertRegex(text, r"\n  \[█+░+\] +\d+ %  step \d of 5: [A-Z]")
        self.check_page(screen, task, 80)
        self.assertFalse(screen.cursor_is_shown())
        self.see(screen, lambda text: re.search(r"\d:\d\d to \d:\d\d left", text))
        self.assertIn("Running", screen.colours()[CYAN])
        text = self.see_words(screen, "status 0")
        self.assertRegex(text, r"Success  RestoreDatabase .*\n  \[█+\] 100 %  step 5 of 5: Task "
                               r"Complete\n  took 0:0[56]\nstatus 0\nready>\Z")
        self.assertIn("Success", screen.colours()[GREEN])
        self.check_page(screen, task, 80)
        self.assertTrue(screen.cursor_is_shown())

    def test_40_columns_show_the_same_on_more_lines(self) -> None:
        task = self.start("Fail", 8)
        screen = self.open(40)
        self.run_on(screen, str(task), "--interval", "0.3")
        text = self.see_words(screen, "Running", "step ", " elapsed, ", " to ", "next poll in ")
        self.assertRegex(text, rf"\A{task}  Running  RestoreDatabase  .*…\n  \[█+░+\] +\d+ %\n"
                               r"  step \d of 5: .*\n  0:\d\d elapsed, .* left\n"
                               r"next poll in \d s\Z")
        self.check_page(screen, task, 40)
        text = self.see_words(screen, f"status {FAIL}")
        self.assertRegex(text, r"  failed after 0:0[45]\n  download of the WAL log failed\nstatus")
        self.assertIn("Fail", screen.colours()[RED])
        self.check_page(screen, task, 40)

    def test_elapsed_goes_on_between_polls(self) -> None:
        task = self.start(duration_s=600)
        screen = self.open()
        self.run_on(screen, str(task), "--interval", "60")
        self.see_words(screen, "next poll in ")
        requests = self.request_count()
        for second in (int(re.search(r"0:(\d\d) elapsed", screen.text())[1]) + n for n in (1, 2)):
            self.see_words(screen, f"0:{second:02} elapsed")
        self.assertEqual(self.request_count(), requests)

    def test_no_color_and_a_locale_without_utf_8_are_respected(self) -> None:
        task = self.start(duration_s=600)
        self.show(Progress=7, TaskDetail={"CurrentStep": "恢复数据库"})
        screen = self.open(NO_COLOR="1", LANG="C")
        self.run_on(screen, "--instance", INSTANCE)
        text = self.see_words(screen, str(task), "next poll in ")
        self.assertEqual(screen.colours(), {})
        self.assertEqual(len(ASCII_BAR.findall(text)), 2)
        self.assertTrue(text.isascii(), text)
        self.assertIn("?????", text)

    def test_a_dumb_terminal_gets_lines(self) -> None:
        task = self.start(duration_s=600)
        screen = self.open()
        self.run_on(screen, str(task), "--max-wait", "1.2", "--interval", "0.2", before="TERM=dumb")
        text = self.see_words(screen, "status 7")
        self.assertRegex(text, rf"\Afollowing task {task} in .*\n\d{{4}}-\S+Z appeared: {task} Rest")
        self.assertNotIn("[", text)

    def test_texts_of_the_service_are_cut_by_the_columns_they_take_and_do_nothing(self) -> None:
        name = "恢复数据库" * 3
        self.show(Progress=1, TaskDetail={"CurrentStep": name})
        self.show(TaskId=3_000_001, Status="Odd\x1b[2J\u202e\x07", TaskDetail={"Message": "\x9b31m"})
        screen = self.open(30)
        self.run_on(screen, "--instance", INSTANCE)
        text = self.see_words(screen, "3000000", "3000001", "next poll in ")
        self.assertIn("  " + name[:13] + "…\n", text)  # 2 + 2 * 13 + 1 of 29 columns
        self.assertRegex(text, r"3000001  Odd\?\[2J\?\?  Resto")
        self.assertIn("unknown status", text)

    def test_more_tasks_than_rows_are_counted(self) -> None:
        for number in range(7):
            self.start(duration_s=600, task_id=2_000_010 + number)
        screen = self.open(40, 6)
        self.run_on(screen, "--instance", INSTANCE)
        self.see_words(screen, "and 3 more", "next poll in ")
        shown = [line for line in screen.lines() if ASCII_BAR.search(
            line.replace("█", "#").replace("░", "-"))]
        self.assertEqual(len(shown), 4)
        screen.resize(40, 30)
        text = self.see(screen, lambda text: text.count("elapsed") == 7 and text)
        self.assertNotIn("more", text)


class Changes(OnScreen):
    def test_a_refusal_at_once_leaves_only_its_message(self) -> None:
        screen = self.open()
        screen.type("clear; " + shlex.join(self.command("watch", "1", region="ap-nowhere")))
        text = self.see(screen, lambda text: text.endswith(f"\n{PROMPT}") and "watch" not in text
                        and text)
        self.assertRegex(text, r"\Apgtask: service: ")
        self.assertTrue(screen.cursor_is_shown())

    def test_a_terminal_of_another_size_shows_the_page_once(self) -> None:
        task = self.start(duration_s=600)
        screen, program = self.open_page(task)
        for columns, rows in ((40, 24), (60, 8), (30, 24), (80, 24)):
            self.resize(screen, program, columns, rows)
            length = 34 if columns >= 60 else columns - 1 - 2 - 6
            self.see(screen, lambda text, length=length: (match := BAR.search(text)) and len(
                match[1] + match[2]) + 2 == length)
            self.check_page(screen, task, columns)
            self.assertEqual(screen.text().count("next poll in"), 1, screen.text())

    def resize(self, screen: Screen, program: int, columns: int, rows: int) -> None:
        """tmux changes its screen at once and signals it a little later. What is drawn between is
        drawn for the wrong size; so nothing is."""
        os.kill(program, signal.SIGSTOP)
        screen.resize(columns, rows)
        time.sleep(0.4)
        os.kill(program, signal.SIGCONT)

    def open_page(self, task: int) -> tuple[Screen, int]:
        """Returns a screen with two lines of the user above the page, and the program's process."""
        screen = self.open()
        # A shell without job control between, so that nobody sees the program stopped.
        command = shlex.join(self.command("watch", str(task)))
        screen.type(f"clear; echo first; echo second; sh -c {shlex.quote(command + '; echo')}")
        self.see_words(screen, f"first\nsecond\n{task}", "next poll in ")
        return screen, int(Path(f"/proc/{screen.job()}/task/{screen.job()}/children").read_text())

    def test_a_terminal_that_was_small_for_a_while_has_no_ghost_of_the_page(self) -> None:
        """Rows that a small window pushed into the terminal's history come back with a large one."""
        task = self.start(duration_s=600)
        for columns, rows, above in ((80, 2, "first\nsecond\n"), (20, 3, ""), (20, 24, "")):
            with self.subTest(columns=columns, rows=rows):
                screen, program = self.open_page(task)
                self.resize(screen, program, columns, rows)
                self.see(screen, lambda text: re.search(r"\d %(.*\n)+next poll in", text))
                self.resize(screen, program, 80, 24)
                text = self.see(screen, lambda text: re.search(
                    rf"{task}  Running  R.*\n  \[.*\n  .* left.*\nnext poll in \d+ s\Z", text)
                    and text)
                self.assertEqual(text.count(str(task)), 1, text)
                self.assertTrue(text.startswith(above), text)

    def test_trouble_is_shown_until_it_is_over(self) -> None:
        task = self.start(duration_s=600)
        screen = self.open()
        self.run_on(screen, str(task), "--interval", "0.2", "--idle", "0.4", "--stale", "0.9")
        self.see_words(screen, "next poll in ")
        self.simulator.set_scenario(reset_at=1)
        text = self.see_words(screen, "stale: no answer for 0:0", "network: ", "next try in ")
        self.assertIn(f"{task}  Running", text)
        self.assertTrue(any("network" in part for part in screen.colours()[YELLOW]))
        self.simulator.set_scenario()
        text = self.see(screen, lambda text: "network" not in text and "stale" not in text and text)
        self.assertIn("next poll in ", text)

    def test_what_a_program_has_to_say_does_not_disturb_the_page(self) -> None:
        program = self.home / "program"
        program.write_text("#!/bin/sh\necho disturbs; echo disturbs >&2; exit 3\n")
        program.chmod(0o755)
        task = self.start(duration_s=600)
        screen = self.open()
        self.run_on(screen, str(task), "--interval", "0.3", "--exec", str(program))
        self.see_words(screen, "ended with status 3.", "next poll in ")
        self.assertNotIn("disturbs", screen.text())
        self.check_page(screen, task, 80)

    def test_the_first_question_shows_that_it_is_asked(self) -> None:
        self.simulator.set_scenario(delay_s=3)
        screen = self.open()
        self.run_on(screen, "2000001", "--max-wait", "4")
        self.see_words(screen, "waiting for the first answer\nasking now")


class Ends(OnScreen):
    def begin(self, *options: str) -> tuple[Screen, int]:
        task = self.start(duration_s=600)
        screen = self.open()
        self.run_on(screen, str(task), "--interval", "0.3", *options)
        self.see_words(screen, "next poll in ")
        self.assertFalse(screen.cursor_is_shown())
        return screen, task

    def check_end(self, screen: Screen, task: int, status: int) -> None:
        text = self.see_words(screen, f"status {status}\n{PROMPT}")
        self.assertRegex(text, rf" elapsed, .*\nstatus {status}\n{PROMPT}\Z")
        self.check_page(screen, task, 80)
        self.assertTrue(screen.cursor_is_shown())
        self.assertEqual(screen.cursor(), (len(PROMPT), len(text.split("\n")) - 1))
        screen.type("echo typed")
        self.see_words(screen, f"{PROMPT}echo typed\ntyped\n{PROMPT}")

    def test_ctrl_c_leaves_the_terminal_clean(self) -> None:
        screen, task = self.begin()
        screen.press("C-c")
        self.check_end(screen, task, 128 + signal.SIGINT)

    def test_so_do_other_signals(self) -> None:
        screen, task = self.begin()
        screen.press("C-\\")
        self.check_end(screen, task, 128 + signal.SIGQUIT)
        for number in (signal.SIGTERM, signal.SIGHUP):
            self.run_on(screen, str(task), "--interval", "0.3")
            self.see_words(screen, "next poll in ")
            os.kill(screen.job(), number)
            self.check_end(screen, task, 128 + number)

    def test_a_hasty_second_ctrl_c_does_too(self) -> None:
        screen, _ = self.begin()
        job = screen.job()
        os.kill(job, signal.SIGINT)
        with contextlib.suppress(ProcessLookupError):  # it may have ended by now
            os.kill(job, signal.SIGINT)
        self.see(screen, lambda text: text.endswith(PROMPT))
        self.assertTrue(screen.cursor_is_shown())

    def test_max_wait_does_too(self) -> None:
        screen, task = self.begin("--max-wait", "1")
        text = self.see_words(screen, "status 7")
        self.assertRegex(text, r" elapsed, .*\npgtask: watch: not done within --max-wait.\nstatus 7")
        self.assertTrue(screen.cursor_is_shown())
        self.check_page(screen, task, 80)

    def test_ctrl_z_stops_it_and_fg_goes_on_below(self) -> None:
        screen, task = self.begin()
        screen.press("C-z")
        self.see_words(screen, "Stopped", PROMPT)
        self.assertTrue(screen.cursor_is_shown())
        time.sleep(0.7)
        stopped = screen.text()
        self.assertTrue(stopped.endswith(PROMPT), stopped)
        screen.type("clear; fg >/dev/null")
        self.assertTrue(wait_for(lambda: not screen.cursor_is_shown()), screen.text())
        self.see_words(screen, str(task), "next poll in ")
        screen.press("C-c")
        self.see(screen, lambda text: text.endswith(PROMPT))
        self.check_page(screen, task, 80)
        self.assertTrue(screen.cursor_is_shown())
