# SPDX-License-Identifier: MIT
"""Terminals and locales as they are: wide characters, silence, character sets other than UTF-8."""

import json
import re
from typing import Any

from harness.runner import GOOD, Run
from harness.service import LONG_TERM
from harness.terminal import Terminal
from harness.watching import INSTANCE, OPERATOR, Watching, wait_for
from sim.checks import Key

UTF_8 = {"LANG": "en_US.UTF-8"}
STEP = "“恢复数据库”——第一步…"  # its quotes, dashes and dots are ambiguous


class Terminals(Watching):
    def setUp(self) -> None:
        super().setUp()
        self.locale = UTF_8

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return {**super().environment(key), **self.locale}

    def list(self, *arguments: str) -> Run:
        return self.run_pgtask("list", "--instance", INSTANCE, *arguments)

    def on_terminal(self, *arguments: str, **kind: Any) -> Terminal:
        return self.enterContext(Terminal(self.command(*arguments), self.environment(), **kind))

    def see(self, terminal: Terminal, *words: str) -> str:
        found = wait_for(lambda: all(word in terminal.text() for word in words))
        self.assertTrue(found, terminal.text())
        return terminal.text()

    def end(self, terminal: Terminal, *words: str) -> str:
        """Waits until the program has found the task that needs an operator. Returns the text."""
        self.assertEqual(terminal.process.wait(20), OPERATOR, terminal.text())
        return self.see(terminal, *words)

    def start_odd_tasks(self) -> None:
        for number in range(3):
            self.show(TaskId=3_000_000 + number, Progress=40 + number,
                      TaskDetail={"CurrentStep": STEP * 6})

    def check_page(self, text: str) -> None:
        """Each task has its head and its bar once, and the foot is the last line."""
        for number in range(3):
            self.assertEqual(text.count(f"{3_000_000 + number}  Running"), 1, text)
            self.assertEqual(text.count(f" {40 + number} %"), 1, text)
        self.assertEqual(len(text.split("\n")), 3 * 4 + 1, text)
        self.assertRegex(text, r"\nnext poll in \d+ s\Z")

    def test_ambiguous_characters_of_two_columns_leave_the_page_whole(self) -> None:
        self.start_odd_tasks()
        terminal = self.on_terminal("watch", "--instance", INSTANCE, "--interval", "1", ambiguous=2)
        self.see(terminal, "next poll in", "42 %")
        for _ in range(3):  # each poll draws the page anew
            requests = self.request_count()
            self.assertTrue(wait_for(lambda: self.request_count() > requests))
            text = self.see(terminal, "next poll in")
            self.check_page(text)
        self.assertIn("[####", text)
        self.assertIn("“恢复数据库”", text)

    def test_narrow_ones_keep_the_fine_marks(self) -> None:
        self.start_odd_tasks()
        terminal = self.on_terminal("watch", "--instance", INSTANCE, ambiguous=1)
        text = self.see(terminal, "next poll in", "42 %")
        self.check_page(text)
        self.assertIn("[████", text)

    def test_a_terminal_that_does_not_answer_costs_a_second_and_is_taken_for_wide(self) -> None:
        self.start_odd_tasks()
        for ambiguous in (1, 2):
            with self.subTest(ambiguous=ambiguous):
                terminal = self.on_terminal("watch", "--instance", INSTANCE, ambiguous=ambiguous,
                                            answers=False)
                text = self.see(terminal, "next poll in", "42 %")
                self.check_page(text)
                self.assertIn("[####", text)
                self.assertEqual(terminal.modes(), terminal.modes_before)

    def test_the_question_leaves_no_trace_on_screen_and_in_the_modes(self) -> None:
        self.start_odd_tasks()
        terminal = self.on_terminal("watch", "--instance", INSTANCE)
        text = self.see(terminal, "next poll in", "42 %")
        self.assertTrue(text.startswith("3000002  "), text)
        self.assertEqual(terminal.output.count("\x1b[6n"), 1)
        self.assertEqual(terminal.modes(), terminal.modes_before)

    def test_the_page_says_what_a_pause_and_a_switch_mean_and_what_helps(self) -> None:
        self.show(Status="Pause")
        text = self.end(self.on_terminal("watch", "3000000", columns=80), "to go on")
        self.assertIn("  that pgtask show 3000000 prints; pgtask watch 3000000 --wait-pause", text)
        self.show(TaskId=3_000_001, Status="WaitSwitch",
                  TaskDetail={"SwitchTag": 2, "SwitchTime": "2030-09-28 02:00:00"})
        terminal = self.on_terminal("watch", "3000001", columns=80)
        text = self.see(terminal, "waits for its switch at 2030-09-28 02:00:00 UTC+8; the\n  API "
                                  "ModifySwitchTimePeriod with SwitchTag 0 switches at once")
        self.assertIn("  waits for its switch, ", text)

    def test_ascii_is_a_wish_by_option_and_by_variable(self) -> None:
        self.show(TaskDetail={"CurrentStep": STEP, "Message": "暂停"}, Status="Pause")
        for arguments, variable in ((["--ascii"], {}), ([], {"PGTASK_ASCII": "1"})):
            with self.subTest(arguments=arguments):
                self.locale = {**UTF_8, **variable}
                terminal = self.on_terminal("watch", "3000000", *arguments)
                self.end(terminal, "[####")
                self.assertTrue(terminal.output.isascii(), terminal.output)
                self.assertNotIn("\x1b[6n", terminal.output)
                for output in ("table", "json", "jsonl"):
                    run = self.list("--output", output, *arguments)
                    self.assertEqual((run.status, run.stdout.isascii()), (GOOD, True), run.stdout)
        self.locale = {**UTF_8, "PGTASK_ASCII": "0"}
        self.assertFalse(self.list().stdout.isascii())

    def test_ascii_loses_nothing_in_json(self) -> None:
        self.show(TaskDetail={"CurrentStep": STEP + "\U0001f600"})
        plain, escaped = (self.list("--output", "json", *ascii)
                          for ascii in ((), ("--ascii",)))
        self.assertFalse(plain.stdout.isascii())
        self.assertTrue(escaped.stdout.isascii())
        texts = [{**json.loads(run.stdout), "RequestId": ""} for run in (plain, escaped)]
        self.assertEqual(texts[0], texts[1])

    def test_another_character_set_is_told_and_its_terminal_gets_ascii(self) -> None:
        self.show(TaskDetail={"CurrentStep": STEP, "Message": "暂停"}, Status="Pause")
        for locale in ("zh_CN.GB18030", "zh_CN.GBK", "zh_CN", "zh_TW.Big5"):
            self.locale = {"LC_ALL": locale}
            for command in (["list", "--task-id", "3000000"], ["show", "3000000"],
                            ["watch", "3000000"]):
                with self.subTest(locale=locale, command=command):
                    terminal = self.on_terminal(*command, columns=150)
                    terminal.process.wait(20)
                    text = self.see(terminal, "3000000", f"the locale {locale} is not one of UTF-8")
                    self.assertTrue(text.isascii(), text)
                    self.assertEqual(text.count("warning"), 1, text)

    def test_a_pipe_gets_utf_8_whatever_the_locale_is(self) -> None:
        self.show(TaskDetail={"CurrentStep": STEP})
        for locale in ("zh_CN.GB18030", "C", "zh_CN.UTF-8", "zh_CN.utf8", "UTF-8", ""):
            self.locale = {"LANG": locale}
            for output in ("table", "json"):
                with self.subTest(locale=locale, output=output):
                    run = self.list("--output", output)
                    self.assert_good(run)
                    self.assertIn("恢复数据库", run.stdout)

    def test_nothing_unseen_reaches_a_terminal_or_a_pipe(self) -> None:
        unseen = "\u200b\u2028\u2029\u202e\u2066\ufeff\u061c\x85\x9b\x1b\x07\n\r\t\U000e0041"
        self.show(Status="Pa\u200buse", TaskDetail={"CurrentStep": f"a{unseen}b",
                                                    "Message": f"c{unseen}d"})
        wanted = "a" + "?" * 11 + " " * 3 + "?b"
        for command in (["list", "--task-id", "3000000"], ["show", "3000000"]):
            with self.subTest(command=command):
                run = self.run_pgtask(*command)
                self.assertIn(wanted, run.stdout)
                self.assertFalse(set(unseen) - {"\n"} & set(run.stdout + run.stderr))
        run = self.list("--output", "jsonl")
        self.assertFalse(set(unseen) - {"\n"} & set(run.stdout))
        self.assertEqual(json.loads(run.stdout)["TaskDetail"]["CurrentStep"], f"a{unseen}b")
        terminal = self.on_terminal("watch", "--instance", INSTANCE, columns=100)
        text = self.see(terminal, wanted, "next poll in")
        self.assertFalse(re.search("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text), text)


if __name__ == "__main__":
    import unittest
    unittest.main()
